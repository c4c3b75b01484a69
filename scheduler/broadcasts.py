"""Broadcasts that were approved for an hour begin, those that are too late end, and who wrote them is told."""

from datetime import timedelta

from dialogue import broadcasts
from messages import rounds
from scheduler.pushes import Push, Strike

push = Push("broadcasts", cron="* * * * *", late=timedelta(days=1))


@push.strikes
async def look_after(strike: Strike) -> int:
    taken = await rounds.settle(strike.session, strike.now)
    for step, its in await rounds.untold(strike.session, strike.now):
        await strike.tell(*await broadcasts.moved(strike.session, step, its))
    return taken
