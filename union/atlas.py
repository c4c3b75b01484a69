"""The stations in memory, to find the nearest that is open and offers what is wished; drawn again when they change."""

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from union import hours, places
from union.calendars import Calendar, calendar
from union.hours import Hours
from union.station_words import KINDS, SERVICES, Request, Wish
from union.stations import Outline, StationRow, edition

_METRES_A_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km
_BIT = {name: 1 << place for place, name in enumerate(SERVICES)}
_KINDS = tuple(KINDS)
_LEAST_NAMED = 2
_PAGE = 500
_RADII = (2_000.0, 10_000.0, 50_000.0, 20_040_000.0)  # metres; the last one is the earth

_Part: TypeAlias = "slice | npt.NDArray[np.int64]"
_NOWHERE = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station(Outline):
    """A station as workers are told of it."""

    id: int


@dataclass(frozen=True, slots=True)
class Near:
    """A station with what holds now. `metres` None: from nowhere in particular; `until` None: closed now."""

    station: Station
    metres: float | None
    until: datetime | None
    opens: datetime | None
    always: bool


class Map:
    """All stations at one moment."""

    def __init__(self, stations: Sequence[Station], calendar: Calendar) -> None:
        # By latitude, so that what lies within some kilometres is one slice.
        self.stations = self._stations = sorted(stations, key=lambda one: one.latitude)
        stations = self._stations
        self._calendar = calendar
        self._place = {one.id: place for place, one in enumerate(stations)}
        self._latitude = np.array([one.latitude for one in stations], dtype=np.float64)
        self._longitude = np.array([one.longitude for one in stations], dtype=np.float64)
        self._services = np.array([_bits(one.services) for one in stations], dtype=np.int64)
        self._kind = np.array([1 << _KINDS.index(one.kind) for one in stations], dtype=np.int16)
        self._usable = np.array([one.state == "open" for one in stations], dtype=np.bool_)
        self._names = [places.plain(one.name).lower() for one in stations]
        self._words = [
            f"{name}\n{places.plain(one.address).lower()}"
            for name, one in zip(self._names, stations, strict=True)
        ]
        inside: dict[str, list[int]] = {}
        for place, one in enumerate(stations):
            inside.setdefault(one.district, []).append(place)
        self._inside_of = {district: np.array(places) for district, places in inside.items()}
        # Thousands of stations keep few different hours: whether each is open is worked out once.
        timetables = list(dict.fromkeys(one.hours for one in stations))
        self._hours: list[Hours] = [hours.read(words) for words in timetables]
        number = {words: place for place, words in enumerate(timetables)}
        self._timetable = np.array([number[one.hours] for one in stations], dtype=np.int32)
        self._always = np.array([one.always for one in self._hours], dtype=np.bool_)

    def __len__(self) -> int:
        return len(self._stations)

    def station(self, id: int) -> Station | None:
        place = self._place.get(id)
        return None if place is None else self._stations[place]

    def look_at(self, id: int, now: datetime) -> Near | None:
        place = self._place.get(id)
        return None if place is None else self._near(place, None, now)

    def nearest(
        self, latitude: float, longitude: float, wish: Wish, now: datetime, count: int = 3
    ) -> list[Near]:
        """The nearest that are open now; where there are too few of them, then the nearest that will open."""
        flags = self._open_timetables(now)
        found = self._search(latitude, longitude, wish, flags, count)
        if len(found) < count:
            found += self._search(latitude, longitude, wish, ~flags, count - len(found))
        return [self._near(place, metres, now) for metres, place in found]

    def around(self, latitude: float, longitude: float, count: int) -> list[Station]:
        """The nearest of any kind and state, for somebody who stands before one."""
        metres = self._metres(slice(None), latitude, longitude)
        return [self._stations[place] for place in np.argsort(metres, kind="stable")[:count].tolist()]

    def within(self, districts: Iterable[str], wish: Wish, now: datetime, count: int = 3) -> list[Near]:
        """Those of some districts, or of all: the open ones first, and of them those nearest to the middle of all there."""
        inside = self._inside(districts)
        if not len(inside):
            return []
        fitting = inside[self._fitting(inside, wish)]
        metres = self._metres(fitting, *self._middle(inside))
        # Further than any other: on the far side of the earth.
        metres[~self._open_timetables(now)[self._timetable[fitting]]] += _RADII[-1]
        order = _smallest(metres, count)
        return [self._near(place, None, now) for place in fitting[order].tolist()]

    def about(
        self, words: str, districts: Iterable[str], wish: Wish, now: datetime, count: int = 3
    ) -> list[Near]:
        """The nearest to the middle of those that `named` finds; none where it finds none. `metres` are from there."""
        if not (called := self.named(words, districts)):
            return []
        middle = self._middle(np.array([self._place[one.id] for one in called]))
        return self.nearest(*middle, wish, now, count)

    def called(self, said: Request) -> list[Station]:
        """Those that somebody names: by as much of the name as was said."""
        whole, *shorter = said.names
        if found := self.by_name(whole):
            return found
        return next(
            (found for words in dict.fromkeys(shorter) if (found := self.named(words, said.districts))), []
        ) or [self._stations[at] for at, name in enumerate(self._names) if name in whole]

    def by_name(self, words: str) -> list[Station]:
        """Those whose name holds the words; the one that is called just so alone."""
        found = [one for one in self.named(words) if words in places.plain(one.name).lower()]
        return [one for one in found if words == places.plain(one.name).lower()][:1] or found

    def named(self, words: str, districts: Iterable[str] = ()) -> list[Station]:
        """Those whose name or address holds the words, those that hold them in the name first."""
        words = places.plain(words).lower()
        if len(words) < _LEAST_NAMED:
            return []
        known = self._words
        here = [one for one in self._inside(districts).tolist() if words in known[one]]
        here.sort(key=lambda one: words not in known[one].partition("\n")[0])
        return [self._stations[one] for one in here]

    def _inside(self, districts: Iterable[str]) -> npt.NDArray[np.int64]:
        """The places of all of some districts, or of all."""
        if not (named := set(districts)):
            return np.arange(len(self._stations))
        found = [places for district, places in self._inside_of.items() if district in named]
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found or [_NOWHERE]))

    def _middle(self, places: npt.NDArray[np.int64]) -> tuple[float, float]:
        """Where most of them are: a few that lie far out hardly move it."""
        return float(np.median(self._latitude[places])), float(np.median(self._longitude[places]))

    def _search(
        self, latitude: float, longitude: float, wish: Wish, timetables: npt.NDArray[np.bool_], count: int
    ) -> list[tuple[float, int]]:
        """The nearest whose timetable is one of those: metres and place, looked for in circles that grow."""
        found: list[tuple[float, int]] = []
        for radius in _RADII:
            width = radius / _METRES_A_DEGREE
            first, last = np.searchsorted(self._latitude, (latitude - width, latitude + width)).tolist()
            part = slice(first, last)
            fitting = self._fitting(part, wish) & timetables[self._timetable[part]]
            places = np.flatnonzero(fitting)
            metres = self._metres(part, latitude, longitude)[places]
            order = _smallest(metres, count)
            found = list(zip(metres[order].tolist(), (places[order] + first).tolist(), strict=True))
            if len(found) == count and found[-1][0] <= radius:
                break
        return found

    def _metres(self, part: _Part, latitude: float, longitude: float) -> npt.NDArray[np.float64]:
        # Within a province the earth is flat enough: the error stays below a hundredth.
        north = self._latitude[part] - latitude
        east = (self._longitude[part] - longitude) * math.cos(math.radians(latitude))
        return np.sqrt(north * north + east * east) * _METRES_A_DEGREE

    def _fitting(self, part: _Part, wish: Wish) -> npt.NDArray[np.bool_]:
        kinds = wish.kinds or (() if wish.services else ("rest", "smart"))
        fitting = self._usable[part]
        if kinds:
            fitting = fitting & ((self._kind[part] & sum(1 << _KINDS.index(kind) for kind in kinds)) != 0)
        if wanted := _bits(wish.services):
            fitting = fitting & ((self._services[part] & wanted) == wanted)
        if wish.always:
            fitting = fitting & self._always[self._timetable[part]]
        return fitting

    def _open_timetables(self, now: datetime) -> npt.NDArray[np.bool_]:
        return np.array(
            [one.open_until(now, self._calendar) is not None for one in self._hours], dtype=np.bool_
        )

    def _near(self, place: int, metres: float | None, now: datetime) -> Near:
        timetable = self._hours[self._timetable[place]]
        station = self._stations[place]
        until = timetable.open_until(now, self._calendar) if station.state == "open" else None
        opens = timetable.opens_at(now, self._calendar) if station.state == "open" else None
        return Near(station, metres, until, opens, timetable.always)


class Atlas:
    """A service of the process: the newest map. A change is drawn within the turn that meets it, where they are few.

    More than `at_once` are drawn beside the turns, by whoever calls `refresh`; until then turns read the map from before.
    """

    def __init__(self, at_once: int = 2_000) -> None:
        self._at_once = at_once
        self._map = Map((), Calendar())
        self._edition: tuple[int, Calendar] | None = None

    async def open(self, session: AsyncSession) -> Map:
        now = (await edition(session), await calendar(session))
        if now != self._edition and (self._edition is None or await _count(session) <= self._at_once):
            await self._draw(session, now)
        return self._map

    async def refresh(self, session: AsyncSession) -> None:
        now = (await edition(session), await calendar(session))
        if now != self._edition:
            await self._draw(session, now)

    async def _draw(self, session: AsyncSession, now: tuple[int, Calendar]) -> None:
        """Page by page and in a thread, so that 100,000 keep nobody waiting."""
        columns = [getattr(StationRow, name) for name in _COLUMNS]
        query, stations, last = sa.select(*columns).order_by(StationRow.id).limit(_PAGE), list[Station](), 0
        while page := (await session.execute(query.where(StationRow.id > last))).all():
            stations += map(_station, page)
            last = stations[-1].id
        self._map = await asyncio.to_thread(Map, stations, now[1])
        self._edition = now


async def _count(session: AsyncSession) -> int:
    return await session.scalar(sa.select(sa.func.count()).select_from(StationRow)) or 0


_COLUMNS = tuple(one.name for one in fields(Station))


def _station(row: sa.Row[tuple[object, ...]]) -> Station:
    values = dict(row._mapping)
    services = str(values.pop("services"))
    return Station(**values, services=tuple(services.split()))


def _smallest(metres: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """The places of the smallest, in order."""
    if len(metres) > count:
        few = np.argpartition(metres, count - 1)[:count]
        return few[np.argsort(metres[few], kind="stable")]
    return np.argsort(metres, kind="stable")


def _bits(services: Iterable[str]) -> int:
    return sum({_BIT[one] for one in services})
