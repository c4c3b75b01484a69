"""What the employer or the station says to an application, entered by staff; what was entered by mistake is mended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from union import job_applications, rights
from union.calendars import china_day
from union.job_applications import JobApplicationRow, Refused, State
from union.rights import Right, Staff

_WORDS = 200
# A first day of work that lies farther back or ahead is a slip of the pen; within, it is told without the year.
_BACK, _AHEAD = timedelta(days=7), timedelta(days=180)


@dataclass(frozen=True, slots=True)
class ApplicationAnswered:
    """The employer or the station answered: `state` invited, hired or declined, in `words` where there are some.

    `otherwise`: the worker was told something else before.
    """

    openid: str
    application_id: int
    post: str
    publisher: str
    state: State
    words: str
    starts_on: date | None
    otherwise: bool = False


class Unanswerable(Exception):
    """That cannot be answered so; says why, in English for staff."""


async def answer(
    session: AsyncSession,
    staff: Staff,
    application_id: int,
    state: State,
    words: str,
    starts_on: date | None,
    now: datetime,
) -> ApplicationAnswered:
    """Another answer takes the place of the one before; of the same one, what is not given stands.

    Raises Unanswerable and Forbidden. What the worker has answered since stays, but for another start.
    """
    try:
        row, listing = await job_applications.locked(session, application_id)
    except Refused:
        raise Unanswerable(f"there is no application {application_id}") from None
    rights.demand(staff, Right.VET, listing.district)
    today, before, same = china_day(now), row.state, row.state == state
    if starts_on is not None and not today - _BACK <= starts_on <= today + _AHEAD:
        raise Unanswerable(f"no first day of work: {starts_on} is not near today, {today}")
    told = words[:_WORDS] or (row.words if same else "")
    day = starts_on or (row.starts_on if same else None)
    _refuse(row, state, same and (told, day) == (row.words, row.starts_on))
    if not same or (day != row.starts_on and not row.started):
        row.start_due_on = (day or today) if state == State.HIRED else None
        row.start_asked_at = row.started = row.pay_asked_at = row.got_paid = None
    row.state, row.words, row.answered_by, row.starts_on = state, told, staff.id, day
    await session.flush()
    otherwise = same or before in (State.HIRED, State.DECLINED)
    return ApplicationAnswered(
        row.openid, row.id, listing.post, listing.publisher, state, told, day, otherwise
    )


def _refuse(row: JobApplicationRow, state: State, is_told: bool) -> None:
    if row.state == State.WITHDRAWN:
        raise Unanswerable(f"application {row.id} was taken back by the worker")
    if is_told:
        raise Unanswerable(f"application {row.id} is {state} already, and the worker was told")
    if row.state == State.HIRED and row.started and state != State.HIRED:
        raise Unanswerable(f"application {row.id}: the worker says that the work has begun")
