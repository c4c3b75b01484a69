"""A process of its own whose one push strikes every second: `python -m tests.scheduler.ticking DATABASE_URL`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from apscheduler.triggers.cron import CronTrigger

from scheduler.clockwork import Clockwork
from scheduler.pushes import SHANGHAI, Push, Strike
from storage.base import UTCDateTime
from storage.database import Database
from tests.scheduler.conftest import Told

push = Push("ticking", cron="* * * * *", late=timedelta(seconds=30))
push.trigger = CronTrigger(second="*", timezone=SHANGHAI)
_effect = sa.text("INSERT INTO effects (due) VALUES (:due)").bindparams(
    sa.bindparam("due", type_=UTCDateTime())
)


@push.strikes
async def tick(strike: Strike) -> int:
    await strike.session.execute(_effect, {"due": strike.due})
    await asyncio.sleep(0.1)  # so that a kill often meets one at work
    return 1


async def main(url: str) -> None:
    database = Database(url)
    print("ticking", flush=True)  # noqa: T201 - the test waits for it
    await Clockwork(database, [push], Told(), lambda: datetime.now(UTC)).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
