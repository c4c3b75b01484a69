"""Signing up: a seat or a place in the line, an offer that moves on, and never more people than seats."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests.conftest import KEYS
from tests.union.trainings.courses import LESSON, NOW, School, at, plan, publish, reading, wish
from union.courses import Audience, Lesson
from union.enrolments import accept, enrol, mine, withdraw
from union.lines import OPEN, SEATED, State
from union.offers import offer_ends
from union.refusals import ALREADY, Why
from union.seats import EnrolmentRow, all_places, move_up
from union.trainings import (
    Decided,
    EnrolmentConfirmed,
    OfferExpired,
    PutOnWaitingList,
    Refused,
    SeatOffered,
    SignUp,
    Standing,
    WaitingEnded,
    Withdrawn,
)

DAY = timedelta(days=1)


async def refused(school: School, *deed: object, **named: object) -> Why:
    with pytest.raises(Refused) as error:
        await school.does(*deed, **named)  # type: ignore[arg-type]  # fields by their names
    return error.value.why


async def test_who_comes_first_has_a_seat_and_the_others_wait_in_order(school: School) -> None:
    decided = await school.enrols(1, 2, 3, 4)
    course = await school.now_is()
    assert [one.own for one in decided] == [
        EnrolmentConfirmed("o1", course),
        EnrolmentConfirmed("o2", course),
        PutOnWaitingList("o3", course, 1),
        PutOnWaitingList("o4", course, 2),
    ]
    assert {one.others for one in decided} == {()}


async def test_nobody_signs_up_twice(school: School) -> None:
    await school.enrols(1, 2, 3)
    assert await refused(school, enrol, "o1", wish(school.course, 1), NOW) is Why.ENROLLED
    assert await refused(school, enrol, "o3", wish(school.course, 3), NOW) is Why.WAITING
    assert await refused(school, enrol, "o9", wish(school.course, 1), NOW) is Why.PHONE_TAKEN
    await school.does(withdraw, "o1", school.course, NOW)
    assert await refused(school, enrol, "o3", wish(school.course, 3), NOW) is Why.OFFERED


async def test_sign_up_has_its_window(tables: Database) -> None:
    (course,) = await publish(tables, plan(opens_at=at(1, 9), closes_at=at(10, 18)))
    school = School(tables, course)
    for moment, why in {
        at(1, 8.9): Why.NOT_YET,
        at(10, 18): Why.CLOSED,
        at(12, 9): Why.BEGUN,
    }.items():
        assert await refused(school, enrol, "o1", wish(course, 1), moment) is why
    await school.enrols(1, now=at(1, 9))
    assert await refused(school, enrol, "o1", SignUp(course + 9, "测试", "13800138000"), NOW) is Why.UNKNOWN


async def test_a_course_for_some_is_for_them_only(tables: Database) -> None:
    (members, riders) = await publish(
        tables, plan("M", audience=Audience.MEMBERS), plan("R", works=("外卖骑手", "网约车司机"))
    )
    school = School(tables, members)
    assert await refused(school, enrol, "o1", wish(members, 1), NOW) is Why.MEMBERS_ONLY
    await school.does(enrol, "o1", wish(members, 1), NOW, Standing(member=True))
    rider = Standing(work="外卖骑手")
    assert await refused(school, enrol, "o1", wish(riders, 1), NOW, Standing(work="保洁")) is Why.OTHER_WORK
    await school.does(enrol, "o1", wish(riders, 1), NOW, rider)


async def test_a_seat_given_up_is_offered_to_the_next_for_a_day(school: School) -> None:
    await school.enrols(1, 2, 3, 4)
    decided = await school.does(withdraw, "o1", school.course, NOW)
    course = await school.now_is()
    assert decided.own == Withdrawn("o1", course)
    assert decided.others == (SeatOffered("o3", course, NOW + DAY),)
    # Held for the first in the line, whoever comes now.
    assert isinstance((await school.enrols(5))[0].own, PutOnWaitingList)
    taken = await school.does(accept, "o3", school.course, NOW + DAY - timedelta(seconds=1))
    assert taken.own == EnrolmentConfirmed("o3", course)
    assert await refused(school, accept, "o3", school.course, NOW) is Why.ENROLLED
    assert await refused(school, accept, "o4", school.course, NOW) is Why.NOTHING_OFFERED


async def test_an_offer_declined_or_expired_goes_to_the_next(school: School) -> None:
    await school.enrols(1, 2, 3, 4, 5)
    await school.does(withdraw, "o1", school.course, NOW)
    course = await school.now_is()
    declined = await school.does(withdraw, "o3", school.course, NOW)
    assert declined.others == (SeatOffered("o4", course, NOW + DAY),)
    assert await school.does(move_up, NOW + DAY - timedelta(seconds=1)) == []
    assert await school.does(move_up, NOW + DAY) == [
        OfferExpired("o4", course),
        SeatOffered("o5", course, NOW + 2 * DAY),
    ]
    assert await school.does(move_up, NOW + DAY) == []
    assert await school.states() == {
        "o1": State.WITHDRAWN,
        "o2": State.ENROLLED,
        "o3": State.WITHDRAWN,
        "o4": State.LAPSED,
        "o5": State.OFFERED,
    }


async def test_who_answers_too_late_is_told_so_and_the_next_has_it(school: School) -> None:
    await school.enrols(1, 2, 3, 4)
    await school.does(withdraw, "o1", school.course, NOW)
    decided = await school.does(accept, "o3", school.course, NOW + DAY)
    course = await school.now_is()
    assert decided.own == OfferExpired("o3", course)
    assert decided.others == (SeatOffered("o4", course, NOW + 2 * DAY),)


async def test_an_offer_never_outlasts_the_start_and_leaves_time_for_the_next(school: School) -> None:
    await school.enrols(1, 2, 3, 4)
    late = LESSON[0] - timedelta(hours=4)
    decided = await school.does(withdraw, "o1", school.course, late)
    course = await school.now_is()
    awake = at(12, 8.5)
    assert decided.others == (SeatOffered("o3", course, awake),)
    assert await school.does(move_up, awake) == [
        OfferExpired("o3", course),
        SeatOffered("o4", course, awake + timedelta(minutes=15)),
    ]
    assert await school.does(move_up, LESSON[0]) == [OfferExpired("o4", course)]


@pytest.mark.parametrize(
    ("now", "starts", "ends"),
    [
        (at(10, 10), at(13, 9), at(11, 10)),
        (at(10, 22), at(20, 9), at(12, 8.5)),
        (at(10, 7), at(20, 9), at(11, 8.5)),
        (at(11, 23.5), at(12, 9), at(12, 8.5)),
        (at(11, 20), at(12, 8), at(11, 21)),  # no morning is left before this course
        (at(11, 23), at(12, 8), at(12, 8)),
    ],
)
async def test_an_offer_does_not_end_while_people_sleep(
    school: School, now: datetime, starts: datetime, ends: datetime
) -> None:
    course = replace(await school.now_is(), lessons=(Lesson(1, starts, starts + timedelta(hours=2)),))
    assert offer_ends(course.starts_at, now) == ends


async def test_who_answers_late_has_the_seat_while_nobody_else_waits(school: School) -> None:
    await school.enrols(1, 2, 3)
    await school.does(withdraw, "o1", school.course, NOW)
    course = await school.now_is()
    assert await school.does(move_up, NOW + DAY) == [OfferExpired("o3", course, still_free=True)]
    decided = await school.does(accept, "o3", school.course, NOW + 2 * DAY)
    assert decided == Decided(EnrolmentConfirmed("o3", course))
    assert (await school.states())["o3"] is State.ENROLLED


async def test_who_answers_late_before_the_clock_has_looked_has_the_seat_too(school: School) -> None:
    await school.enrols(1, 2, 3)
    await school.does(withdraw, "o1", school.course, NOW)
    decided = await school.does(accept, "o3", school.course, NOW + DAY)
    assert decided == Decided(EnrolmentConfirmed("o3", await school.now_is()))


async def test_who_answers_after_the_start_has_none(school: School) -> None:
    await school.enrols(1, 2, 3)
    await school.does(withdraw, "o1", school.course, NOW)
    assert await refused(school, accept, "o3", school.course, LESSON[0]) is Why.BEGUN


async def test_the_line_ends_when_the_course_begins(school: School) -> None:
    await school.enrols(1, 2, 3)
    course = await school.now_is()
    assert await school.does(move_up, LESSON[0]) == [WaitingEnded("o3", course)]
    assert await school.does(move_up, LESSON[0]) == []
    # A seat given up during the course is offered to nobody.
    assert (await school.does(withdraw, "o1", school.course, LESSON[0])).others == ()
    assert await refused(school, withdraw, "o2", school.course, LESSON[1]) is Why.BEGUN


async def test_who_comes_back_stands_at_the_end_of_the_line(school: School) -> None:
    await school.enrols(1, 2, 3, 4)
    await school.does(withdraw, "o3", school.course, NOW)
    assert await refused(school, withdraw, "o3", school.course, NOW) is Why.NOT_ENROLLED
    ((again),) = await school.enrols(3)
    assert isinstance(again.own, PutOnWaitingList)
    assert again.own.position == 2
    decided = await school.does(withdraw, "o2", school.course, NOW)
    assert [fact.openid for fact in decided.others] == ["o4"]


async def test_a_worker_sees_all_they_signed_up_for(tables: Database) -> None:
    (late, early) = await publish(tables, plan("L", seats=1, times=((at(20, 9), at(20, 11)),)), plan("E"))
    school = School(tables, late)
    await school.enrols(1, 2, 3)
    await School(tables, early).enrols(3)
    async with reading(tables) as session:
        found = await mine(session, "o3")
        places = await all_places(session, (late, early))
    assert [(one.course.code, one.state, one.position) for one in found] == [
        ("E", State.ENROLLED, 0),
        ("L", State.WAITING, 2),
    ]
    assert (places[late].taken, places[late].waiting, places[early].taken) == (1, 2, 1)
    assert places[early].free(found[0].course) == 1
    assert places[late].free(found[1].course) == 0


async def test_names_and_numbers_lie_sealed(school: School) -> None:
    await school.enrols(1)
    async with reading(school.database) as session:
        raw = (await session.execute(sa.text("SELECT name, phone, phone_blind FROM enrolments"))).one()
        row = await session.scalar(sa.select(EnrolmentRow))
    assert row is not None
    assert (row.name, row.phone) == ("测试1", "13800100001")
    assert "测试".encode() not in b"".join(raw)
    assert b"1380010" not in b"".join(raw)


async def test_two_hundred_at_once_never_overbook(tables: Database) -> None:
    """As many processes as would share a database, each with connections of its own."""
    (course,) = await publish(tables, plan(seats=20))
    url = tables.url.render_as_string(hide_password=False)
    processes = [Database(url, Keyring(parse_keys(KEYS))) for _ in range(3)]
    # Fewer at a time than there are connections, or the slowest machine gives up waiting for one.
    doors = [asyncio.Semaphore(3) for _ in processes]

    async def sign_up(number: int) -> object:
        async with doors[number % 3]:
            return (await School(processes[number % 3], course).enrols(number))[0].own

    told = await asyncio.gather(*(sign_up(number) for number in range(200)))
    kinds = Counter(type(fact) for fact in told)
    assert kinds == {EnrolmentConfirmed: 20, PutOnWaitingList: 180}
    positions = sorted(fact.position for fact in told if isinstance(fact, PutOnWaitingList))
    assert positions == list(range(1, 181))
    school = School(tables, course)
    line = [openid for openid, state in (await school.states()).items() if state is State.WAITING]
    by_position = {fact.position: fact.openid for fact in told if isinstance(fact, PutOnWaitingList)}
    assert line == [by_position[position] for position in positions]
    for process in processes:
        await process.close()


async def test_leaving_and_coming_at_once_keeps_every_seat_with_one_person(tables: Database) -> None:
    (course,) = await publish(tables, plan(seats=5))
    school = School(tables, course)
    await school.enrols(*range(15))

    async def leave(number: int) -> object:
        return await school.does(withdraw, f"o{number}", course, NOW)

    async def take(number: int) -> object:
        while (await school.states())[f"o{number}"] is not State.OFFERED:
            await asyncio.sleep(0.01)
        return await school.does(accept, f"o{number}", course, NOW)

    await asyncio.gather(
        *(leave(number) for number in range(4)),
        *(take(number) for number in range(5, 9)),
        *(school.enrols(number) for number in range(20, 24)),
    )
    counts = Counter((await school.states()).values())
    assert counts == {State.ENROLLED: 5, State.WITHDRAWN: 4, State.WAITING: 10}


async def test_two_sweeps_at_once_tell_each_once(school: School) -> None:
    await school.enrols(1, 2, 3, 4)
    await school.does(withdraw, "o1", school.course, NOW)
    swept = await asyncio.gather(*(school.does(move_up, NOW + DAY) for _ in range(4)))
    told = Counter(type(fact) for facts in swept for fact in facts)
    assert told == {OfferExpired: 1, SeatOffered: 1}


def test_what_is_open_and_what_is_seated() -> None:
    assert set(SEATED) < set(OPEN)
    assert set(ALREADY) == set(OPEN)
