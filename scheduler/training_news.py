"""Courses that are new or about to close, told to those who want to hear of such."""

from messages.subscriptions import Topic
from scheduler import digests
from scheduler.digests import Subject
from scheduler.pushes import Push, Strike
from union import news

push = Push("training-news", cron=digests.CRON, late=digests.LATE)

_subject = Subject(Topic.TRAINING, news.newest_course, news.courses, news.CoursesFresh, news.in_courses)


@push.strikes
async def tell(strike: Strike) -> int:
    return await digests.tell(strike, _subject)
