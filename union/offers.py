"""How long a place is kept for who is offered it."""

from datetime import UTC, datetime, time, timedelta

from storage.base import CHINA

OFFER_LASTS = timedelta(hours=24)

# Between them nobody is expected to answer; China's time.
_NIGHT, _MORNING = time(21), time(8, 30)


def offer_ends(starts_at: datetime, now: datetime) -> datetime:
    """A day, but never more than half of the time that is left, so that others get their chance too.

    It does not end while people sleep, if there is a morning before the beginning.
    """
    ends = now + min(OFFER_LASTS, (starts_at - now) / 2)
    here = ends.astimezone(CHINA)
    if _MORNING <= here.time() < _NIGHT:
        return ends
    day = here.date() + timedelta(days=here.time() >= _NIGHT)
    morning = datetime.combine(day, _MORNING, CHINA).astimezone(UTC)
    evening = datetime.combine(day - timedelta(days=1), _NIGHT, CHINA).astimezone(UTC)
    if morning < starts_at:
        return morning
    return evening if now < evening < ends else starts_at
