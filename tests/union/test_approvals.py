"""Staged decisions, by whom they may be made, and two of them at once."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from storage.database import Database
from tests.union.conftest import NOW, RIDER, People, applied
from union import applications, approvals, changes, members, organisations, rights, staff
from union.applications import IDENTITY, Door, Kind, Stage, Status
from union.approvals import (
    ApplicationAdvanced,
    ApplicationDeclined,
    ApplicationReturned,
    DecisionRow,
    IdentityMissing,
    MemberAdmitted,
    Overtaken,
    SamePerson,
    Unmendable,
)
from union.changes import Moving
from union.members import MemberRow
from union.rights import Forbidden, Role, Staff


async def test_the_district_forwards_and_the_city_admits(union: Database, people: People) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        forwarded = await approvals.approve(session, id, 1, people.officer, NOW)
        assert forwarded == ApplicationAdvanced("o-1", id, "茂南区总工会")
    async with union.write() as session:
        admitted = await approvals.approve(session, id, 2, people.approver, NOW)
        assert isinstance(admitted, MemberAdmitted)
        assert admitted.number.startswith("MM2026")
        found = await members.member(session, "o-1")
        decisions = list(await session.scalars(sa.select(DecisionRow).order_by(DecisionRow.id)))
    assert found is not None
    assert (found.number, found.name, found.mobile) == (admitted.number, RIDER.name, RIDER.mobile)
    assert [(one.stage, one.verdict, one.staff) for one in decisions] == [
        ("district", "forwarded", people.officer.id), ("city", "admitted", people.approver.id)
    ]  # fmt: skip


async def test_nobody_decides_where_they_may_not(union: Database, people: People) -> None:
    id = (await applied(union)).application_id
    for one in (
        people.approver,
        people.other_district,
        people.auditor,
        replace(people.officer, active=False),
    ):
        async with union.write() as session:
            with pytest.raises(Forbidden):
                await approvals.approve(session, id, 1, one, NOW)
            with pytest.raises(Forbidden):
                await approvals.decline(session, id, 1, one, "不", NOW)
    async with union.write() as session:
        await approvals.approve(session, id, 1, people.officer, NOW)
        with pytest.raises(Forbidden):
            await approvals.approve(session, id, 2, people.officer, NOW)


async def test_whoever_forwarded_does_not_admit(union: Database) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        both = await staff.add(session, "一人两岗", {Role.OFFICER, Role.APPROVER}, "", NOW)
        await approvals.approve(session, id, 1, both, NOW)
        with pytest.raises(SamePerson):
            await approvals.approve(session, id, 2, both, NOW)


async def test_an_application_comes_back_with_one_thing_to_mend(union: Database, people: People) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        back = await approvals.send_back(session, id, 1, people.officer, "mobile", "号码打不通", NOW)
        assert back == ApplicationReturned("o-1", id, "mobile", "号码打不通")
        with pytest.raises(Overtaken):
            await approvals.approve(session, id, 2, people.officer, NOW)
        await members.amend(session, "o-1", replace(RIDER, mobile="13800138001"), NOW)
        found = await applications.numbered(session, id)
    assert (found.status, found.stage, found.mend, found.edition) == (Status.WAITING, Stage.DISTRICT, None, 3)


async def test_of_several_who_applied_each_hears_of_their_own_application(
    union: Database, people: People
) -> None:
    first, second, _ = [
        (await applied(union, f"o-{n}", replace(RIDER, mobile=f"1380013800{n}"))).application_id
        for n in (1, 2, 3)
    ]
    async with union.write() as session:
        back = await approvals.send_back(session, first, 1, people.officer, "name", "和登记的对不上", NOW)
        await members.amend(session, "o-1", replace(RIDER, mobile="13800138001"), NOW)
        forwarded = await approvals.approve(session, first, 3, people.officer, NOW)
        admitted = await approvals.approve(session, first, 4, people.approver, NOW)
        declined = await approvals.decline(session, second, 1, people.officer, "不在这个区", NOW)
    assert [one.openid for one in (back, forwarded, admitted, declined)] == ["o-1", "o-1", "o-1", "o-2"]


async def test_what_the_city_sends_back_returns_to_the_city(union: Database, people: People) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        await approvals.approve(session, id, 1, people.officer, NOW)
        await approvals.send_back(session, id, 2, people.approver, "name", "和身份证不一样", NOW)
        await members.amend(session, "o-1", replace(RIDER, name="陈小文"), NOW)
        assert (await applications.numbered(session, id)).stage is Stage.CITY


async def test_without_an_identity_number_nobody_is_admitted_where_it_is_wanted(
    union: Database, people: People
) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        await organisations.require_identity(session, "maonan", required=True)
        await approvals.approve(session, id, 1, people.officer, NOW)
        with pytest.raises(IdentityMissing):
            await approvals.approve(session, id, 2, people.approver, NOW)
        await approvals.send_back(session, id, 2, people.approver, IDENTITY, "还差身份证号", NOW)
        kept = await members.keep_identity(session, id, "o-1", "99010119900101006X", NOW)
        assert (kept.status, kept.stage) == (Status.WAITING, Stage.CITY)
        assert isinstance(
            await approvals.approve(session, id, kept.edition, people.approver, NOW), MemberAdmitted
        )


async def test_what_was_declined_is_over_and_can_be_asked_again(union: Database, people: People) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        no = await approvals.decline(session, id, 1, people.officer, "已在外市入会", NOW)
        assert no == ApplicationDeclined("o-1", id, "茂南区总工会", "已在外市入会")
        with pytest.raises(Overtaken):
            await approvals.approve(session, id, 2, people.officer, NOW)
    assert (await applied(union)).application_id != id


async def test_nothing_is_sent_back_that_the_worker_cannot_mend(union: Database, people: People) -> None:
    by_unit = await applied(union, "o-2", replace(RIDER, door=Door.UNIT, mobile="13800138002"))
    async with union.write() as session:
        officer = await staff.add(session, "经办", {Role.OFFICER}, "", NOW)
        with pytest.raises(Unmendable, match="kind of work"):
            await approvals.send_back(session, by_unit.application_id, 1, officer, "work", "写清楚", NOW)
        with pytest.raises(Unmendable, match="reason"):
            await approvals.send_back(session, by_unit.application_id, 1, officer, "name", " ", NOW)
        with pytest.raises(Unmendable, match="reason"):
            await approvals.decline(session, by_unit.application_id, 1, officer, "", NOW)
        await approvals.approve(session, by_unit.application_id, 1, officer, NOW)
        await approvals.approve(session, by_unit.application_id, 2, people.approver, NOW)
        move = await changes.move(session, "o-2", Moving(Door.OPEN, "dianbai:水东街道", "rider"), NOW)
        with pytest.raises(Unmendable, match="a move"):
            await approvals.send_back(session, move.application_id, 1, officer, "employer", "写清楚", NOW)
        no = await approvals.decline(session, move.application_id, 1, officer, "写清楚单位", NOW)
        assert no.kind is Kind.MOVE


async def test_of_two_approvals_at_once_one_counts(union: Database, people: People) -> None:
    id = (await applied(union)).application_id
    async with union.write() as session:
        second = await staff.add(session, "茂南经办二", {Role.OFFICER}, "maonan", NOW)
        third = await staff.add(session, "市级审批二", {Role.APPROVER, Role.OFFICER}, "", NOW)

    async def approve(one: Staff, edition: int) -> object:
        async with union.write() as session:
            return await approvals.approve(session, id, edition, one, NOW)

    deciding = (approve(one, 1) for one in (people.officer, second, third))
    first = await asyncio.gather(*deciding, return_exceptions=True)
    assert sum(isinstance(one, ApplicationAdvanced) for one in first) == 1
    assert sum(isinstance(one, Overtaken | Forbidden) for one in first) == 2
    async with union.read() as session:
        fourth = (await applications.numbered(session, id)).stage
    assert fourth is Stage.CITY
    last = await asyncio.gather(*(approve(people.approver, 2) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, MemberAdmitted) for one in last) == 1
    async with union.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(MemberRow)) == 1


async def test_staff_see_what_waits_in_their_district(union: Database, people: People) -> None:
    await applied(union)
    async with union.read() as session:
        assert len(await approvals.waiting(session, people.officer)) == 1
        assert len(await approvals.waiting(session, people.approver)) == 1
        assert await approvals.waiting(session, people.other_district) == []
        assert await approvals.waiting(session, people.auditor) == []


def test_a_district_gives_no_right_over_the_city() -> None:
    admin = Staff("1", "一", frozenset({Role.ADMIN}), "maonan")
    assert rights.may(admin, rights.Right.SCENES, "maonan")
    assert not rights.may(admin, rights.Right.SCENES, "dianbai")
    assert not rights.may(admin, rights.Right.STAFF, "maonan")
