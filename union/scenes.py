"""QR codes at a station, a company or an event: what they fill in beforehand, and how many came by each."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
import yaml
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, UTCDateTime
from union import work_words
from union.applications import ApplicationRow, Door, Status

# What stands in the code itself, so that a scan leads to joining.
PREFIX = "join:"
_NAME = re.compile(r"[a-z0-9-]{2,50}")


class SceneKind(StrEnum):
    """Where a code hangs."""

    STATION = "station"
    COMPANY = "company"
    EVENT = "event"


class SceneRow(Base):
    """A code by its name. What is "" is asked of the worker."""

    __tablename__ = "scenes"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.String(64))
    door: Mapped[str] = mapped_column(sa.String(16))
    place: Mapped[str] = mapped_column(sa.String(64))
    work: Mapped[str] = mapped_column(sa.String(32))
    employer: Mapped[str] = mapped_column(sa.String(128))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ScanRow(Base):
    """Who came by a code; coming again counts once."""

    __tablename__ = "scene_scans"

    scene: Mapped[str] = mapped_column(sa.ForeignKey("scenes.name"), primary_key=True)
    openid: Mapped[str] = mapped_column(sa.String(64), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a code fills in: door, place, kind of work and employer, each "" where it is asked."""

    name: str
    kind: SceneKind
    title: str
    door: str = ""
    place: str = ""
    work: str = ""
    employer: str = ""

    @property
    def scanned(self) -> str:
        """What the platform reports when it is scanned."""
        return PREFIX + self.name


@dataclass(frozen=True, slots=True)
class Came:
    """How many came by a code, how many of them applied, and how many of those are members now."""

    scene: Scene
    scans: int
    applications: int
    members: int


class BadScene(Exception):
    """What is wrong with a code that was to be made, in English for staff."""


async def add(session: AsyncSession, scene: Scene, now: datetime) -> None:
    """Raises BadScene, also for a name that is there."""
    if not _NAME.fullmatch(scene.name):
        raise BadScene("a name has 2 to 50 of a-z, 0-9 and -")
    if scene.door not in ("", *Door):
        raise BadScene(f"door is one of {', '.join(Door)}")
    if scene.door == Door.UNIT and not scene.employer:
        raise BadScene("the door of a unit needs the employer")
    if scene.work not in ("", *work_words.HEARD):
        raise BadScene(f"work is one of {', '.join(work_words.HEARD)}")
    if await session.get(SceneRow, scene.name):
        raise BadScene(f"{scene.name} is there already")
    session.add(
        SceneRow(
            name=scene.name, kind=scene.kind, title=scene.title, door=scene.door, place=scene.place,
            work=scene.work, employer=scene.employer, added_at=now,
        )
    )  # fmt: skip
    await session.flush()


async def plant(session: AsyncSession, now: datetime) -> None:
    """The codes of the demo, where they are not there yet."""
    shipped = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    for one in shipped["samples"]:
        if await session.get(SceneRow, one["name"]) is None:
            await add(session, Scene(**(one | {"kind": SceneKind(one["kind"])})), now)


async def scan(session: AsyncSession, name: str, openid: str, now: datetime) -> Scene | None:
    """Count that somebody came by the code; None for a code that was never made."""
    row = await session.get(SceneRow, name)
    if row is None:
        return None
    if await session.get(ScanRow, (name, openid)) is None:
        session.add(ScanRow(scene=name, openid=openid, at=now))
        await session.flush()
    return _scene(row)


async def count(session: AsyncSession) -> list[Came]:
    """Every code in the order of its name."""
    scans = await _by_scene(session, sa.select(ScanRow.scene, sa.func.count()).group_by(ScanRow.scene))
    applied = sa.select(ApplicationRow.scene, sa.func.count()).group_by(ApplicationRow.scene)
    applications = await _by_scene(session, applied)
    members = await _by_scene(session, applied.where(ApplicationRow.status == Status.ADMITTED))
    rows = await session.scalars(sa.select(SceneRow).order_by(SceneRow.name))
    return [
        Came(_scene(row), scans.get(row.name, 0), applications.get(row.name, 0), members.get(row.name, 0))
        for row in rows
    ]


async def _by_scene(session: AsyncSession, counted: sa.Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in await session.execute(counted)}


def _scene(row: SceneRow) -> Scene:
    return Scene(row.name, SceneKind(row.kind), row.title, row.door, row.place, row.work, row.employer)
