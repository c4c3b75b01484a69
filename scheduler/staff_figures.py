"""On the morning of a working day those of the staff who have bound their WeChat are told how much there was to do."""

from datetime import datetime, time, timedelta

from knowledge import evidence
from messages import tallies
from scheduler.pushes import Push, Strike
from storage.base import CHINA
from union import applicants, calendars, figures
from union.figures import StaffFigures
from union.rights import Right, may

push = Push("staff-figures", cron="30 8 * * *", late=timedelta(hours=3))


@push.strikes
async def tell(strike: Strike) -> int:
    """Of all days since the last working day began, so that nobody misses a weekend."""
    session, today = strike.session, calendars.china_day(strike.now)
    days = await calendars.calendar(session)
    if not days.is_working_day(today):
        return 0
    readers = await figures.readers(session)
    first, last = days.working_day_until(today - timedelta(days=1)), today - timedelta(days=1)
    since, until = datetime.combine(first, time(), CHINA), datetime.combine(today, time(), CHINA)
    said = await tallies.count(session, since, until) if readers else None
    if said is None:
        return 0
    missed, tickets = await evidence.missed(session, since, until), await tallies.open_tickets(session)
    failed = said.refused + said.unknown + said.expired
    jobs = await applicants.unanswered(session)
    members = {
        district: await figures.members(session, district, since, until)
        for district in {one.district for one in readers}
    }
    return await strike.tell(
        *(
            StaffFigures(
                one.openid or "", first, last, *members[one.district], said.asked, said.people, missed, tickets,
                said.sent, said.waiting, failed,
                tuple(job for job in jobs if may(one, Right.VET, job.district)),
            )
            for one in readers
        )
    )  # fmt: skip
