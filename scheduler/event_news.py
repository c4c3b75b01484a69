"""Events and packs that are new or about to close, told to those who want to hear of such."""

from messages.subscriptions import Topic
from scheduler import digests
from scheduler.digests import Subject
from scheduler.pushes import Push, Strike
from union import news

push = Push("event-news", cron=digests.CRON, late=digests.LATE)

_subject = Subject(Topic.WELFARE, news.newest_welfare, news.welfare, news.WelfareFresh, news.in_welfare)


@push.strikes
async def tell(strike: Strike) -> int:
    return await digests.tell(strike, _subject)
