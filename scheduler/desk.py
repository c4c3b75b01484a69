"""Where worker and staff have both been silent for half an hour, the bot takes over again."""

from datetime import timedelta

from dialogue import desks
from scheduler.pushes import Push, Strike

push = Push("desk", cron="* * * * *", late=timedelta(hours=12))


@push.strikes
async def hand_back(strike: Strike) -> int:
    return await strike.tell(*await desks.hand_back(strike.session, strike.now))
