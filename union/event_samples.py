"""Events that nobody holds and packs that nobody gives, for the demo; they are made up in event_samples.yaml."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import CHINA
from union import event_plans, events, pack_plans
from union.course_sheets import AT_ONCE
from union.courses import Audience
from union.event_plans import Plan, QuotaPlan
from union.events import Kind, Sort

_CODE = "SAMPLE"
_PACK_LASTS = timedelta(days=30)


async def plant(session: AsyncSession, now: datetime) -> None:
    """Publish the samples, unless some that were published before are still to come."""
    if any(event.sample for event in await events.upcoming(session, now)):
        return
    await event_plans.publish(session, samples(now), now)
    for plan in packs(now):
        await pack_plans.publish(session, plan, now)


def samples(now: datetime) -> list[Plan]:
    """The events as if planned now."""
    today = now.astimezone(CHINA).date()
    return [_plan(_code(now, number), one, today) for number, one in enumerate(_written()["events"], 1)]


def packs(now: datetime) -> list[pack_plans.Plan]:
    """The packs as if planned now."""
    return [
        pack_plans.Plan(
            code=_code(now, number),
            title=one["title"],
            amount=one["amount"],
            opens_at=now,
            closes_at=now + _PACK_LASTS,
            redeem_until=now + _PACK_LASTS,
            place=one["place"],
            details=one["details"],
            audience=Audience(one["audience"]),
            sample=True,
        )
        for number, one in enumerate(_written()["packs"], 1)
    ]


def _plan(code: str, written: dict[str, Any], today: date) -> Plan:
    starts_at = _at(today, written["in_days"], written["from"])
    return Plan(
        code=code,
        kind=Kind(written["kind"]),
        title=written["title"],
        host=written["host"],
        district=written["district"],
        place=written["place"],
        latitude=written["at"][0],
        longitude=written["at"][1],
        audience=Audience(written.get("audience", Audience.ANYONE)),
        quotas=tuple(QuotaPlan(Sort(sort), whose, seats) for sort, whose, seats in written.get("quotas", ())),
        opens_at=AT_ONCE,
        closes_at=starts_at - timedelta(days=1) if "quotas" in written else starts_at,
        starts_at=starts_at,
        ends_at=_at(today, written["in_days"], written["to"]),
        details=written["details"],
        sample=True,
    )


def _code(now: datetime, number: int) -> str:
    return f"{_CODE}-{now:%Y%m%d%H%M}-{number}"


def _written() -> Any:
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def _at(today: date, days: int, hour: str) -> datetime:
    return datetime.combine(today + timedelta(days=days), time.fromisoformat(hour), CHINA)
