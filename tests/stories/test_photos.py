"""A photo that answers a question is fetched after the turn and kept sealed: the capability `photos`."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import handlers
from bot.app import Bot, running
from bot.server import application, listen, serving
from bot.settings import Settings
from dialogue import Capability, Context, Field, Text
from dialogue.answers import photo
from messages import erasing, photos
from messages.photos import MOST_BYTES, State
from tests.bot.shells import Shell, written
from tests.clocks import UNHURRIED, Clock
from tests.stories.conftest import Records
from union import retention, staff
from union.rights import Role
from wechat.simulator import Phone, Platform
from wechat.simulator.shelf import paint

GET = "/cgi-bin/media/get"


@dataclass(frozen=True, slots=True)
class Shot:
    image: str


taken: list[Shot] = []
capability = Capability("shots", title="测试拍照")
form = capability.form(Shot, Field("image", "请发照片", accept=photo, label="照片"), confirm="{summary}")


@capability.says("测试拍照")
async def begin(ctx: Context) -> Text:
    return await form.begin(ctx)


@form.submitted
async def keep(_: Context, shot: Shot) -> Text:
    taken.append(shot)
    return Text("交上去了")


@pytest.fixture
async def bot(settings: Settings, platform: Platform, clock: Clock) -> AsyncIterator[Bot]:
    listener = listen("127.0.0.1", 0)
    platform.callback = f"http://127.0.0.1:{listener.getsockname()[1]}/wechat"
    capabilities = [*handlers.discover(), capability]
    taken.clear()
    async with (
        running(settings, clock=clock, capabilities=capabilities, pace=UNHURRIED) as assembled,
        serving(application(assembled), listener),
    ):
        yield assembled


async def answers(phone: Phone, content: bytes = b"") -> None:
    await phone.says("测试拍照", hears="请发照片")
    (summary,) = await phone.sends_image(content)
    assert "已收到 1 张" in summary.text
    await phone.says("确认", hears="交上去了")


async def state(records: Records, expected: State) -> "sa.Row[tuple[object, ...]]":
    async with asyncio.timeout(60):
        while True:
            (row,) = await records.of(photos.photos)
            if row.state == expected:
                return row
            await asyncio.sleep(0.05)


async def test_a_photo_is_kept_sealed_and_shown_to_who_may_see_it(
    bot: Bot, phone: Phone, records: Records, settings: Settings, tmp_path: Path, clock: Clock
) -> None:
    await answers(phone)
    row = await state(records, State.HELD)
    assert (row.key, row.form, row.kind) == (taken[0].image, "shots.Shot", "image/png")
    async with bot.database.write() as session:
        raw = await session.scalar(sa.text("SELECT content FROM photos"))
        await staff.add(session, "市办", {Role.OFFICER}, "", clock())
        await staff.add(session, "区办", {Role.OFFICER}, "maonan", clock())
    assert paint()[:8] not in raw
    shell = Shell(tmp_path, written(settings))

    async def runs(*words: str) -> tuple[str, str]:
        done = await asyncio.to_thread(shell.forks, "photo", *words)
        return done.stdout, done.stderr

    listed, _ = await runs("list", "--json", "--as", "市办")
    assert [(one["key"], one["state"]) for one in json.loads(listed)] == [(row.key, "held")]
    assert (await runs("list", "--as", "区办"))[0] == "0 photos\n"
    assert "may not see" in (await runs("save", str(row.id), "p.png", "--as", "区办"))[1]
    await runs("save", str(row.id), "p.png", "--as", "市办")
    assert (tmp_path / "p.png").read_bytes() == paint()
    async with bot.database.read() as session:
        looks = await session.scalars(sa.text("SELECT what FROM accesses"))
        assert list(looks) == ["photo save"]
    assert "no photo 99" in (await runs("save", "99", "q.png", "--as", "市办"))[1]


async def test_a_busy_platform_is_asked_again(
    phone: Phone, platform: Platform, records: Records, clock: Clock
) -> None:
    platform.fault(GET, errcode=-1, times=2)
    await answers(phone)
    for tries in (1, 2):
        async with asyncio.timeout(60):
            while not (row := (await records.of(photos.photos))[0]).reason or row.tries < tries:
                await asyncio.sleep(0.05)
        assert row.state == State.WANTED
        clock.ahead += timedelta(seconds=10)
    await state(records, State.HELD)


async def test_what_the_platform_has_no_more_is_asked_for_again(
    phone: Phone, platform: Platform, records: Records
) -> None:
    platform.fault(GET, errcode=40007)
    await answers(phone)
    lost = await phone.hears("没取到")
    assert "再发一次" in lost.text
    await state(records, State.LOST)
    (thanks,) = await phone.sends_image()
    assert "换上这一张" in thanks.text
    assert (await state(records, State.HELD)).key == taken[0].image
    (other,) = await phone.sends_image()
    assert "看不懂图" in other.text


async def test_one_that_was_lost_long_ago_is_replaced_no_more(
    phone: Phone, platform: Platform, records: Records, clock: Clock
) -> None:
    platform.fault(GET, errcode=40007)
    await answers(phone)
    await phone.hears("没取到")
    clock.ahead += timedelta(days=15)
    (other,) = await phone.sends_image()
    assert "看不懂图" in other.text


async def test_photos_of_what_was_never_handed_in_go(
    bot: Bot, phone: Phone, records: Records, clock: Clock
) -> None:
    await answers(phone)
    await phone.says("测试拍照")
    await phone.sends_image()
    assert [row.handed_in_at is None for row in await records.of(photos.photos)] == [False, True]
    await phone.says("取消")
    (kept,) = await records.of(photos.photos)
    assert (kept.key, kept.handed_in_at is None) == (taken[0].image, False)
    await phone.says("测试拍照")
    await phone.sends_image()
    clock.ahead += timedelta(days=31)
    async with bot.database.write() as session:
        now = clock()
        await erasing.age(session, now - retention.CHAT, now - retention.UNFINISHED)
    assert [row.key for row in await records.of(photos.photos)] == [kept.key]


async def test_it_is_not_waited_for_longer_than_the_platform_keeps_it(
    phone: Phone, platform: Platform, records: Records, clock: Clock
) -> None:
    platform.fault(GET, errcode=-1, times=1000)
    await answers(phone)
    async with asyncio.timeout(60):
        while not (await records.of(photos.photos))[0].reason:
            await asyncio.sleep(0.05)
    clock.ahead = timedelta(days=3)
    await state(records, State.LOST)


@pytest.mark.parametrize(
    ("content", "told"),
    [(paint() + bytes(MOST_BYTES), "太大了"), (b"MZ" + bytes(2000), "不像照片")],
    ids=["large", "no-picture"],
)
async def test_size_and_kind_are_bounded(phone: Phone, records: Records, content: bytes, told: str) -> None:
    await answers(phone, content)
    await phone.hears(told)
    assert (await state(records, State.LOST)).content is None


async def test_it_goes_with_the_worker(bot: Bot, phone: Phone, records: Records) -> None:
    await answers(phone)
    await state(records, State.HELD)
    await phone.unfollows()
    assert await records.of(photos.photos) == []
