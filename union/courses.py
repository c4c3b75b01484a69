"""Courses: what is taught where and when, for whom, and how many seats there are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Id, UTCDateTime

CODE_LETTERS = 32  # also the lengths of the columns
TITLE_LETTERS = 64
PLACE_LETTERS = 128
_SEPARATOR = "、"


class Audience(StrEnum):
    """Who may sign up."""

    ANYONE = "anyone"
    MEMBERS = "members"


class CourseRow(Base):
    """`starts_at` and `ends_at` are those of its lessons."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LETTERS), unique=True)
    title: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    line: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    academy: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    district: Mapped[str] = mapped_column(sa.String(TITLE_LETTERS))
    place: Mapped[str] = mapped_column(sa.String(PLACE_LETTERS))
    seats: Mapped[int] = mapped_column(sa.Integer)
    audience: Mapped[str] = mapped_column(sa.String(16))
    works: Mapped[str] = mapped_column(sa.Text)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    details: Mapped[str] = mapped_column(sa.Text)
    sample: Mapped[bool] = mapped_column(sa.Boolean)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lessons: Mapped[list["LessonRow"]] = relationship(
        order_by="LessonRow.starts_at", lazy="selectin", cascade="all, delete-orphan"
    )


class LessonRow(Base):
    """One time at which a course meets; its QR code to check in by carries the id."""

    __tablename__ = "lessons"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("courses.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One time at which a course meets."""

    id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What staff write down of a course; `works` are the kinds of work it is for, none meaning all."""

    code: str
    title: str
    line: str
    academy: str
    district: str
    place: str
    seats: int
    audience: Audience
    works: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    details: str
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(Outline):
    """A course as it is told. Lessons are in order."""

    id: int
    lessons: tuple[Lesson, ...]
    cancelled: bool

    @property
    def starts_at(self) -> datetime:
        return self.lessons[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return max(lesson.ends_at for lesson in self.lessons)


def course_of(row: CourseRow) -> Course:
    return Course(
        id=row.id,
        code=row.code,
        title=row.title,
        line=row.line,
        academy=row.academy,
        district=row.district,
        place=row.place,
        seats=row.seats,
        audience=Audience(row.audience),
        works=part_works(row.works),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        lessons=tuple(Lesson(one.id, one.starts_at, one.ends_at) for one in row.lessons),
        details=row.details,
        sample=row.sample,
        cancelled=row.cancelled_at is not None,
    )


def join_works(works: Iterable[str]) -> str:
    return _SEPARATOR.join(works)


def part_works(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(_SEPARATOR)))


async def find(session: AsyncSession, course_id: int) -> Course | None:
    row = await session.get(CourseRow, course_id)
    return None if row is None else course_of(row)


async def find_code(session: AsyncSession, code: str) -> Course | None:
    row = await session.scalar(sa.select(CourseRow).where(CourseRow.code == code))
    return None if row is None else course_of(row)


async def courses_of(session: AsyncSession, ids: Iterable[int]) -> Mapping[int, Course]:
    rows = await session.scalars(sa.select(CourseRow).where(CourseRow.id.in_(set(ids))))
    return {row.id: course_of(row) for row in rows}


async def upcoming(session: AsyncSession, now: datetime) -> Sequence[Course]:
    """Courses that have not begun and still take people in, now or later; the earliest first."""
    rows = await session.scalars(
        sa.select(CourseRow)
        .where(CourseRow.cancelled_at.is_(None), CourseRow.starts_at > now, CourseRow.closes_at > now)
        .order_by(CourseRow.starts_at, CourseRow.id)
    )
    return [course_of(row) for row in rows]


async def since(session: AsyncSession, instant: datetime) -> Sequence[Course]:
    """All courses that end after the instant, cancelled ones too; the earliest first."""
    rows = await session.scalars(
        sa.select(CourseRow).where(CourseRow.ends_at > instant).order_by(CourseRow.starts_at, CourseRow.id)
    )
    return [course_of(row) for row in rows]


def matching(courses: Sequence[Course], words: str) -> Sequence[Course]:
    """Those courses that have most in common with the words, by pairs of letters; none when nothing is in common."""
    asked = _pairs(words)
    hits = Counter({course.id: len(asked & _pairs(_searched(course))) for course in courses})
    most = max(hits.values(), default=0)
    return [course for course in courses if most and hits[course.id] == most]


def _pairs(text: str) -> frozenset[str]:
    letters = [letter for letter in text.lower() if letter.isalnum()]
    return frozenset(first + second for first, second in pairwise(letters))


def _searched(course: Course) -> str:
    return " ".join(
        (
            course.title,
            course.line,
            course.academy,
            course.district,
            course.place,
            *course.works,
            course.details,
        )
    )
