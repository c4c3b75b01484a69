"""Whom a worker joins, which employers are known, and what came by which code."""

from dataclasses import replace

import pytest

from storage.database import Database
from tests.union.conftest import NOW, RIDER, applied
from tests.union.test_credit_codes import RIGHT
from union import organisations, scenes
from union.organisations import UnitListed
from union.scenes import BadScene, Scene, SceneKind

FACTORY = UnitListed("样例食品加工厂", RIGHT, "dianbai", has_union=True)


async def test_the_unions_that_ship_are_there_once(union: Database) -> None:
    async with union.write() as session:
        await organisations.seed(session, NOW)
        known = [one.key for one in await organisations.organisations(session)]
        assert known == ["dianbai", "gaozhou", "huazhou", "maoming", "maonan", "xinyi"]
        with pytest.raises(LookupError):
            await organisations.organisation(session, "nowhere")


async def test_samples_are_for_the_demo(union: Database) -> None:
    async with union.write() as session:
        assert (await organisations.responsible(session, "maonan", "rider")).key == "maonan"
        await organisations.seed(session, NOW, samples=True)
        assert (await organisations.responsible(session, "maonan", "rider")).key == "sample-delivery"
        assert (await organisations.responsible(session, "maonan", "guard")).key == "maonan"


async def test_a_unit_is_found_by_its_name_a_part_of_it_and_its_code(union: Database) -> None:
    async with union.write() as session:
        listed = [FACTORY, replace(FACTORY, name="样例食品加工厂二分厂", code="")]
        assert await organisations.list_units(session, listed, NOW) == (2, 0)
        assert await organisations.list_units(session, listed, NOW) == (0, 0)
        assert await organisations.list_units(session, [replace(FACTORY, has_union=False)], NOW) == (0, 1)
        for said in (FACTORY.name, RIGHT.lower()):
            assert [one.name for one in await organisations.units_called(session, said)] == [FACTORY.name]
        assert len(await organisations.units_called(session, "食品加工")) == 2
        assert await organisations.units_called(session, "%") == []
        assert await organisations.units_called(session, "别的厂") == []


def test_a_bad_list_of_units_says_what_is_wrong_where() -> None:
    bad = [
        FACTORY,
        replace(FACTORY, code=""),
        replace(FACTORY, name="二", code="", district="moon"),
        replace(FACTORY, name="三厂", code="91350100M000100Y44"),
        replace(FACTORY, name="四厂"),
    ]
    assert organisations.faults(bad, frozenset({"dianbai"})) == [
        (1, f"name {FACTORY.name} is there twice"),
        (2, "name has 2 to 128 letters"),
        (2, "district moon is not one of dianbai"),
        (3, "code 91350100M000100Y44 is not a credit code"),
        (4, f"code {RIGHT} is there twice"),
    ]


async def test_who_came_by_a_code_is_counted_once(union: Database) -> None:
    stand = Scene("stand-1", SceneKind.STATION, "样例驿站", "open", "maonan")
    async with union.write() as session:
        await scenes.add(session, stand, NOW)
        for openid in ("o-1", "o-2", "o-1"):
            assert await scenes.scan(session, "stand-1", openid, NOW) == stand
        assert await scenes.scan(session, "never-made", "o-1", NOW) is None
    await applied(union, "o-1", RIDER)
    async with union.read() as session:
        (came,) = await scenes.count(session)
    assert (came.scans, came.applications, came.members) == (2, 1, 0)
    assert came.scene.scanned == "join:stand-1"


@pytest.mark.parametrize(
    "bad",
    [
        Scene("X", SceneKind.EVENT, "大写"),
        Scene("one", SceneKind.EVENT, "没有这扇门", "window"),
        Scene("one", SceneKind.COMPANY, "没有单位", "unit"),
    ],
)
async def test_a_code_that_leads_nowhere_is_not_made(union: Database, bad: Scene) -> None:
    async with union.write() as session:
        with pytest.raises(BadScene):
            await scenes.add(session, bad, NOW)
