"""Places of events that were offered and not taken in time go to the next in the line; by day, when people look."""

from datetime import timedelta

from scheduler.pushes import Push, Strike
from union import event_places

push = Push("event-offers", cron="2-59/5 8-20 * * *", late=timedelta(hours=1))


@push.strikes
async def move_up(strike: Strike) -> int:
    told = await event_places.move_up(strike.session, strike.now)
    await strike.tell(*told)
    return len(told)
