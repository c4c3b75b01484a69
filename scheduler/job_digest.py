"""New jobs, told to those who want to hear of such."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from messages.subscriptions import Topic
from scheduler import digests
from scheduler.digests import Subject
from scheduler.pushes import Push, Strike
from union import job_board, wishes
from union.job_board import JobsFresh, Posted

push = Push("job-digest", cron=digests.CRON, late=digests.LATE)


async def _fresh(
    session: AsyncSession, wish: str, since: datetime, until: datetime, most: int
) -> Sequence[Posted]:
    return await job_board.fresh(session, wishes.search_of(wish), since, until, most)


_jobs = Subject(Topic.JOBS, job_board.newest, _fresh, JobsFresh)


@push.strikes
async def tell(strike: Strike) -> int:
    return await digests.tell(strike, _jobs)
