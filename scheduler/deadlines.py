"""Who asked for it is reminded of a legal deadline, in the morning."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import deadlines

push = Push("deadlines", cron="0 9 * * *", late=timedelta(hours=11))


@push.strikes
async def remind(strike: Strike) -> int:
    return await strike.tell(*await deadlines.due(strike.session, strike.now))
