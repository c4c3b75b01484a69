"""The numbers of the day: what the platform counts of them, what the bot has noted, and an operator who clears them."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import sqlalchemy as sa

from messages import routes
from messages.bulk_sender import TOGETHER
from messages.journal import Status, Via, messages
from messages.routes import RouteRow
from storage.base import CHINA
from storage.database import Database
from wechat.simulator import Platform

PATHS = {Via.CUSTOMER_SERVICE: "/cgi-bin/message/custom/send", Via.MASS: "/cgi-bin/message/mass/send"}
FULL = 45009


@dataclass(slots=True)
class Operator:
    """Clears the day's quota of customer-service messages as soon as it is used up, on both sides."""

    database: Database
    platform: Platform
    clearings: int = 0
    used: Counter[Via] = field(default_factory=Counter)
    noted: Counter[Via] = field(default_factory=Counter)
    day: date = field(default_factory=lambda: _today())
    until: datetime | None = None  # the route was shut when it was opened last

    async def look(self) -> None:
        via = Via.CUSTOMER_SERVICE
        if self.platform.used(PATHS[via]) >= self.platform.limits[PATHS[via]]:
            self.used += Counter({one: self.platform.used(path) for one, path in PATHS.items()})
            self.platform.clear_quotas()
            self.clearings += 1
        with suppress(Exception):
            async with self.database.connect() as connection:
                if self.until:  # somebody may have looked at the route before it was opened
                    await routes.bring_forward(connection, self.until, datetime.now(UTC))
                if via not in await routes.shut_now(connection, datetime.now(UTC)):
                    return
                noted = await connection.scalar(sa.select(RouteRow.given).where(RouteRow.name == via))
                if until := await routes.reopen(connection, via):
                    await routes.bring_forward(connection, until, datetime.now(UTC))
                    self.until = until
            self.noted[via] += noted or 0

    async def check(self, unmade: Mapping[Via, int], kills: int, processes: int) -> None:
        """Each call that the platform has counted was noted before, and whatever else was noted is accounted for.

        `unmade` calls met trouble before they counted; some that were about to be made died with their process.
        """
        full = self.platform.refusals.get((PATHS[Via.CUSTOMER_SERVICE], FULL), 0)
        assert 0 < full <= self.clearings * processes * TOGETHER
        assert self.platform.refusals.get((PATHS[Via.MASS], FULL), 0) == 0
        if self.day != _today():
            return  # the numbers have begun anew meanwhile, and not for both at one moment
        noted, lost = await self._read()
        perhaps, refused = {Via.CUSTOMER_SERVICE: lost, Via.MASS: kills}, {Via.CUSTOMER_SERVICE: full}
        for via, path in PATHS.items():
            used = self.used[via] + self.platform.used(path)
            for_nothing = noted[via] - used - refused.get(via, 0) - unmade[via]
            assert 0 <= for_nothing <= perhaps[via], (via, noted[via], used)

    async def _read(self) -> tuple[Counter[Via], int]:
        """What was noted in all, and how many customer-service messages nobody knows of."""
        unknown = messages.c.status == Status.UNKNOWN, messages.c.via == Via.CUSTOMER_SERVICE
        async with self.database.connect() as connection:
            rows = await connection.execute(sa.select(RouteRow.name, RouteRow.given))
            noted = self.noted + Counter({Via(row.name): row.given for row in rows})
            counted = sa.select(sa.func.count()).where(*unknown, messages.c.broadcast_id.is_not(None))
            return noted, await connection.scalar(counted) or 0


def _today() -> date:
    return datetime.now(CHINA).date()
