"""Made-up stations around a point in the middle of Maoming."""

from dataclasses import replace

from storage.database import Database
from tests.union.conftest import NOW
from union.stations import Imported, Listed, bring

MIDDLE = (21.660, 110.920)


def listed(number: int = 1, **changed: object) -> Listed:
    """About 111 metres further north for each number."""
    one = Listed(
        f"T-{number}", f"测试{number}号工会驿站", "rest", "maonan", f"测试路 {number} 号",
        MIDDLE[0] + number / 1000, MIDDLE[1], ("water",), "每天 7:00-21:00",
    )  # fmt: skip
    return replace(one, **changed)  # type: ignore[arg-type]


async def brought(database: Database, *stations: Listed) -> Imported:
    async with database.write() as session:
        return await bring(session, stations, NOW)
