"""Who was at a course that has ended is asked how it was."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import outcomes

push = Push("course-feedback", cron="5 9-20 * * *", late=timedelta(hours=12))


@push.strikes
async def ask(strike: Strike) -> int:
    due = await outcomes.due_feedback(strike.session, strike.now)
    await strike.tell(*due)
    return len(due)
