"""What staff plan: new courses, changes that are told, and what cannot be undone any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Database
from tests.union.trainings.courses import LESSON, NOW, School, at, plan, publish, reading, wish
from union import courses
from union.course_plans import Plan, Published, Unfit, cancel
from union.course_plans import publish as publish_plans
from union.courses import matching
from union.enrolments import enrol
from union.lines import State
from union.refusals import Why
from union.trainings import CourseCancelled, CourseMoved, Refused, SeatOffered

DAY = timedelta(days=1)


async def change(school: School, *plans: Plan, now: object = NOW) -> Published:
    return await school.does(publish_plans, plans, now)


async def test_a_plan_is_published_and_the_same_plan_changes_nothing(school: School) -> None:
    assert (await change(school, plan(), plan("T-2"))) == Published(("T-2",), (), ("T-1",), ())
    assert (await change(school, plan(), plan("T-2"))) == Published((), (), ("T-1", "T-2"), ())


async def test_more_seats_are_offered_and_fewer_throw_nobody_out(school: School) -> None:
    await school.enrols(1, 2, 3, 4)
    done = await change(school, plan(seats=3))
    course = await school.now_is()
    assert done.told == (SeatOffered("o3", course, NOW + DAY),)
    fewer = await change(school, plan(seats=1))
    assert (fewer.told, fewer.over) == ((), ("T-1: 3 of 1",))
    assert list((await school.states()).values()).count(State.ENROLLED) == 2


async def test_another_place_is_told_to_all_who_have_or_want_a_seat(school: School) -> None:
    await school.enrols(1, 2, 3)
    done = await change(school, plan(place="测试楼 102"))
    course = await school.now_is()
    assert course.place == "测试楼 102"
    assert done.told == tuple(CourseMoved(f"o{number}", course) for number in (1, 2, 3))
    assert (await change(school, plan(place="测试楼 102", details="自带工具"))).told == ()


async def test_lessons_keep_their_codes_when_they_move(tables: Database) -> None:
    times = ((at(12, 9), at(12, 11)), (at(13, 9), at(13, 11)), (at(14, 9), at(14, 11)))
    (course,) = await publish(tables, plan(times=times))
    school = School(tables, course)
    ids = [lesson.id for lesson in (await school.now_is()).lessons]
    moved = (times[0], (at(15, 9), at(15, 11)))
    await change(school, plan(times=moved))
    after = await school.now_is()
    assert [lesson.id for lesson in after.lessons] == ids[:2]
    assert (after.ends_at, [lesson.starts_at for lesson in after.lessons]) == (
        at(15, 11),
        [at(12, 9), at(15, 9)],
    )
    await change(school, plan(times=(*moved, (at(16, 9), at(16, 11)))), now=at(12, 12))
    assert [lesson.id for lesson in (await school.now_is()).lessons][:2] == ids[:2]


async def test_what_has_happened_cannot_be_planned_otherwise(tables: Database) -> None:
    times = ((at(12, 9), at(12, 11)), (at(13, 9), at(13, 11)))
    (course,) = await publish(tables, plan(times=times))
    school = School(tables, course)
    for changed, now, says in (
        (plan(times=((at(12, 8), at(12, 11)), times[1])), at(12, 10), "has begun"),
        (plan(times=(times[0], (at(12, 9.5), at(12, 11)))), at(12, 10), "into the past"),
        (plan(times=times, title="焊工班"), at(13, 11), "is over"),
        (plan("T-2"), at(12, 9), "T-2: its first lesson is in the past"),
    ):
        with pytest.raises(Unfit, match=says):
            await change(school, changed, now=now)
    await school.does(cancel, course, "", NOW)
    with pytest.raises(Unfit, match="was cancelled"):
        await change(school, plan(times=times, seats=9))


async def test_calling_off_is_told_once_and_ends_everything(school: School) -> None:
    await school.enrols(1, 2, 3)
    told = await school.does(cancel, school.course, "台风", NOW)
    course = await school.now_is()
    assert course.cancelled
    assert told == [CourseCancelled(f"o{number}", course, "台风") for number in (1, 2, 3)]
    assert await school.does(cancel, school.course, "台风", NOW) == []
    assert set((await school.states()).values()) == {State.CANCELLED}
    with pytest.raises(Refused) as error:
        await school.does(enrol, "o4", wish(school.course, 4), NOW)
    assert error.value.why is Why.CANCELLED
    async with reading(school.database) as session:
        assert await courses.upcoming(session, NOW) == []
        assert [one.id for one in await courses.since(session, NOW)] == [school.course]


async def test_a_course_that_is_over_is_not_called_off(school: School) -> None:
    with pytest.raises(Unfit, match="is over"):
        await school.does(cancel, school.course, "", LESSON[1])


async def test_courses_are_found_by_what_workers_say_of_them(tables: Database) -> None:
    cook = plan(
        "C",
        title="粤菜师傅",
        district="茂南区",
        place="测试中心",
        academy="",
        times=((at(11, 9), at(11, 11)),),
    )
    rider = plan(
        "R", title="平安骑行课", district="高州市", works=("外卖骑手",), times=((at(13, 9), at(13, 11)),)
    )
    await publish(tables, plan("E"), cook, rider)
    async with reading(tables) as session:
        listed = await courses.upcoming(session, NOW)
    assert [one.code for one in listed] == ["C", "E", "R"]
    for words, codes in {
        "电工": ["E"],
        "信宜有什么": ["E"],
        "茂南": ["C"],
        "骑手": ["R"],
        "我想学粤菜": ["C"],
        "工匠学院": ["E", "R"],
        "信宜电工": ["E"],
        "电": [],
        "美容": [],
        "": [],
    }.items():
        assert [one.code for one in matching(listed, words)] == codes, words


async def test_only_courses_that_take_people_are_listed(tables: Database) -> None:
    soon = plan("S", opens_at=at(5, 9))
    closed = plan("X", closes_at=NOW)
    await publish(tables, soon, closed)
    async with reading(tables) as session:
        assert [one.code for one in await courses.upcoming(session, NOW)] == ["S"]
        assert await courses.upcoming(session, LESSON[0]) == []


async def test_a_course_says_when_it_begins_and_ends(school: School) -> None:
    course = await school.now_is()
    assert (course.starts_at, course.ends_at) == LESSON
    assert replace(course, lessons=course.lessons * 2).ends_at == LESSON[1]
