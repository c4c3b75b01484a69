"""What a worker gave for one purpose may be offered for another, as long as they agree to the first."""

from datetime import timedelta

from storage.database import Database
from tests.union import conftest as joining
from tests.union.events.halls import NOW, hold
from tests.union.jobs.boards import approver, plan, published
from union import consents, contacts, job_applications
from union.consents import Purpose
from union.job_applications import Wish
from union.lines import Contact


async def given(database: Database, openid: str = "o1") -> dict[Purpose, Contact]:
    async with database.write() as session:
        return {one.purpose: one.contact for one in await contacts.given(session, openid)}


async def test_each_purpose_gives_what_was_given_for_it_last(union: Database) -> None:
    hall = await hold(union)
    await hall.joins(1)
    await joining.applied(union, "o1")
    (job,) = await published(union, await approver(union), plan())
    async with union.write() as session:
        wish = Wish(job.id, "李小珍", "13800138001", agree=True)
        await job_applications.apply(session, "o1", wish, NOW + timedelta(days=1))
    assert set(await given(union)) == {Purpose.JOBS}  # the others were not agreed to yet
    async with union.write() as session:
        for purpose in (Purpose.EVENTS, Purpose.MEMBERSHIP):
            await consents.give(session, "o1", purpose, "1", NOW)
    assert await given(union) == {
        Purpose.EVENTS: Contact("测试1", "13800100001"),
        Purpose.MEMBERSHIP: Contact("陈大文", "13800138000"),
        Purpose.JOBS: Contact("李小珍", "13800138001"),
    }
    async with union.write() as session:
        await consents.withdraw(session, "o1", Purpose.JOBS, NOW)
    assert Purpose.JOBS not in await given(union)
    assert await given(union, "o2") == {}
