"""What has been kept for its time goes, every night; the periods are those of `union.retention`."""

from datetime import timedelta

import dialogue.erasing
import knowledge.erasing
import messages.erasing
import union.erasing
from messages import subscriptions
from scheduler import runs
from scheduler.pushes import Push, Strike
from union import retention

push = Push("retention", cron="20 3 * * *", late=timedelta(hours=20))


@push.strikes
async def let_go(strike: Strike) -> int:
    now = strike.now
    await runs.forget(strike.session)
    words = await messages.erasing.age(strike.session, now - retention.CHAT, now - retention.UNFINISHED)
    questions = await knowledge.erasing.age(strike.session, now - retention.EVIDENCE)
    talks = await dialogue.erasing.age(strike.session, now - retention.CHAT, now - retention.LINKS)
    wishes = await subscriptions.age(strike.session, now - retention.CONSENTS)
    return words + questions + talks + wishes + await union.erasing.age(strike.session, now)
