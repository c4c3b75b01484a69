"""Lessons are called to mind on their eve and on their morning; the hours are those of `union.attendance`."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import attendance

push = Push("lesson-reminders", cron="*/10 8-20 * * *", late=timedelta(hours=2))


@push.strikes
async def remind(strike: Strike) -> int:
    due = await attendance.due_reminders(strike.session, strike.now)
    await strike.tell(*due)
    return len(due)
