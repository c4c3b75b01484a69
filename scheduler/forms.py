"""Forms left open are called to mind once, by day, and forgotten in time."""

from datetime import timedelta

from dialogue import unfinished
from scheduler.pushes import Push, Strike

push = Push("unfinished-forms", cron="15 9-20 * * *", late=timedelta(hours=12))


@push.strikes
async def look(strike: Strike) -> int:
    waiting = await unfinished.remind(strike.session, strike.now)
    over = await unfinished.expire(strike.session, strike.now)
    await strike.tell(*waiting, *over)
    return len(waiting) + len(over)
