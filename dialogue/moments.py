"""Instants as workers read them, in China's time."""

from datetime import datetime

from dialogue.dates import spoken_day, spoken_until
from storage.base import CHINA


def day(instant: datetime) -> str:
    return spoken_day(instant.astimezone(CHINA).date())


def hour(instant: datetime) -> str:
    return f"{instant.astimezone(CHINA):%H:%M}"


def moment(instant: datetime) -> str:
    return f"{day(instant)} {hour(instant)}"


def until(instant: datetime) -> str:
    """The last moment of something; midnight belongs to the day before."""
    return spoken_until(instant.astimezone(CHINA))


def span(first: datetime, last: datetime) -> str:
    """From when to when; the day is not said twice."""
    return f"{moment(first)}—{hour(last) if day(first) == day(last) else moment(last)}"
