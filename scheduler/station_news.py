"""Stations that are new or have changed, told to those who want to hear of such."""

from messages.subscriptions import Topic
from scheduler import digests
from scheduler.digests import Subject
from scheduler.pushes import Push, Strike
from union import news

push = Push("station-news", cron=digests.CRON, late=digests.LATE)

_subject = Subject(Topic.STATIONS, news.newest_station, news.stations, news.StationsFresh)


@push.strikes
async def tell(strike: Strike) -> int:
    return await digests.tell(strike, _subject)
