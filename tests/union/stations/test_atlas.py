"""The map in memory: what is near, open and fitting, and that it is drawn again."""

from datetime import UTC, datetime

from storage.database import Database
from tests.union.stations.listed import MIDDLE, brought, listed
from union.atlas import Atlas, Map
from union.calendars import Calendar
from union.station_words import Wish

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


async def drawn(database: Database, *stations: object) -> Map:
    await brought(database, *stations)  # type: ignore[arg-type]  # fields by their names
    async with database.read() as session:
        return await Atlas().open(session)


async def test_the_nearest_come_first_with_their_distance(union: Database) -> None:
    known = await drawn(union, *(listed(number) for number in (5, 1, 3, 2)))
    found = known.nearest(*MIDDLE, Wish(), NOON)
    assert [one.station.code for one in found] == ["T-1", "T-2", "T-3"]
    assert [round(one.metres or 0) for one in found] == [111, 222, 334]
    assert all(one.until for one in found)


async def test_closed_ones_come_after_those_that_are_open(union: Database) -> None:
    known = await drawn(union, listed(1), listed(2), listed(9, hours="24小时", kind="smart"))
    found = known.nearest(*MIDDLE, Wish(), NIGHT)
    assert [(one.station.code, one.until is not None) for one in found] == [
        ("T-9", True),
        ("T-1", False),
        ("T-2", False),
    ]


async def test_every_service_that_is_wished_must_be_there(union: Database) -> None:
    known = await drawn(
        union, listed(1), listed(2, services=("swap", "water")), listed(3, services=("swap",))
    )
    assert [one.station.code for one in known.nearest(*MIDDLE, Wish(services=("swap",)), NOON)] == [
        "T-2",
        "T-3",
    ]
    assert [one.station.code for one in known.nearest(*MIDDLE, Wish(services=("swap", "water")), NOON)] == [
        "T-2"
    ]


async def test_kinds_and_hours_are_kept_apart(union: Database) -> None:
    known = await drawn(
        union,
        listed(1),
        listed(2, kind="mothers"),
        listed(3, kind="smart", hours="24小时"),
        listed(4, state="closed"),
    )
    assert [one.station.code for one in known.nearest(*MIDDLE, Wish(), NOON)] == ["T-1", "T-3"]
    assert [one.station.code for one in known.nearest(*MIDDLE, Wish(kinds=("mothers",)), NOON)] == ["T-2"]
    assert [one.station.code for one in known.nearest(*MIDDLE, Wish(always=True), NOON)] == ["T-3"]


async def test_by_district_and_by_name(union: Database) -> None:
    known = await drawn(
        union,
        listed(1),
        listed(2, district="gaozhou", name="人民广场驿站"),
        listed(3, address="人民广场东门"),
    )
    assert [one.station.code for one in known.within(["gaozhou"], Wish(), NOON)] == ["T-2"]
    assert [one.code for one in known.named("人民广场")] == ["T-2", "T-3"]
    assert [one.code for one in known.named("人民广场", ["maonan"])] == ["T-3"]
    assert known.named("人") == []


async def test_of_a_district_the_nearest_to_its_middle_come_first(union: Database) -> None:
    """By name T-1 would be first; those that lie far out move little."""
    there = [listed(number) for number in (1, 5, 6, 9, 900, 901)]
    known = await drawn(union, *there, listed(4, hours="24小时"))
    found = known.within(["maonan"], Wish(), NOON, 4)
    assert [one.station.code for one in found] == ["T-6", "T-5", "T-4", "T-9"]
    assert [one.station.code for one in known.within(["maonan"], Wish(), NIGHT)] == ["T-4", "T-6", "T-5"]
    assert all(one.metres is None for one in known.within(["maonan"], Wish(), NOON))
    assert known.within(["huazhou"], Wish(), NOON) == []


async def test_around_a_town_means_around_the_middle_of_its_stations(union: Database) -> None:
    known = await drawn(
        union,
        *(listed(number, address="某某街道") for number in (11, 12, 13)),
        listed(1, services=("swap",)),
        listed(40, district="gaozhou", name="某某街道驿站"),
    )
    found = known.about("某某街道", ["maonan"], Wish(), NOON)
    assert [one.station.code for one in found] == ["T-12", "T-11", "T-13"]
    assert [
        one.station.code for one in known.about("某某街道", ["maonan"], Wish(services=("swap",)), NOON)
    ] == ["T-1"]
    assert known.about("别处", ["maonan"], Wish(), NOON) == []


async def test_it_is_drawn_again_after_a_change_and_only_then(union: Database) -> None:
    atlas = Atlas()
    await brought(union, listed(1))
    async with union.read() as session:
        first = await atlas.open(session)
        assert await atlas.open(session) is first
    await brought(union, listed(1))
    async with union.read() as session:
        assert await atlas.open(session) is first
    await brought(union, listed(1, name="换了名字的驿站"))
    async with union.read() as session:
        second = await atlas.open(session)
    assert [one.name for one in second.stations] == ["换了名字的驿站"]


async def test_where_they_are_many_a_turn_reads_the_map_from_before_until_it_is_drawn_beside(
    union: Database,
) -> None:
    atlas = Atlas(at_once=1)
    await brought(union, listed(1), listed(2))
    async with union.read() as session:
        first = await atlas.open(session)
    assert len(first) == 2
    await brought(union, listed(1, name="换了名字的驿站"))
    async with union.read() as session:
        assert await atlas.open(session) is first
        await atlas.refresh(session)
        second = await atlas.open(session)
        await atlas.refresh(session)
        assert await atlas.open(session) is second
    assert "换了名字的驿站" in {one.name for one in second.stations}


async def test_every_station_is_on_the_map_however_many_there_are(union: Database) -> None:
    known = await drawn(union, *(listed(number) for number in range(1, 702)))
    assert len(known) == 701


def test_an_empty_map_finds_nothing() -> None:
    assert Map((), Calendar()).nearest(*MIDDLE, Wish(), NOON) == []
    assert Map((), Calendar()).within([], Wish(), NOON) == []
