"""Staff and the codes by which they bind their own WeChat."""

import asyncio
from datetime import timedelta

import pytest

from storage.database import Database
from tests.union.conftest import NOW, People
from union import accesses, consents, staff
from union.consents import Purpose
from union.rights import Right, Role, may
from union.staff import NameTaken, TooManyTries, Unknown, WrongCode


async def test_a_code_binds_once(union: Database, people: People) -> None:
    async with union.write() as session:
        code = await staff.offer_code(session, people.officer.name, NOW)
        assert (len(code), code.isdecimal()) == (6, True)
        bound = await staff.bind(session, code, "o-staff", NOW)
        assert (bound.id, bound.openid) == (people.officer.id, "o-staff")
        assert await staff.bound_to(session, "o-staff") == bound
        with pytest.raises(WrongCode):
            await staff.bind(session, code, "o-other", NOW)


async def test_the_last_admin_of_the_city_stays(union: Database, people: People) -> None:
    admins = "甲", "乙"
    async with union.write() as session:
        for name in admins:
            await staff.add(session, name, {Role.ADMIN}, "", NOW)

    async def end(name: str, roles: set[Role], district: str, active: bool) -> None:
        async with union.write() as session:
            for other in admins:
                await staff.named(session, other)
            await staff.change(session, name, roles, district, active)

    # Each of the two ends the other's rights at the same moment.
    ended = [end(name, {Role.ADMIN}, "", active=False) for name in admins]
    results = await asyncio.gather(*ended, return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["LastAdmin", "NoneType"]
    (left,) = [admins[place] for place, one in enumerate(results) if one is not None]
    for changed in (({Role.ADMIN}, "maonan", True), ({Role.OFFICER}, "", True), ({Role.ADMIN}, "", False)):
        with pytest.raises(staff.LastAdmin):
            await end(left, *changed)
    async with union.read() as session:
        assert may(await staff.named(session, left), Right.STAFF)


async def test_of_many_who_send_one_code_at_once_one_is_bound(union: Database, people: People) -> None:
    async with union.write() as session:
        code = await staff.offer_code(session, people.officer.name, NOW)

    async def bind(openid: str) -> object:
        async with union.write() as session:
            return await staff.bind(session, code, openid, NOW)

    results = await asyncio.gather(*(bind(f"o-{n}") for n in range(5)), return_exceptions=True)
    assert sum(isinstance(one, WrongCode) for one in results) == 4


async def test_a_code_is_forgotten_in_time_and_by_a_newer_one(union: Database, people: People) -> None:
    async with union.write() as session:
        old = await staff.offer_code(session, people.officer.name, NOW)
        new = await staff.offer_code(session, people.officer.name, NOW)
        with pytest.raises(WrongCode):
            await staff.bind(session, old if old != new else "x", "o-1", NOW)
        with pytest.raises(WrongCode):
            await staff.bind(session, new, "o-1", NOW + timedelta(minutes=16))
        with pytest.raises(Unknown):
            await staff.offer_code(session, "没有这个人", NOW)


async def test_who_guesses_is_not_heard_for_a_while(union: Database, people: People) -> None:
    async with union.write() as session:
        for _ in range(5):
            with pytest.raises(WrongCode):
                await staff.bind(session, "not a code", "o-1", NOW)
        code = await staff.offer_code(session, people.officer.name, NOW)
        with pytest.raises(TooManyTries):
            await staff.bind(session, code, "o-1", NOW)
        assert await staff.bind(session, code, "o-2", NOW)


async def test_a_wechat_belongs_to_one_person(union: Database, people: People) -> None:
    async with union.write() as session:
        for one in (people.officer, people.approver):
            await staff.bind(session, await staff.offer_code(session, one.name, NOW), "o-1", NOW)
        bound = await staff.bound_to(session, "o-1")
        assert bound is not None
        assert bound.id == people.approver.id
        await staff.change(session, people.approver.name, {Role.APPROVER}, "", active=False)
        assert await staff.bound_to(session, "o-1") is None


async def test_names_are_given_once(union: Database, people: People) -> None:
    async with union.write() as session:
        with pytest.raises(NameTaken):
            await staff.add(session, people.officer.name, {Role.DESK}, "", NOW)
        assert await staff.numbered(session, people.officer.id) == people.officer
        with pytest.raises(Unknown):
            await staff.numbered(session, "999")
        assert len(await staff.everybody(session)) == 4


async def test_consent_is_by_purpose_and_version_and_can_be_withdrawn(union: Database) -> None:
    async with union.write() as session:
        await consents.give(session, "o-1", Purpose.MEMBERSHIP, "1", NOW)
        await consents.give(session, "o-1", Purpose.MEMBERSHIP, "1", NOW)
        await consents.give(session, "o-1", Purpose.MEMBERSHIP, "2", NOW + timedelta(days=1))
        assert await consents.holds(session, "o-1", Purpose.MEMBERSHIP)
        assert not await consents.holds(session, "o-1", Purpose.MEMBERSHIP, "1")
        assert not await consents.holds(session, "o-1", Purpose.IDENTITY)
        assert await consents.withdraw(session, "o-1", Purpose.MEMBERSHIP, NOW + timedelta(days=2))
        assert not await consents.withdraw(session, "o-1", Purpose.MEMBERSHIP, NOW)
        kept = await consents.history(session, "o-1")
    assert [(one.version, one.ended_at) for one in kept] == [
        ("1", NOW + timedelta(days=1)), ("2", NOW + timedelta(days=2))
    ]  # fmt: skip


async def test_a_look_at_a_persons_data_is_written_down(union: Database, people: People) -> None:
    async with union.write() as session:
        await accesses.log(session, people.officer.id, "application:1", "approve list", NOW, openid="o-1")
        (seen,) = await accesses.of(session, "o-1")
        assert (seen.staff, seen.what) == (people.officer.id, "approve list")
        assert await accesses.of(session, "o-2") == []
