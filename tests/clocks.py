"""The time of day, as a test holds it."""

from datetime import UTC, datetime, timedelta

from bot.deliveries import Pace

# For stories that are not about time: on a busy machine a moment may last seconds, and WeChat's second and third
# attempts still find the answer. What becomes of one that is late is told in tests/bot/test_turns.py and tests/crash.
UNHURRIED = Pace(budget=13, last_call=14, turn=12)


class Clock:
    """The machine's time, moved on by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead
