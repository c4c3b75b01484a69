"""Whom the union can address, and who of the staff may."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from storage.database import Database
from tests.union.conftest import NOW, RIDER, People, applied
from union import approvals, audiences, scenes
from union.audiences import QUERIES, Contradiction, UnknownAudience
from union.rights import Forbidden, Role, Staff
from union.scenes import Scene, SceneKind

CITY = Staff("1", "市级", frozenset({Role.APPROVER}), "")
MAONAN = Staff("2", "茂南", frozenset({Role.OFFICER}), "maonan")
DESK = Staff("3", "值班", frozenset({Role.DESK}), "")


async def admitted(union: Database, people: People, openid: str, mobile: str, place: str, work: str) -> None:
    fact = await applied(union, openid, replace(RIDER, mobile=mobile, place=place, work=work, scene=""))
    async with union.write() as session:
        forwards = Staff("9", "市级经办", frozenset({Role.OFFICER}), "")
        for edition, staff in ((1, forwards), (2, people.approver)):
            await approvals.approve(session, fact.application_id, edition, staff, NOW)


async def found(union: Database, name: str, *given: str) -> list[str | None]:
    async with union.read() as session:
        return sorted(await session.scalars(QUERIES[name](given, NOW)), key=str)


@pytest.fixture
async def filled(union: Database, people: People) -> Database:
    await admitted(union, people, "o-1", "13800138001", "maonan:河东街道", "rider")
    await admitted(union, people, "o-2", "13800138002", "maonan", "driver")
    await admitted(union, people, "o-3", "13800138003", "gaozhou", "rider")
    async with union.write() as session:
        await scenes.add(session, Scene("stand-9", SceneKind.STATION, "样例站"), NOW)
        await scenes.scan(session, "stand-9", "o-7", NOW)
    return union


async def test_members_are_found_by_what_is_known_of_them(filled: Database) -> None:
    for name, given, openids in (
        ("members", (), ["o-1", "o-2", "o-3"]),
        ("district", ("maonan",), ["o-1", "o-2"]),
        ("district", ("maonan", "gaozhou"), ["o-1", "o-2", "o-3"]),
        ("place", ("maonan:河东街道",), ["o-1"]),
        ("work", ("rider",), ["o-1", "o-3"]),
        ("unit", ("样例外卖平台",), ["o-1", "o-2", "o-3"]),
        ("scene", ("stand-9",), ["o-7"]),
        ("course", ("T-1",), []),
        ("event", ("E-1",), []),
    ):
        assert await found(filled, name, *given) == openids, name


async def test_who_left_is_no_longer_meant(filled: Database) -> None:
    async with filled.write() as session:
        await session.execute(sa.text("UPDATE members SET left_at = admitted_at WHERE openid = 'o-1'"))
    assert await found(filled, "district", "maonan") == ["o-2"]


async def test_what_is_not_there_is_refused(filled: Database) -> None:
    async with filled.read() as session:
        await audiences.check(session, ["everybody", "list:9", "members"])
        await audiences.check(session, ["district:maonan,gaozhou", "work:rider", "scene:stand-9"])
        for bad in (
            "district:guangzhou",
            "district:",
            "work:pilot",
            "course:T-9",
            "scene:x",
            "unit:无",
            "place:x",
        ):
            with pytest.raises(UnknownAudience):
                await audiences.check(session, [bad])


@pytest.mark.parametrize(
    ("staff", "conditions", "allowed"),
    [
        (CITY, ["everybody"], True),
        (CITY, ["district:maonan"], True),
        (MAONAN, ["district:maonan"], True),
        (MAONAN, ["place:maonan:河东街道", "work:rider"], True),
        (MAONAN, ["list:3", "district:maonan"], True),
        (MAONAN, ["everybody"], False),
        (MAONAN, ["members"], False),
        (MAONAN, ["work:rider"], False),
        (MAONAN, ["list:3"], False),
        (MAONAN, ["district:gaozhou"], False),
        (MAONAN, ["district:maonan,gaozhou"], False),
        (DESK, ["district:maonan"], False),
        (replace(CITY, active=False), ["everybody"], False),
    ],
)
def test_a_district_may_address_its_own(staff: Staff, conditions: list[str], allowed: bool) -> None:
    if allowed:
        audiences.demand(staff, conditions)
    else:
        with pytest.raises(Forbidden):
            audiences.demand(staff, conditions)


def test_two_districts_at_once_are_nobody() -> None:
    with pytest.raises(Contradiction):
        audiences.demand(CITY, ["district:maonan", "district:gaozhou"])
