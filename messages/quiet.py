"""Hours at which nobody is written to who did not ask: nights for all, mealtimes for those who carry the meals."""

from datetime import datetime, time, timedelta

from storage.base import CHINA

# Each from a minute on until another, which is open again, by the clock of China. None touches another.
_NIGHT = (time(21, 30), time(8, 0))
_BUSY = {"rider": ((time(11, 0), time(13, 30)), (time(17, 0), time(20, 0)))}


def opens(work: str | None, at: datetime) -> datetime:
    """The first moment at or after `at` outside the quiet hours of that kind of work, which None leaves open."""
    local = at.astimezone(CHINA)
    for start, end in (_NIGHT, *_BUSY.get(work or "", ())):
        if _holds(start, end, local.time()):
            day = local.date() + timedelta(days=start > end and local.time() >= start)
            return datetime.combine(day, end, CHINA)
    return at


def is_night(at: datetime) -> bool:
    """Whether it is quiet for everybody."""
    return opens(None, at) > at


def is_for_some(at: datetime) -> bool:
    """Whether these are quiet hours of any kind of work."""
    return any(opens(work, at) > at for work in (None, *_BUSY))


def _holds(start: time, end: time, clock: time) -> bool:
    return start <= clock < end if start < end else clock >= start or clock < end
