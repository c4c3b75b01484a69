"""The time of day, as a test holds it."""

from datetime import UTC, datetime, timedelta

from bot.deliveries import Pace
from storage.base import CHINA

# For stories that are not about time: on a busy machine a moment may last seconds, and WeChat's second and third
# attempts still find the answer. What becomes of one that is late is told in tests/bot/test_turns.py and tests/crash.
UNHURRIED = Pace(budget=13, last_call=14, turn=12)


class Clock:
    """It begins at the coming ten in the morning, when nobody's hours are quiet, and goes on by `ahead`."""

    def __init__(self) -> None:
        now = datetime.now(CHINA)
        ten = now.replace(hour=10, minute=0, second=0, microsecond=0)
        self._begins = ten + timedelta(days=now >= ten) - now
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._begins + self.ahead

    def goes_to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """To the next time that it is so late in China, or to that time so many days from today."""
        here = self().astimezone(CHINA)
        then = here.replace(hour=hour, minute=minute, second=1, microsecond=0) + timedelta(days=days)
        self.ahead += (then if days or then > here else then + timedelta(days=1)) - here
