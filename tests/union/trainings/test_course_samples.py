"""The sample courses of the demo: marked as such, and there whenever the demo is started."""

from datetime import timedelta

from storage.database import Database
from tests.union.trainings.courses import NOW, reading
from union import course_samples, courses, places


async def test_the_demo_always_has_courses_and_never_twice(tables: Database) -> None:
    for now in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=30)):
        async with tables.write() as session:
            await course_samples.plant(session, now)
        async with reading(tables) as session:
            assert len(await courses.upcoming(session, now)) == len(course_samples.samples(now))


def test_samples_say_that_they_are_samples() -> None:
    for plan in course_samples.samples(NOW):
        assert plan.sample
        assert "样例" in plan.title
        assert "样例" in plan.place
        assert places.place(plan.district).is_district
        assert plan.closes_at < plan.times[0][0]
