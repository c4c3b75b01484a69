"""A rush on packs: as many codes as there are packs, one each, and everyone answered in time. `SOAK=1`: 1,000 phones."""

import asyncio
import logging
import os
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage.database import Database
from tests.crash.servers import Bots
from tests.stories.rushes import rush, told
from tests.stories.venues import pack
from union import pack_plans
from union.coupons import CouponRow
from union.packs import PackRow
from wechat.simulator import Platform

PHONES, PACKS = (1000, 100) if os.environ.get("SOAK") else (150, 15)
SECONDS = 10.0
IN_TIME = 5.0  # WeChat's patience

logger = logging.getLogger(__name__)  # shown with --log-cli-level=INFO
pytestmark = [pytest.mark.soak, pytest.mark.xdist_group("crash"), pytest.mark.timeout(300)]


async def test_in_a_rush_there_are_as_many_codes_as_packs_and_everyone_is_answered(
    bots: Bots, platform: Platform, shared: Database
) -> None:
    now = datetime.now(UTC)
    async with shared.write() as session:
        await pack_plans.publish(session, pack(now, amount=PACKS), now)
    platform.callback = f"http://127.0.0.1:{bots.port}/wechat"
    processes = 1 if shared.is_sqlite else 3
    server = bots.serve(shared.url.render_as_string(hide_password=False), processes)
    await asyncio.to_thread(server.start)
    while server.log.read_text().count('"serving"') < processes:  # the address is up with the first of them
        await asyncio.sleep(0.05)
    for number in range(12):  # no process that serves is cold when a rush comes
        await platform.phone(f"早来{number}").says("礼包")
    runners = await rush(platform, PHONES, SECONDS)
    logger.info("%s, %s processes: %s", shared.url.get_backend_name(), processes, told(runners))
    codes = {one.phone.openid: one.code for one in runners if one.code}
    assert len(codes) == len(set(codes.values())) == PACKS
    async with shared.read() as session:
        rows = list(await session.scalars(sa.select(CouponRow)))
        assert (await session.execute(sa.select(PackRow.taken, PackRow.numbered))).one() == (PACKS, PACKS)
    assert {row.openid: row.code for row in rows} == codes
    assert sorted(row.number for row in rows) == list(range(1, PACKS + 1))
    assert all("来晚了一步" in one.told for one in runners if not one.code)
    assert max(wait for one in runners for wait in one.waits) < IN_TIME
    assert await asyncio.to_thread(server.stop) == 0
