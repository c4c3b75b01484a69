"""Made-up stations around a point in the middle of Maoming."""

from dataclasses import replace

from storage.database import Database
from tests.union.conftest import NOW
from union.stations import Imported, Listed, bring

MIDDLE = (21.660, 110.920)


def listed(number: int = 1, **changed: object) -> Listed:
    """About 111 metres further north for each number."""
    one = Listed(
        code=f"T-{number}", name=f"测试{number}号工会驿站", kind="rest", district="maonan", address=f"测试路 {number} 号",
        latitude=MIDDLE[0] + number / 1000, longitude=MIDDLE[1], services=("water",), hours="每天 7:00-21:00",
    )  # fmt: skip
    return replace(one, **changed)  # type: ignore[arg-type]  # fields by their names


async def brought(database: Database, *stations: Listed) -> Imported:
    async with database.write() as session:
        return await bring(session, stations, NOW)
