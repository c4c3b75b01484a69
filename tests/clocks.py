"""The time of day, as a test holds it."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from bot.deliveries import Pace
from union.calendars import CHINA, Calendar

# For stories that are not about time: on a busy machine a moment may last seconds, and WeChat's second and third
# attempts still find the answer. What becomes of one that is late is told in tests/bot/test_turns.py and tests/crash.
UNHURRIED = Pace(budget=13, last_call=14, turn=12)


class Clock:
    """It begins at ten in the morning of a Tuesday to come, and goes on by `ahead`.

    Whatever the day a story is run on, nobody's hours are quiet when it begins and staff are at their desks, today
    and tomorrow.
    """

    def __init__(self) -> None:
        now = datetime.now(CHINA)
        known = Calendar()
        tuesdays = (now + timedelta(days=(1 - now.weekday()) % 7 + 7 * week) for week in count())
        ten = (day.replace(hour=10, minute=0, second=0, microsecond=0) for day in tuesdays)
        self._begins = next(one for one in ten if one > now and _at_work(known, one.date())) - now
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._begins + self.ahead

    def goes_to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """To the next time that it is so late in China, or to that time so many days from today."""
        here = self().astimezone(CHINA)
        then = here.replace(hour=hour, minute=minute, second=1, microsecond=0) + timedelta(days=days)
        self.ahead += (then if days or then > here else then + timedelta(days=1)) - here


def _at_work(known: Calendar, day: date) -> bool:
    return known.is_working_day(day) and known.is_working_day(day + timedelta(days=1))
