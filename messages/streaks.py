"""Deliveries that fail in a row in a way that is nobody's fault singly, but together is the platform's or ours."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from messages.claims import Ended
from messages.ports import Future, Lesson

# That many people in a row neither leave nor fall silent by chance.
LONGEST = 20


class Streaks:
    """What one process has seen, by broadcast; None are the messages of no broadcast."""

    def __init__(self) -> None:
        self._counts = defaultdict[int | None, int](int)

    def count(self, ended: Sequence[Ended]) -> Mapping[int | None, str]:
        """Those whose last LONGEST deliveries were all lost, or all to people who do not follow, and the last reason.

        They begin anew.
        """
        broken: dict[int | None, str] = {}
        for one in ended:
            number = one.outgoing.waiting.broadcast_id
            strange = one.error is not None and (
                one.error.future is Future.UNKNOWN or one.error.lesson is Lesson.LEFT
            )
            self._counts[number] = self._counts[number] + 1 if strange else 0
            if one.error is not None and self._counts[number] >= LONGEST:
                broken[number] = one.error.reason
        for number in [number for number, count in self._counts.items() if not count or number in broken]:
            del self._counts[number]
        return broken
