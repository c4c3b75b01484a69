"""Who was at an event that has ended is thanked, once."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import event_days

push = Push("event-thanks", cron="10 9-20 * * *", late=timedelta(hours=12))


@push.strikes
async def thank(strike: Strike) -> int:
    due = await event_days.due_thanks(strike.session, strike.now)
    await strike.tell(*due)
    return len(due)
