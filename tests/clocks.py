"""The time of day, as a test holds it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's time, moved on by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead
