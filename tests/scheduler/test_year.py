"""A year of the real pushes in two processes: holidays, nights without a machine, restarts, a pause, a silent worker.

The slots are those of the triggers themselves; of pushes that strike every minute a few a day are taken, and with
`SOAK=1` some more. What is queued is sent to whoever can be reached, and held for the one who is silent until they
speak.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from dialogue.conversations import ConversationRow
from dialogue.unfinished import LASTS
from messages import quiet, subscriptions
from messages.journal import messages
from messages.subscriptions import Frequency, Topic
from scheduler import runs
from scheduler.runs import Outcome, Run
from storage.base import CHINA
from storage.database import Database
from tests.scheduler.conftest import Hand
from tests.scheduler.posts import SILENT, Line
from tests.scheduler.towns import DAY, HOUR, Gathering
from tests.scheduler.years import BEGIN, DAILY, PAUSED, SOAK, Year
from tests.union.jobs.boards import approver
from union import calendars, retention, staff
from union.event_places import SignUpRow
from union.lines import SEATED, State
from union.rights import Role
from union.seats import EnrolmentRow

OFTEN = {
    "at-once": Frequency.AT_ONCE,
    "daily": Frequency.DAILY,
    "weekly": Frequency.WEEKLY,
    SILENT: Frequency.DAILY,
}
MOVED = date(2025, 12, 13)  # a Saturday that staff make a working day
READER = "reader"
NEWS = {Topic.JOBS, Topic.TRAINING, Topic.WELFARE, Topic.STATIONS}
PAY = re.compile(r"\d+-9000元/月")
WAITS, FORGOTTEN = "还差几项没填完", "没填完的"


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a place: a year has ten thousand commits, and no power cut."""
    memory = Path("/dev/shm")  # noqa: S108 - its folder has a name of its own
    if not memory.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory, prefix="unionbot-year-") as folder:
        yield Path(folder)


@pytest.fixture
async def year(ready: Database, hand: Hand) -> Year:
    """All of it on SQLite; on PostgreSQL, which takes longer over each slot, seven weeks."""
    hand.at = BEGIN
    who = await approver(ready)
    async with ready.write() as session:
        await staff.add(session, "看数的", {Role.OFFICER}, "", BEGIN)
        await staff.bind(session, await staff.offer_code(session, "看数的", BEGIN), READER, BEGIN)
        await calendars.mark(session, MOVED, working=True, reason="补班", noted_by="desk", now=BEGIN)
        for openid, often in OFTEN.items():
            for topic in NEWS:
                await subscriptions.switch_on(session, openid, (topic, "", often), "v1", BEGIN)
    return Year(ready, hand, who, 365 if ready.is_sqlite or SOAK else 50)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_year_tells_everything_once_and_nothing_stale(year: Year) -> None:
    await year.live()
    _each_slot_ends_once(year, await _history(year))
    _nothing_twice(year.post.lines)
    _nothing_in_quiet_hours(year)
    _check_jobs(year)
    _news_are_open(year)
    _notices_are_not_stale(year)
    _reminders_on_the_right_day(year)
    await _reminders_reach_whoever_comes(year)
    _thanks_and_questions_to_whoever_came(year)
    await _lines_move(year)
    _forms_once(year)
    await _figures_on_working_days(year)
    await _words_are_gone(year)


async def _history(year: Year) -> list[Run]:
    async with year.database.read() as session:
        return [run for push in year.pushes for run in await runs.history(session, push.name, 1_000_000)]


def _each_slot_ends_once(year: Year, history: Sequence[Run]) -> None:
    """Struck by one process, or written down as missed, or paused; of the daily ones none is left out."""
    late = {push.name: push.late for push in year.pushes}
    struck = Counter((run.name, run.due) for run in year.ran)
    assert [slot for slot, times in struck.items() if times > 1] == []
    kept = {(run.name, run.due): run for run in history if run.outcome is not Outcome.PLANNED}
    assert all(kept.get((run.name, run.due), run) == run for run in year.ran)
    outcomes = Counter(run.outcome for run in kept.values())
    assert outcomes[Outcome.FAILED] == 0
    assert min(outcomes[one] for one in (Outcome.DONE, Outcome.MISSED, Outcome.PAUSED)) > 0
    assert all(run.at - run.due <= late[run.name] for run in year.ran if run.outcome is Outcome.DONE)
    for push in year.pushes:
        if push.name in DAILY:
            slots = push.slots(BEGIN, max(run.due for run in year.ran if run.name == push.name), 1000)
            assert [slot for slot in slots if (push.name, slot) not in struck.keys() | kept.keys()] == []


def _nothing_twice(lines: Sequence[Line]) -> None:
    """No notice, and no line of a list; a form that was left is told in the same words each time."""
    said = Counter(
        (line.openid, part)
        for line in lines
        if WAITS not in line.body and FORGOTTEN not in line.body
        for part in (_items(line) if line.topic in NEWS else [line.body])
    )
    assert said
    assert [one for one, times in said.items() if times > 1] == []


def _items(line: Line) -> list[str]:
    """Of a list, without their numbers."""
    return [part.partition(" ")[2] for part in line.body.splitlines() if re.match(r"\d+\. ", part)]


def _nothing_in_quiet_hours(year: Year) -> None:
    """But what was queued by day and could not leave, for the machine went down, leaves when it is back."""
    woken = [line for line in year.post.lines if quiet.is_night(line.at) and not line.asked_for]
    assert [line for line in woken if line.at not in year.backs or quiet.is_night(line.queued_at)] == []


def _of(lines: Iterable[Line], topic: str) -> list[Line]:
    return [line for line in lines if line.topic == topic]


def _check_jobs(year: Year) -> None:
    """Each heard of as many as there were until they were told last, as often as wanted, and not while it was paused."""
    told = _of(year.post.lines, Topic.JOBS)
    for openid in OFTEN:
        its = [line for line in told if line.openid == openid]
        heard = sum(int(found[1]) for line in its if (found := re.search(r"有 (\d+) 个", line.body)))
        until = max(line.queued_at for line in its) - timedelta(seconds=30)
        assert heard == sum(at <= until for at in year.town.jobs.values()), openid
    for line in told:
        pays = PAY.findall(line.body)
        assert all(timedelta() < line.queued_at - year.town.jobs[pay] < 21 * DAY for pay in pays)
        assert line.at - line.queued_at <= 7 * DAY
    _as_often_as_wanted(told)
    rest = BEGIN + PAUSED.start * DAY, BEGIN + PAUSED.stop * DAY
    assert [line for line in told if rest[0] < line.queued_at < rest[1]] == []


def _as_often_as_wanted(told: Sequence[Line]) -> None:
    def of(openid: str) -> list[datetime]:
        return [line.queued_at.astimezone(CHINA) for line in told if line.openid == openid]

    assert max(Counter(at.date() for at in of("daily")).values()) == 1
    assert all(at.hour < 11 for at in of("daily"))
    assert max(Counter(at.isocalendar()[:2] for at in of("weekly")).values()) == 1
    at_once = of("at-once")
    assert all(later - earlier >= HOUR for earlier, later in pairwise(at_once))


def _news_are_open(year: Year) -> None:
    """What is in a list can be signed up for, of one that has waited at least something."""
    for topic in NEWS:
        assert {line.openid for line in _of(year.post.lines, topic)} == set(OFTEN)
    ends = {title: one.closes_at for title, one in year.town.gatherings.items()} | year.town.packs
    assert all(
        any(title in line.body for line in year.post.lines) for title in ends if not _is_late(year, title)
    )
    for line in year.post.lines:
        its = [end for title, end in ends.items() if title in line.body] if line.topic in NEWS else []
        assert not its or line.at < (max(its) if line.asked_for else min(its)), line


def _is_late(year: Year, title: str) -> bool:
    """Whether there was hardly a week left to tell of it."""
    one = year.town.gatherings.get(title)
    closes = one.closes_at if one else year.town.packs[title]
    return closes > BEGIN + (year.days - 7) * DAY


def _notices(year: Year) -> Iterator[tuple[Line, Gathering]]:
    for line in year.post.lines:
        if line.topic not in NEWS:
            yield from ((line, one) for one in year.town.about(line))


def _notices_are_not_stale(year: Year) -> None:
    words = Counter[str]()
    for line, one in _notices(year):
        before = {
            "轮到您了": one.starts_at,
            "过了时间": one.starts_at,
            "取消了": one.ends_at,
            "改了": one.ends_at,
        }
        found = [(word, until) for word, until in before.items() if word in line.body]
        words.update(word for word, _ in found)
        assert all(line.at < until for _, until in found), line
        if "没能排上" in line.body:
            assert one.starts_at <= line.at < one.starts_at + 8 * DAY, line
        assert "提醒您" not in line.body or one.cancelled is None or line.at < one.cancelled, line
    assert SOAK or not year.database.is_sqlite or set(words) == set(before)


def _reminders_on_the_right_day(year: Year) -> None:
    """“Tomorrow” on the eve, after tea time, and “today” before it begins; of what was moved, the time that it had then."""
    found = 0
    for line, one in _notices(year):
        if "提醒您" not in line.body:
            continue
        found += 1
        starts = one.lessons or one.starts
        that_day = _day(line) + ("明天" in line.body) * DAY
        assert [at for at in starts if at.astimezone(CHINA).date() == that_day and line.at < at], line
        assert "明天" not in line.body or line.local.hour >= 17, line
    assert found


async def _reminders_reach_whoever_comes(year: Year) -> None:
    """Whoever has a place since before tea time on the eve, when a process was up to say so."""
    eves = ((line, one) for line, one in _notices(year) if "就在明天" in line.body)
    told = Counter((line.openid, one.title, _day(line)) for line, one in eves)
    expected = 0
    for one in (one for one in year.town.gatherings.values() if one.is_event and one.cancelled is None):
        tea = one.starts_at.astimezone(CHINA).replace(hour=17, minute=0) - DAY
        at = [run.at for run in year.ran if run.name == "event-reminders" and run.outcome is Outcome.DONE]
        if any(tea <= time < tea + 4 * HOUR for time in at):
            for row in await _rows(year, one):
                if row.state == State.ENROLLED and row.changed_at < tea and row.openid != SILENT:
                    assert told[row.openid, one.title, tea.date()] == 1, (row.openid, one)
                    expected += 1
    assert expected


def _thanks_and_questions_to_whoever_came(year: Year) -> None:
    told = Counter(
        (line.openid, one.title)
        for line, one in _notices(year)
        if "谢谢您来参加" in line.body or "上完了" in line.body
    )
    assert set(told.values()) == {1}
    over = BEGIN + (year.days - 3) * DAY
    came = {
        (openid, one.title)
        for one in year.town.gatherings.values()
        for openid in one.came
        if one.ends_at < over
    }
    assert {pair for pair in came - told.keys() if pair[0] != SILENT} == set()
    assert told.keys() <= {
        (openid, one.title) for one in year.town.gatherings.values() for openid in one.came
    }


async def _rows(year: Year, one: Gathering) -> Sequence[SignUpRow | EnrolmentRow]:
    async with year.database.read() as session:
        if one.is_event:
            return list(await session.scalars(sa.select(SignUpRow).where(SignUpRow.event_id == one.id)))
        return list(await session.scalars(sa.select(EnrolmentRow).where(EnrolmentRow.course_id == one.id)))


async def _lines_move(year: Year) -> None:
    """No more seats than there are, and nobody waits for what has begun."""
    over, states = year.hand.at - 2 * DAY, Counter[str]()
    for one in year.town.gatherings.values():
        rows = await _rows(year, one)
        states.update(row.state for row in rows)
        assert sum(row.state in SEATED for row in rows) <= 2
        assert one.starts_at > over or {row.state for row in rows}.isdisjoint(
            (State.WAITING, State.OFFERED)
        ), one
    assert states[State.LAPSED] > 0


def _forms_once(year: Year) -> None:
    """Called to mind once, after most of a day and while it is there; forgotten once, after a week."""
    told = {word: [line for line in year.post.lines if word in line.body] for word in (WAITS, FORGOTTEN)}
    reminded = 0
    for form in year.town.forms:
        ends = min(form.taken_up or form.at + LASTS, form.at + LASTS)
        its = [
            line.at - form.at
            for line in told[WAITS]
            if line.openid == form.openid and form.at < line.at < ends
        ]
        assert len(its) <= 1
        assert all(since >= 20 * HOUR for since in its)
        reminded += len(its)
        over = [
            line
            for line in told[FORGOTTEN]
            if line.openid == form.openid and ends <= line.at < ends + 2 * DAY
        ]
        is_due = form.taken_up is None and form.at + LASTS + 3 * DAY < year.hand.at
        assert len(over) <= (form.taken_up is None)
        assert over or not is_due, form
    assert reminded == len(told[WAITS]) > 0


async def _figures_on_working_days(year: Year) -> None:
    async with year.database.read() as session:
        known = await calendars.calendar(session)
    days = Counter(_day(line) for line in year.post.lines if line.openid == READER)
    assert max(days.values()) == 1
    assert all(known.is_working_day(day) for day in days)
    struck = [
        run for run in year.ran if run.name == "staff-figures" and run.at.astimezone(CHINA).date() == MOVED
    ]
    assert MOVED in days or struck[0].outcome is Outcome.MISSED
    working = sum(known.is_working_day(BEGIN.date() + number * DAY) for number in range(year.days))
    assert 0.7 * working < len(days) <= working


async def _words_are_gone(year: Year) -> None:
    """By the last night that there was."""
    nights = [
        run.at for run in year.ran if run.name == "retention" and run.outcome in (Outcome.DONE, Outcome.EMPTY)
    ]
    before = max(nights) - retention.CHAT
    async with year.database.read() as session:
        kept = sa.select(sa.func.count()).where(messages.c.created_at < before, messages.c.body != "")
        assert await session.scalar(kept) == 0
        quiet_ones = ConversationRow.heard_at < before, ConversationRow.forms.is_(None)
        assert await session.scalar(sa.select(sa.func.count()).where(*quiet_ones)) == 0


def _day(line: Line) -> date:
    return line.local.date()
