"""The lessons: each reminded of once at a decent hour, checked in to by scanning, and what comes afterwards."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from storage.database import Database
from tests.union.trainings.courses import LESSON, NOW, School, at, plan, publish, reading
from union import course_plans
from union.attendance import check_in, due_reminders
from union.course_plans import cancel
from union.enrolments import withdraw
from union.lines import State
from union.outcomes import NumberTaken, certify, due_feedback, judge, remark, roster
from union.refusals import Why
from union.trainings import CertificateIssued, CourseMoved, FeedbackAsked, Opinion, Refused, Remark

EVE, MORNING = at(11, 17), at(12, 8)


async def reminded(school: School, now: datetime) -> list[tuple[str, bool]]:
    return [(one.openid, one.eve) for one in await school.does(due_reminders, now)]


async def refused(school: School, *deed: object) -> Why:
    with pytest.raises(Refused) as error:
        await school.does(*deed)  # type: ignore[arg-type]  # fields by their names
    return error.value.why


async def test_who_has_a_seat_is_reminded_on_the_eve_and_in_the_morning_once(school: School) -> None:
    await school.enrols(1, 2, 3)
    await school.does(withdraw, "o1", school.course, NOW)
    assert await reminded(school, EVE - timedelta(minutes=1)) == []
    assert await reminded(school, EVE) == [("o2", True)]
    assert await reminded(school, EVE + timedelta(minutes=1)) == []
    assert await reminded(school, MORNING - timedelta(minutes=1)) == []
    assert await reminded(school, MORNING + timedelta(minutes=30)) == [("o2", False)]
    assert await reminded(school, MORNING + timedelta(minutes=31)) == []


async def test_a_reminder_that_is_too_late_is_not_given(school: School) -> None:
    await school.enrols(1)
    assert await reminded(school, at(11, 21) + timedelta(minutes=30)) == []
    assert await reminded(school, LESSON[0]) == []


async def test_who_signed_up_after_the_hour_needs_no_reminder(tables: Database) -> None:
    (course,) = await publish(tables, plan(closes_at=LESSON[0]))
    school = School(tables, course)
    await school.enrols(1, now=at(11, 18))
    assert await reminded(school, at(11, 19)) == []
    assert await reminded(school, MORNING) == [("o1", False)]


async def test_a_course_of_several_days_has_one_eve_and_every_morning(tables: Database) -> None:
    times = tuple((at(day, hour), at(day, hour + 2)) for day in (12, 13, 20) for hour in (9, 14))
    (course,) = await publish(tables, plan(times=times))
    school = School(tables, course)
    await school.enrols(1)
    told: list[tuple[datetime, bool]] = []
    for hour in range(24 * 12):
        found = await school.does(due_reminders, at(10, hour))
        told += [(one.lesson.starts_at, one.eve) for one in found]
    assert told == [
        (at(12, 9), True),
        (at(12, 9), False),
        (at(13, 9), False),
        (at(20, 9), True),
        (at(20, 9), False),
    ]


async def test_several_processes_remind_each_once(tables: Database) -> None:
    courses = await publish(tables, *(plan(f"T-{number}", seats=5) for number in range(3)))
    for course in courses:
        await School(tables, course).enrols(1, 2, 3, 4, 5)
    school = School(tables, courses[0])
    swept = await asyncio.gather(*(reminded(school, EVE) for _ in range(4)))
    assert Counter(openid for told in swept for openid, _ in told) == {
        f"o{number}": 3 for number in range(1, 6)
    }


async def test_a_lesson_that_moves_is_told_and_reminded_of_anew(school: School) -> None:
    await school.enrols(1)
    assert await reminded(school, EVE) == [("o1", True)]
    moved = plan(times=((at(13, 9), at(13, 11)),))
    async with school.database.write() as session:
        done = await course_plans.publish(session, [moved], at(11, 18))
    before = await school.now_is()
    assert done.told == (CourseMoved("o1", before),)
    assert before.starts_at == at(13, 9)
    assert await reminded(school, MORNING) == []
    assert await reminded(school, at(12, 17)) == [("o1", True)]


async def test_a_scan_at_the_door_checks_in_once(school: School) -> None:
    await school.enrols(1, 2, 3)
    (lesson,) = (await school.now_is()).lessons
    assert (
        await refused(school, check_in, "o1", lesson.id, LESSON[0] - timedelta(minutes=61)) is Why.TOO_EARLY
    )
    first = await school.does(check_in, "o1", lesson.id, LESSON[0] - timedelta(minutes=60))
    assert (first.lesson, first.again) == (lesson, False)
    assert (await school.does(check_in, "o1", lesson.id, LESSON[0])).again
    assert await refused(school, check_in, "o3", lesson.id, LESSON[0]) is Why.NOT_ENROLLED
    assert await refused(school, check_in, "o9", lesson.id, LESSON[0]) is Why.NOT_ENROLLED
    assert await refused(school, check_in, "o2", lesson.id, LESSON[1]) is Why.LESSON_OVER
    assert await refused(school, check_in, "o2", lesson.id + 9, LESSON[0]) is Why.UNKNOWN
    async with reading(school.database) as session:
        people = await roster(session, school.course)
    assert [(one.name, one.phone, one.state, one.attended) for one in people] == [
        ("测试1", "13800100001", State.ENROLLED, 1),
        ("测试2", "13800100002", State.ENROLLED, 0),
        ("测试3", "13800100003", State.WAITING, 0),
    ]


async def test_a_certificate_has_a_number_of_its_own(school: School) -> None:
    await school.enrols(1, 2, 3)
    async with reading(school.database) as session:
        first, second, waiting = [one.enrolment for one in await roster(session, school.course)]
    assert await refused(school, certify, school.course, first, "Z-1", NOW) is Why.NOT_OVER
    issued = await school.does(certify, school.course, first, "Z-1", LESSON[1])
    assert issued == CertificateIssued("o1", await school.now_is(), "Z-1")
    assert await school.does(certify, school.course, first, "Z-1", LESSON[1]) is None
    with pytest.raises(NumberTaken):
        await school.does(certify, school.course, second, "Z-1", LESSON[1])
    assert await refused(school, certify, school.course, waiting, "Z-3", LESSON[1]) is Why.NOT_ENROLLED


async def test_those_who_were_there_are_asked_once_how_it_was(school: School) -> None:
    await school.enrols(1, 2)
    course = await school.now_is()
    await school.does(check_in, "o2", course.lessons[0].id, LESSON[0])
    assert await school.does(due_feedback, LESSON[1] - timedelta(minutes=1)) == []
    assert await school.does(due_feedback, LESSON[1]) == [FeedbackAsked("o2", course)]
    assert await school.does(due_feedback, LESSON[1]) == []


async def test_where_nobody_checked_in_everybody_is_asked_unless_it_is_long_ago(tables: Database) -> None:
    (course,) = await publish(tables, plan())
    school = School(tables, course)
    await school.enrols(1, 2, 3)
    assert await school.does(due_feedback, LESSON[1] + timedelta(days=7)) == []
    assert [one.openid for one in await school.does(due_feedback, LESSON[1])] == ["o1", "o2"]


async def test_an_opinion_is_kept_and_may_be_changed(school: School) -> None:
    await school.enrols(1, 2, 3)
    good = Opinion(school.course, 5)
    assert await refused(school, judge, "o1", good, LESSON[0]) is Why.NOT_OVER
    assert await refused(school, judge, "o3", good, LESSON[1]) is Why.NOT_ENROLLED
    assert await refused(school, judge, "o1", good, LESSON[1] + timedelta(days=60)) is Why.TOO_LATE
    await school.does(judge, "o1", good, LESSON[1])
    await school.does(judge, "o1", Opinion(school.course, 4), LESSON[1])
    await school.does(judge, "o2", good, LESSON[1])
    await school.does(remark, "o2", Remark(school.course, "老师讲得明白"), LESSON[1])
    async with reading(school.database) as session:
        assert [(one.stars, one.words) for one in await roster(session, school.course)] == [
            (4, ""),
            (5, "老师讲得明白"),
            (None, ""),
        ]
    # Who has said it is not asked.
    assert await school.does(due_feedback, LESSON[1]) == []


async def test_a_cancelled_course_reminds_and_admits_nobody(school: School) -> None:
    await school.enrols(1)
    (lesson,) = (await school.now_is()).lessons
    await school.does(cancel, school.course, "老师生病", NOW)
    assert await reminded(school, EVE) == []
    assert await refused(school, check_in, "o1", lesson.id, LESSON[0]) is Why.CANCELLED
    assert await school.does(due_feedback, LESSON[1]) == []
