"""How many customer-service messages an account may still send to a worker, and until when."""

from dataclasses import dataclass, field
from typing import Literal

from wechat.simulator.refusals import Refused

Deed = Literal["message", "tap"]
# Deeds of a worker, the messages that they allow and for how long, in force since 2023-06-12. A follow, a
# scan, a click in the menu and a tap on a menu message are all worth a tap.
WORTH: dict[Deed, tuple[int, float]] = {"message": (5, 48 * 3600.0), "tap": (3, 60.0)}


@dataclass(slots=True)
class Allowance:
    left: int
    until: float


@dataclass(slots=True)
class Allowances:
    """One for each kind of deed. They do not add up: a message sent counts against all that are open."""

    _open: dict[Deed, Allowance] = field(default_factory=dict)

    def grant(self, deed: Deed, now: float) -> None:
        count, seconds = WORTH[deed]
        self._open[deed] = Allowance(count, now + seconds)

    def spend(self, now: float) -> None:
        """Raises Refused with 45015 when no window is open and 45047 when the count is used up."""
        live = [allowance for allowance in self._open.values() if now < allowance.until]
        if not live:
            raise Refused(45015)
        if not any(allowance.left for allowance in live):
            raise Refused(45047)
        for allowance in live:
            allowance.left = max(0, allowance.left - 1)

    def left(self, now: float) -> int:
        """How many more would be taken now."""
        return max((one.left for one in self._open.values() if now < one.until), default=0)

    def close(self) -> None:
        self._open.clear()
