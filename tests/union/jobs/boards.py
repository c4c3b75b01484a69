"""Made-up listings and the staff who approve them."""

from dataclasses import replace
from datetime import timedelta

from storage.database import Database
from tests.union.conftest import NOW
from union import listings, staff
from union.calendars import china_day
from union.listings import Brought, Listing, Plan
from union.rights import Role, Staff

LICENCE = "91440900MA0000000G"


def plan(number: int = 1, **changed: object) -> Plan:
    one = Plan(
        f"J-{number}", "company", "电工", "full", "6000-8000元/月", "month", "gaozhou", "测试工业园", "8:00-17:30", 3,
        "测试用人单位", LICENCE, "测试女士 0668-0000000", "须持证", china_day(NOW) + timedelta(days=30),
    )  # fmt: skip
    return replace(one, **changed)  # type: ignore[arg-type]  # fields by their names


async def brought(database: Database, *plans: Plan) -> Brought:
    async with database.write() as session:
        return await listings.bring(session, plans, NOW)


async def approver(database: Database, name: str = "审岗位的", district: str = "") -> Staff:
    async with database.write() as session:
        return await staff.add(session, name, {Role.OFFICER}, district, NOW)


async def published(database: Database, who: Staff, *plans: Plan) -> list[Listing]:
    """Each a minute later than the one before."""
    await brought(database, *plans)
    done = []
    for number, one in enumerate(plans):
        async with database.write() as session:
            done.append(await listings.approve(session, who, one.code, NOW + timedelta(minutes=number)))
    return done
