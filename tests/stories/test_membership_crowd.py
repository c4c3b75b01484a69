"""A hundred riders at one stand: `membership` under pressure."""

import asyncio
import time

import pytest

from bot.deliveries import WECHAT, Pace
from tests.stories.crowds import contact
from tests.stories.offices import Office
from union.scenes import Scene, SceneKind, count
from wechat.simulator import Platform

PHONES, MOST_SECONDS = 100, 120.0


@pytest.fixture
def pace() -> Pace:
    return WECHAT  # under pressure it is told in time that the answer comes later


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("crash")  # so that nothing else as heavy runs beside it
async def test_a_hundred_riders_join_at_one_stand_at_once(platform: Platform, office: Office) -> None:
    await office.hangs_up(Scene("stand-1", SceneKind.STATION, "样例驿站", "open", "maonan:河东街道"))

    async def joins(number: int) -> tuple[str, float]:
        phone, start = platform.phone(f"骑手{number}", following=False), time.monotonic()
        name, mobile = contact(number)
        (welcome,) = await phone.follows("join:stand-1")
        assert "样例驿站" in welcome.text
        for said, hears in (
            (mobile, "您的姓名"),
            (name, "哪一行"),
            ("骑手", "平台"),
            ("没有", "请核对"),
            ("确认", "收到您的入会申请了"),
        ):
            await phone.says(said, hears=hears)
        return phone.openid, time.monotonic() - start

    joined = await asyncio.gather(*map(joins, range(PHONES)))
    assert max(seconds for _, seconds in joined) < MOST_SECONDS
    async with office.database.read() as session:
        (came,) = await count(session)
    assert (came.scans, came.applications) == (PHONES, PHONES)
    for number, (openid, _) in enumerate(joined):
        asked = (await office.application(openid)).asked
        assert (asked.name, asked.mobile, asked.scene, asked.work) == (*contact(number), "stand-1", "rider")
