"""Made-up stations that stand in for real ones in the demo; they are written in station_samples.yaml."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from union import sheets, stations
from union.stations import Listed


async def plant(session: AsyncSession, now: datetime) -> None:
    """Add the samples, or bring them to what they are in this version."""
    await stations.bring(session, samples(), now)


def samples() -> list[Listed]:
    return [_listed(number, one) for number, one in enumerate(sheets.words(__file__), 1)]


def _listed(number: int, written: dict[str, Any]) -> Listed:
    latitude, longitude = written["at"]
    values = {name: value for name, value in written.items() if name not in ("at", "services")}
    services = tuple(written["services"])
    return Listed(
        code=f"SAMPLE-{number}",
        latitude=latitude,
        longitude=longitude,
        services=services,
        sample=True,
        **values,
    )
