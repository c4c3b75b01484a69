"""Joining, mending, the identity number, changing, moving and leaving."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from storage.database import Database
from tests.union.conftest import NOW, RIDER, People, applied
from union import applications, approvals, changes, members, organisations
from union.applications import ApplicationRow, Door, Joining, Kind, Stage, Status
from union.changes import Change, MemberLeft, Moving, NotMember, NoWork, OtherUnion
from union.members import (
    AlreadyApplied,
    AlreadyMember,
    ApplicationSubmitted,
    NothingOpen,
    NoUnionThere,
)
from union.organisations import UnitListed

ID_NUMBER = "99010119900101006X"


async def admitted(union: Database, people: People, openid: str = "o-1", joining: Joining = RIDER) -> str:
    made = await applied(union, openid, joining)
    async with union.write() as session:
        await approvals.approve(session, made.application_id, 1, people.officer, NOW)
        fact = await approvals.approve(session, made.application_id, 2, people.approver, NOW)
    assert isinstance(fact, approvals.MemberAdmitted)
    return fact.number


async def test_a_rider_applies_to_the_union_of_the_district(union: Database) -> None:
    made = await applied(union)
    assert made == ApplicationSubmitted("o-1", made.application_id, "茂南区总工会", "茂南区总工会", False)
    async with union.read() as session:
        found = await applications.newest(session, "o-1")
    assert found is not None
    assert (found.asked, found.kind, found.status, found.stage) == (
        RIDER, Kind.JOIN, Status.WAITING, Stage.DISTRICT
    )  # fmt: skip


async def test_a_zone_without_a_union_of_its_own_belongs_to_the_city(union: Database) -> None:
    made = await applied(union, joining=replace(RIDER, place="gaoxin"))
    assert (made.organisation, made.reviewer) == ("茂名市总工会", "")


async def test_the_union_of_a_trade_leaves_the_looking_to_the_district(union: Database) -> None:
    async with union.write() as session:
        await organisations.add_trade(session, "trade", "测试骑手工会", "", ["rider"])
    made = await applied(union)
    assert (made.organisation, made.reviewer, made.of_trade) == ("测试骑手工会", "茂南区总工会", True)
    async with union.read() as session:
        found = await applications.newest(session, "o-1")
    assert found is not None and (found.organisation, found.reviewer) == ("测试骑手工会", "茂南区总工会")


async def test_through_a_listed_unit_its_district_decides(union: Database) -> None:
    listed = [UnitListed("样例厂", "", "dianbai", True), UnitListed("样例店", "", "dianbai", False)]
    async with union.write() as session:
        await organisations.list_units(session, listed, NOW)
    by_unit = replace(RIDER, door=Door.UNIT, work="")
    with pytest.raises(NoUnionThere, match="样例店"):
        await applied(union, joining=replace(by_unit, employer="样例店"))
    made = await applied(union, joining=replace(by_unit, employer="样例厂"))
    open_to_all = replace(RIDER, mobile="13800138001", employer="样例店")
    other = await applied(union, "o-2", open_to_all)
    assert (made.organisation, other.organisation) == ("电白区总工会", "茂南区总工会")


async def test_what_is_locked_is_read_as_it_is_now(union: Database) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        before = await session.get_one(ApplicationRow, id)  # and somebody else changes it before the lock
        changed = sa.update(ApplicationRow).where(ApplicationRow.id == id).values(edition=7)
        await session.execute(changed.execution_options(synchronize_session=False))
        assert before.edition == 1
        assert (await members.withdraw(session, "o-1", NOW)).edition == 8


async def test_nobody_applies_twice(union: Database) -> None:
    await applied(union)
    with pytest.raises(AlreadyApplied) as again:
        await applied(union)
    assert again.value.own
    with pytest.raises(AlreadyApplied) as by_another:
        await applied(union, "o-2")
    assert not by_another.value.own
    async with union.read() as session:
        await members.refuse_twice(session, "o-2")
        with pytest.raises(AlreadyApplied):
            await members.refuse_twice(session, "o-2", RIDER.mobile)


async def test_of_two_who_apply_with_one_mobile_at_once_one_is_taken(union: Database) -> None:
    results = await asyncio.gather(
        *(applied(union, f"o-{number}") for number in range(8)), return_exceptions=True
    )
    assert sum(isinstance(one, ApplicationSubmitted) for one in results) == 1
    assert sum(isinstance(one, AlreadyApplied) for one in results) == 7


async def test_a_member_is_told_so_before_being_asked_anything(union: Database, people: People) -> None:
    number = await admitted(union, people)
    async with union.read() as session:
        with pytest.raises(AlreadyMember) as own:
            await members.refuse_twice(session, "o-1")
        with pytest.raises(AlreadyMember) as other:
            await members.refuse_twice(session, "o-2", RIDER.mobile)
    assert (own.value.own, own.value.number) == (True, number)
    assert (other.value.own, other.value.number) == (False, "")


async def test_what_waits_can_be_changed_and_is_looked_at_again(union: Database, people: People) -> None:
    made = await applied(union)
    async with union.write() as session:
        await approvals.approve(session, made.application_id, 1, people.officer, NOW)
        await members.amend(session, "o-1", replace(RIDER, mobile="13800138001", scene=""), NOW)
        found = await applications.newest(session, "o-1")
    assert found is not None
    assert (found.stage, found.asked) == (Stage.DISTRICT, replace(RIDER, mobile="13800138001"))


async def test_nothing_is_changed_into_the_mobile_of_another(union: Database, people: People) -> None:
    await admitted(union, people)
    await applied(union, "o-2", replace(RIDER, mobile="13800138001"))
    async with union.write() as session:
        with pytest.raises(AlreadyMember):
            await members.amend(session, "o-2", RIDER, NOW)
        with pytest.raises(AlreadyApplied):
            await changes.change(session, "o-1", Change("mobile", mobile="13800138001"), NOW)
        with pytest.raises(NothingOpen):
            await members.amend(session, "o-9", RIDER, NOW)


async def test_an_application_can_be_taken_back_and_made_again(union: Database) -> None:
    made = await applied(union)
    async with union.write() as session:
        assert (await members.withdraw(session, "o-1", NOW)).status is Status.WITHDRAWN
        with pytest.raises(NothingOpen):
            await members.withdraw(session, "o-1", NOW)
    assert (await applied(union)).application_id != made.application_id


async def test_the_identity_number_is_kept_for_its_owner_alone(union: Database, people: People) -> None:
    async with union.write() as session:
        await organisations.require_identity(session, "maonan", required=True)
    made = await applied(union)
    assert made.needs_identity
    async with union.write() as session:
        with pytest.raises(NothingOpen):
            await members.keep_identity(session, made.application_id, "o-2", ID_NUMBER, NOW)
        with pytest.raises(NothingOpen):
            await members.keep_identity(session, made.application_id + 1, "o-1", ID_NUMBER, NOW)
        kept = await members.keep_identity(session, made.application_id, "o-1", ID_NUMBER, NOW)
        assert not kept.lacks_identity
        await approvals.approve(session, made.application_id, kept.edition, people.officer, NOW)
        await approvals.approve(session, made.application_id, kept.edition + 1, people.approver, NOW)
    other = await applied(union, "o-2", replace(RIDER, mobile="13800138001"))
    async with union.write() as session:
        with pytest.raises(AlreadyMember):
            await members.keep_identity(session, other.application_id, "o-2", ID_NUMBER, NOW)


async def test_a_member_changes_what_is_theirs_to_change(union: Database, people: People) -> None:
    await admitted(union, people)
    async with union.write() as session:
        await changes.change(session, "o-1", Change("mobile", mobile="13800138009"), NOW)
        found = await changes.change(session, "o-1", Change("employer", employer="样例快递"), NOW)
        assert (found.mobile, found.employer, found.name) == ("13800138009", "样例快递", RIDER.name)
        with pytest.raises(ValueError, match="name"):
            await changes.change(session, "o-1", Change("name"), NOW)
        with pytest.raises(NotMember):
            await changes.change(session, "o-2", Change("mobile", mobile="13800138009"), NOW)


async def test_who_joined_through_a_listed_unit_works_where_it_sends_them(
    union: Database, people: People
) -> None:
    async with union.write() as session:
        await organisations.list_units(session, [UnitListed("样例厂", "", "maonan", True)], NOW)
    await admitted(union, people, joining=replace(RIDER, door=Door.UNIT, work="", employer="样例厂"))
    async with union.write() as session:
        changed = await changes.change(session, "o-1", Change("place", place="dianbai"), NOW)
        assert (changed.place, changed.organisation) == ("dianbai", "茂南区总工会")
        assert await members.district_of(session, "o-1") == "maonan"
        with pytest.raises(NoWork):
            await changes.change(session, "o-1", Change("work", work="rider"), NOW)
        await changes.change(session, "o-1", Change("employer", employer="样例快递"), NOW)
        with pytest.raises(OtherUnion):
            await changes.change(session, "o-1", Change("place", place="gaozhou"), NOW)


async def test_a_member_moves_when_the_other_union_agrees(union: Database, people: People) -> None:
    number = await admitted(union, people)
    async with union.write() as session:
        asked = await changes.move(session, "o-1", Moving(Door.UNIT, "dianbai", employer="样例加工厂"), NOW)
        before = await members.member(session, "o-1")
        assert before is not None
        assert (asked.organisation, before.organisation) == ("电白区总工会", "茂南区总工会")
        with pytest.raises(AlreadyApplied):
            await changes.move(session, "o-1", Moving(Door.UNIT, "dianbai"), NOW)
    async with union.write() as session:
        moved = await approvals.approve(session, asked.application_id, 1, people.other_district, NOW)
        assert moved == approvals.MemberMoved("o-1", number, "电白区总工会")
        after = await members.member(session, "o-1")
    assert after is not None
    assert (after.organisation, after.employer, after.number) == ("电白区总工会", "样例加工厂", number)


async def test_who_leaves_can_come_back(union: Database, people: People) -> None:
    number = await admitted(union, people)
    async with union.write() as session:
        await changes.move(session, "o-1", Moving(Door.UNIT, "dianbai"), NOW)
        assert await changes.leave(session, "o-1", NOW) == MemberLeft("o-1", number)
        assert await members.member(session, "o-1") is None
        with pytest.raises(NotMember):
            await changes.leave(session, "o-1", NOW)
    assert await admitted(union, people) != number
