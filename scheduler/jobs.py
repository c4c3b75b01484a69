"""After a job was found: did it start, and after the pay day, is the money there."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import job_applications

push = Push("job-follow-ups", cron="20 10-20 * * *", late=timedelta(hours=12))


@push.strikes
async def ask(strike: Strike) -> int:
    due = await job_applications.due(strike.session, strike.now)
    await strike.tell(*due)
    return len(due)
