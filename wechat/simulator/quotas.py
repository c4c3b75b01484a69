"""Daily numbers of calls of a newly certified account. A day begins at midnight in Beijing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from wechat.simulator.refusals import Refused

BEIJING = timezone(timedelta(hours=8))
CLEARINGS_A_MONTH = 10
DAILY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/tags/create": 1000,
    "/cgi-bin/tags/get": 1000,
    "/cgi-bin/tags/update": 1000,
    "/cgi-bin/tags/members/batchtagging": 100_000,
    "/cgi-bin/tags/members/batchuntagging": 100_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/info/updateremark": 10_000,
}
# Calls a minute; one too many is refused with 45011.
MINUTELY = {"/cgi-bin/message/mass/send": 60, "/cgi-bin/message/mass/sendall": 60}


def beijing_day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).astimezone(BEIJING).strftime("%Y-%m-%d")


def beijing_month(now: float) -> str:
    return beijing_day(now)[:7]


@dataclass(slots=True)
class Quotas:
    clock: Callable[[], float]
    limits: dict[str, int] = field(default_factory=lambda: dict(DAILY))
    _used: Counter[tuple[str, str]] = field(default_factory=Counter)
    _clearings: Counter[str] = field(default_factory=Counter)

    def count(self, path: str) -> None:
        """Raises Refused with 45009 for the call that is one too many today, with 45011 for one too many this minute."""
        minute = (str(int(self.clock() // 60)), path)
        if path in MINUTELY and self._used[minute] >= MINUTELY[path]:
            raise Refused(45011)
        key = (beijing_day(self.clock()), path)
        if self._used[key] >= self.limits.get(path, self._used[key] + 1):
            raise Refused(45009)
        self._used[key] += 1
        if path in MINUTELY:
            self._used[minute] += 1

    def used(self, path: str) -> int:
        return self._used[beijing_day(self.clock()), path]

    def clear(self) -> None:
        """Raises Refused with 48006 after ten times in a month."""
        month = beijing_month(self.clock())
        if self._clearings[month] >= CLEARINGS_A_MONTH:
            raise Refused(48006)
        self._clearings[month] += 1
        self._used.clear()
