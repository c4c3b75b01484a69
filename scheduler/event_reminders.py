"""Events are called to mind on their eve and on their morning; the hours are those of `union.reminders`."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import event_days

push = Push("event-reminders", cron="5-59/10 8-20 * * *", late=timedelta(hours=2))


@push.strikes
async def remind(strike: Strike) -> int:
    due = await event_days.due_reminders(strike.session, strike.now)
    await strike.tell(*due)
    return len(due)
