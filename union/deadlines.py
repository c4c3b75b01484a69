"""Legal periods that a worker can miss: until which day, by which rule, and who wants to be reminded of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from union.calendars import Calendar, after, china_day


class Matter(StrEnum):
    """What has a deadline. The values travel in lines to tap."""

    ARBITRATION = (
        "arbitration"  # 劳动争议调解仲裁法 art. 27 (1): a year from when one knew or should have known
    )
    WAGES = "wages"  # art. 27 (4): while the work goes on none, then a year from its end
    INJURY = "injury"  # 工伤保险条例 art. 17: the employer has 30 days, the worker and the union a year
    AWARD = "award"  # 调解仲裁法 art. 48, 50: 15 days from the receipt of the award to go to court
    PROBATION = "probation"  # 劳动合同法 art. 19, by the length of the contract
    INSPECTION = "inspection"  # 劳动保障监察条例 art. 17 and its 若干规定 art. 18, 37: in working days


class Contract(StrEnum):
    """How long a contract was made for, as far as 劳动合同法 art. 19 tells them apart."""

    NONE = "none"  # less than three months, for one task, or part-time: no probation at all
    SHORT = "short"  # less than a year
    MIDDLE = "middle"  # less than three years
    LONG = "long"  # three years and more, or without an end
    UNWRITTEN = "unwritten"  # none was signed: probation is a part of a contract (art. 19), and wages double (art. 82)


PROBATION_MONTHS = {
    Contract.NONE: 0,
    Contract.SHORT: 1,
    Contract.MIDDLE: 2,
    Contract.LONG: 6,
    Contract.UNWRITTEN: 0,
}


class Step(StrEnum):
    """What must be done, or ends, on the last day."""

    ARBITRATE = "arbitrate"
    EMPLOYER = "employer"
    WORKER = "worker"
    SUE = "sue"
    PROBATION = "probation"
    ACCEPTED = "accepted"
    CONCLUDED = "concluded"


# So many days before the last one the worker is reminded; what somebody else must do is asked after on the day after.
_AHEAD = {
    Step.ARBITRATE: (60, 14),
    Step.WORKER: (60, 14),
    Step.EMPLOYER: (7,),
    Step.SUE: (7, 3),
    Step.PROBATION: (7,),
}
_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """What a worker wants to know the last day of; `since` is when it began."""

    matter: str
    employed: bool | None = None
    contract: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A period: `counted` is its last day by the calendar, `last` that by the law where holidays move it."""

    step: Step
    counted: date
    last: date
    guessed: bool = False  # the holidays of that year are not known yet


@dataclass(frozen=True, slots=True)
class DeadlineNears:
    """A worker asked to be reminded, and it is time; for what others owe, the day has passed."""

    openid: str
    matter: Matter
    step: Step
    last: date
    today: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a worker will be reminded of, and when."""

    matter: Matter
    step: Step
    last: date
    days: tuple[date, ...]


class ReminderRow(Base):
    """One reminder to come; a worker who asks again for the same gets no second."""

    __tablename__ = "deadline_reminders"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64))
    matter: Mapped[str] = mapped_column(sa.String(16))
    step: Mapped[str] = mapped_column(sa.String(16))
    last: Mapped[date] = mapped_column(sa.Date)
    day: Mapped[date] = mapped_column(sa.Date)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        sa.UniqueConstraint("openid", "matter", "step", "last", "day"),
        sa.Index(
            "ix_deadline_reminders_day",
            "day",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )


reminders = cast(sa.Table, ReminderRow.__table__)
_remember = sa.text(
    "INSERT INTO deadline_reminders (openid, matter, step, last, day, asked_at) "
    "VALUES (:openid, :matter, :step, :last, :day, :at) ON CONFLICT DO NOTHING"
).bindparams(
    sa.bindparam("last", type_=sa.Date()),
    sa.bindparam("day", type_=sa.Date()),
    sa.bindparam("at", type_=UTCDateTime()),
)


def terms(question: Question, calendar: Calendar) -> tuple[Term, ...]:
    """The periods that began with the day in question, the first to end first; none where no period runs."""
    matter, since = Matter(question.matter), question.since
    if since is None or (matter is Matter.WAGES and question.employed):
        return ()
    if matter in (Matter.ARBITRATION, Matter.WAGES):
        return (_moved(Step.ARBITRATE, after(since, years=1), calendar),)
    if matter is Matter.INJURY:
        # That a holiday moves these the regulation does not say: nobody should count on it.
        employer, worker = after(since, days=30), after(since, years=1)
        return Term(Step.EMPLOYER, employer, employer), Term(Step.WORKER, worker, worker)
    if matter is Matter.AWARD:
        return (_moved(Step.SUE, after(since, days=15), calendar),)
    if matter is Matter.PROBATION:
        months = PROBATION_MONTHS[Contract(question.contract or Contract.NONE)]
        # The first day of work counts: a month that begins on the eighth ends on the seventh.
        end = after(since, months=months) - timedelta(days=1)
        return (Term(Step.PROBATION, end, end),) if months else ()
    return _inspection(since, calendar)


def _moved(step: Step, counted: date, calendar: Calendar) -> Term:
    """When the last day is a holiday, the first day after it counts: 民法典 art. 203, for courts 民事诉讼法 art. 85."""
    return Term(step, counted, calendar.working_day_from(counted), not calendar.knows(counted.year))


def _inspection(since: date, calendar: Calendar) -> tuple[Term, ...]:
    """Accepted within five working days, concluded within sixty more; thirty more in difficult cases."""
    accepted = calendar.add_working_days(since, 5)
    concluded = calendar.add_working_days(accepted, 60)
    return tuple(
        Term(step, day, day, not calendar.knows(day.year))
        for step, day in ((Step.ACCEPTED, accepted), (Step.CONCLUDED, concluded))
    )


def reminding_days(term: Term, calendar: Calendar, today: date) -> list[date]:
    """The working days to come on which a reminder helps: some time before the period ends by the calendar."""
    ahead = _AHEAD.get(term.step)
    if ahead is None:
        days = {calendar.working_day_from(term.last + _AFTER)}
    else:
        days = {calendar.working_day_until(term.counted - timedelta(days=count)) for count in ahead}
    return sorted(day for day in days if day > today)


async def remember(
    session: AsyncSession, openid: str, question: Question, calendar: Calendar, now: datetime
) -> list[date]:
    """Keep the reminders of what the worker asked about; returns their days, none where all is too late or too near."""
    found = [
        (term, day)
        for term in terms(question, calendar)
        for day in reminding_days(term, calendar, china_day(now))
    ]
    for term, day in found:
        row = {"openid": openid, "matter": question.matter, "step": term.step.value}
        await session.execute(_remember, row | {"last": term.last, "day": day, "at": now})
    return sorted({day for _, day in found})


async def due(session: AsyncSession, now: datetime) -> list[DeadlineNears]:
    """Who is to be reminded today, each reminder once; of one period only the latest, and none that is over."""
    today = china_day(now)
    columns = (reminders.c.openid, reminders.c.matter, reminders.c.step, reminders.c.last)
    taken = await session.execute(
        sa.update(reminders)
        .where(reminders.c.told_at.is_(None), reminders.c.day <= today)
        .values(told_at=now)
        .returning(*columns)
    )
    facts = {DeadlineNears(row.openid, Matter(row.matter), Step(row.step), row.last, today) for row in taken}
    return sorted(
        (one for one in facts if one.last >= today or one.step not in _AHEAD),
        key=lambda one: (one.openid, one.last),
    )


async def coming(session: AsyncSession, openid: str) -> Sequence[Reminder]:
    """What the worker will be reminded of, by the periods, with the days to come of each."""
    its = reminders.c.openid == openid, reminders.c.told_at.is_(None)
    order = reminders.c.last, reminders.c.matter, reminders.c.step, reminders.c.day
    rows = await session.execute(sa.select(*order).where(*its).order_by(*order))
    days: dict[tuple[date, str, str], list[date]] = {}
    for row in rows:
        days.setdefault((row.last, row.matter, row.step), []).append(row.day)
    return [
        Reminder(Matter(matter), Step(step), last, tuple(found))
        for (last, matter, step), found in days.items()
    ]


async def forget(session: AsyncSession, openid: str) -> int:
    """The worker wants no reminders any more; returns how many there were to come."""
    gone = await session.execute(
        sa.delete(reminders).where(reminders.c.openid == openid).returning(reminders.c.told_at)
    )
    return sum(row.told_at is None for row in gone)
