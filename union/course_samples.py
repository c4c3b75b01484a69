"""Courses that nobody teaches, for the demo; they are made up in course_samples.yaml."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import CHINA
from union import courses
from union.course_plans import Plan, publish
from union.course_sheets import AT_ONCE
from union.courses import Audience

_CODE = "SAMPLE"


async def plant(session: AsyncSession, now: datetime) -> None:
    """Publish the samples, unless some that were published before can still be signed up for."""
    if not any(course.sample for course in await courses.upcoming(session, now)):
        await publish(session, samples(now), now)


def samples(now: datetime) -> list[Plan]:
    """The samples as if planned now."""
    today = now.astimezone(CHINA).date()
    written = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return [_plan(f"{_CODE}-{now:%Y%m%d%H%M}-{number}", one, today) for number, one in enumerate(written, 1)]


def _plan(code: str, written: dict[str, Any], today: date) -> Plan:
    times = tuple(
        (_at(today, one["in_days"], one["from"]), _at(today, one["in_days"], one["to"]))
        for one in written["lessons"]
    )
    return Plan(
        code=code,
        title=written["title"],
        line=written["line"],
        academy=written["academy"],
        district=written["district"],
        place=written["place"],
        seats=written["seats"],
        audience=Audience(written.get("audience", Audience.ANYONE)),
        works=(),
        opens_at=AT_ONCE,
        closes_at=times[0][0] - timedelta(days=1),
        times=times,
        details=written["details"],
        sample=True,
    )


def _at(today: date, days: int, hour: str) -> datetime:
    return datetime.combine(today + timedelta(days=days), time.fromisoformat(hour), CHINA)
