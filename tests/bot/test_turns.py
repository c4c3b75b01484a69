"""Turns: answered once, whatever is slow, broken, repeated, lost or run in several processes."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import sqlalchemy as sa

import handlers
from bot.app import Bot, running
from bot.server import application, listen, serving
from bot.settings import Settings
from dialogue import Capability, Context, Text
from messages import outbox
from messages.journal import messages
from messages.outbox import Notice
from storage.database import Database
from tests.clocks import Clock
from tests.wire import Wire
from wechat.simulator import Phone, Platform


class Probe:
    """Capabilities that misbehave on demand, and what they saw."""

    def __init__(self) -> None:
        self.at_work = 0
        self.most_at_work = 0
        self.calls = 0
        self.capabilities = [*handlers.discover(), self._quick(), self._storing()]

    def _quick(self) -> Capability:
        quick = Capability("quick", title="快", stores=False)

        @quick.says("坏")
        async def broken(_: Context) -> Text:
            raise ZeroDivisionError("a bug")

        @quick.hears("(.+)的坏了")
        async def broken_of(ctx: Context, _: str) -> Text:
            return await broken(ctx)

        @quick.says("慢")
        async def slow(_: Context) -> Text:
            self.calls += 1
            await asyncio.sleep(1.6)
            return Text("慢慢来，到了")

        @quick.says("很慢")
        async def very_slow(_: Context) -> Text:
            self.calls += 1
            await asyncio.sleep(5)
            return Text("等久了，到了")

        @quick.hears("(.+)的慢")
        async def slow_of(ctx: Context, _: str) -> Text:
            return await slow(ctx)

        @quick.says("片刻")
        async def moment(_: Context) -> Text:
            self.calls += 1
            await asyncio.sleep(0.5)
            return Text("好了")

        @quick.says("数数")
        async def count(ctx: Context) -> Text:
            self.at_work += 1
            self.most_at_work = max(self.most_at_work, self.at_work)
            await asyncio.sleep(0.02)
            self.at_work -= 1
            return Text(str(ctx.conversation.version + 1))

        return quick

    def _storing(self) -> Capability:
        storing = Capability("storing", title="存")

        @storing.says("存")
        async def read(ctx: Context) -> Text:
            number = await ctx.session.scalar(sa.text("SELECT count(*) FROM entries"))
            return Text(f"有 {number} 条")

        @storing.says("存入")
        async def write(ctx: Context) -> Text:
            await ctx.session.execute(sa.text("UPDATE entries SET source = source || '，改过'"))
            return Text("存进去了")

        @storing.says("存坏")
        async def broken(ctx: Context) -> Text:
            await ctx.session.execute(sa.text("DELETE FROM entries"))
            await ctx.session.execute(sa.text("SELECT nonsense FROM nowhere"))
            return Text("不会到这里")

        @storing.says("存慢")
        async def slow(ctx: Context) -> Text:
            await ctx.session.execute(sa.text("SELECT 1"))
            await asyncio.sleep(1.6)
            await ctx.session.execute(sa.text("SELECT 1"))
            return Text("存好了")

        return storing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def probe() -> Probe:
    return Probe()


@asynccontextmanager
async def process(
    settings: Settings, probe: Probe, clock: Callable[[], datetime]
) -> AsyncIterator[tuple[Bot, str]]:
    listener = listen("127.0.0.1", 0)
    async with (
        running(settings, clock=clock, capabilities=probe.capabilities) as bot,
        serving(application(bot), listener),
    ):
        yield bot, f"http://127.0.0.1:{listener.getsockname()[1]}/wechat"


@pytest.fixture
async def probed(settings: Settings, probe: Probe, clock: Clock, platform: Platform) -> AsyncIterator[Bot]:
    async with process(settings, probe, clock) as (bot, callback):
        platform.callback = callback
        yield bot


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def wire(probed: Bot, platform: Platform, http: aiohttp.ClientSession) -> Wire:
    return Wire(http, platform.callback, platform.account.token)


@pytest.fixture
def worker(probed: Bot, platform: Platform) -> Phone:
    return platform.phone("阿珍")


async def rows(database: Database, direction: str) -> list[sa.Row[tuple[object, ...]]]:
    query = sa.select(messages).where(messages.c.direction == direction).order_by(messages.c.id)
    async with database.read() as session:
        return list((await session.execute(query)).all())


def content(body: str) -> str:
    found = re.search(r"<Content><!\[CDATA\[(.*)\]\]></Content>", body, re.DOTALL)
    assert found, body
    return found[1]


async def test_a_redelivery_gets_the_stored_reply_and_leaves_no_second_row(probed: Bot, wire: Wire) -> None:
    msg_id = wire.new_id()
    first = await wire.post("o1", "怎么加入工会", msg_id)
    again = await wire.post("o1", "怎么加入工会", msg_id)
    assert content(first[1]) == content(again[1])
    assert [row.wire_id for row in await rows(probed.database, "in")] == [msg_id]
    assert len(await rows(probed.database, "out")) == 1


async def test_a_redelivery_joins_the_turn_that_is_running(probed: Bot, wire: Wire, probe: Probe) -> None:
    msg_id = wire.new_id()
    first = asyncio.create_task(wire.post("o1", "慢", msg_id))
    await asyncio.sleep(0.5)
    again = await wire.post("o1", "慢", msg_id)
    assert content((await first)[1]) == content(again[1]) == "慢慢来，到了"
    assert probe.calls == 2  # once in its group, which it left, and once alone
    assert len(await rows(probed.database, "in")) == 1


async def test_a_reply_past_the_budget_comes_as_a_customer_service_message(
    probed: Bot, worker: Phone
) -> None:
    assert await worker.says("很慢") == []
    assert worker.last is not None
    assert [answer and answer.body for answer in worker.last.answers] == [b"success"]
    line = await worker.hears("等久了")
    assert line.via == "customer_service"
    await _until(lambda: _has_status(probed.database, "sent"))
    (row,) = await rows(probed.database, "out")
    assert row.via == "customer_service"


async def test_nobody_waits_for_somebody_elses_slow_turn(
    probed: Bot, platform: Platform, worker: Phone
) -> None:
    slow = asyncio.create_task(worker.says("很慢"))
    await asyncio.sleep(1.3)  # by now it has left its group
    await platform.phone("老李").says("存", hears="条")
    assert not slow.done()
    await slow


async def test_a_slow_turn_that_stores_is_answered_too(worker: Phone) -> None:
    await worker.says("存慢", hears="存好了")


async def test_what_was_held_does_not_ride_on_an_answer_that_comes_late(
    probed: Bot, worker: Phone, clock: Clock
) -> None:
    notice = Notice(worker.openid, "名额来了", clock() + timedelta(days=1))
    async with probed.database.write() as session:
        await outbox.queue(session, [notice], clock())
    await _until(lambda: _has_status(probed.database, "held"))
    answers = await worker.says("存慢", hears="存好了")
    assert "名额来了" not in answers[-1].text
    assert (await worker.hears("名额来了")).via == "customer_service"


async def test_a_name_that_is_held_is_masked_while_a_turn_is_late_and_where_it_fails(
    probed: Bot, worker: Phone
) -> None:
    await worker.says(
        "入会", "2", "13800138000", "陈大文", "外卖骑手", "茂南河东", "没有", "确认", hears="收到"
    )
    late = asyncio.create_task(worker.says("陈大文的慢"))
    await _until(lambda: _has_body(probed.database, "陈**的慢"))
    await late
    await worker.says("陈大文的坏了", hears="出了点问题")
    assert await _has_body(probed.database, "陈**的坏了")
    assert not any("陈大文" in str(row.body) for row in await rows(probed.database, "in"))


async def test_the_next_message_of_a_worker_waits_for_the_slow_one(probed: Bot, wire: Wire) -> None:
    slow = asyncio.create_task(wire.post("o1", "慢", wire.new_id()))
    await asyncio.sleep(1.2)
    assert content((await wire.post("o1", "数数", wire.new_id()))[1]) == "2"
    assert content((await slow)[1]) == "慢慢来，到了"


async def test_a_bug_is_owned_up_to_with_a_reference(probed: Bot, worker: Phone) -> None:
    (apology,) = await worker.says("坏", hears="编号")
    (row,) = await rows(probed.database, "in")
    assert row.status == "failed"
    assert row.reason.removeprefix("bug ") in apology.text
    await worker.says("怎么加入工会", hears="入会")


async def test_a_bug_among_statements_undoes_its_own_turn_and_no_other(
    probed: Bot, platform: Platform
) -> None:
    before = len(probed.library.knowledge.snapshot.entries)
    phones = [platform.phone(f"工友{number}") for number in range(9)]
    said = ["存坏" if number == 4 else "存" for number in range(9)]
    heard = await asyncio.gather(*(phone.says(text) for phone, text in zip(phones, said, strict=True)))
    assert "编号" in heard[4][0].text
    assert {lines[0].text for number, lines in enumerate(heard) if number != 4} == {f"有 {before} 条"}


async def test_what_a_capability_stores_is_there_after_the_turn(probed: Bot, worker: Phone) -> None:
    await worker.says("存入", hears="存进去了")
    async with probed.database.read() as session:
        sources = await session.scalars(sa.text("SELECT source FROM entries"))
    assert all(source.endswith("，改过") for source in sources)


async def test_a_redelivery_during_a_late_turn_gets_its_reply(probed: Bot, wire: Wire) -> None:
    msg_id = wire.new_id()
    first = asyncio.create_task(wire.post("o1", "慢", msg_id))
    await asyncio.sleep(1.3)  # by now the turn has left its group and is stored
    again = await wire.post("o1", "慢", msg_id)
    assert content(again[1]) == content((await first)[1]) == "慢慢来，到了"
    (row,) = await rows(probed.database, "out")
    assert (row.status, row.via) == ("sent", "passive")


async def test_messages_of_one_worker_are_taken_one_at_a_time(probed: Bot, wire: Wire, probe: Probe) -> None:
    answers = await asyncio.gather(*(wire.post("o1", "数数", wire.new_id()) for _ in range(8)))
    assert sorted(int(content(body)) for _, body in answers) == list(range(1, 9))
    assert probe.most_at_work == 1


async def test_two_processes_answer_one_message_once(
    settings: Settings, probe: Probe, clock: Clock, platform: Platform, http: aiohttp.ClientSession
) -> None:
    async with AsyncExitStack() as stack:
        started = [await stack.enter_async_context(process(settings, probe, clock)) for _ in range(2)]
        wires = [Wire(http, callback, platform.account.token) for _, callback in started]
        for number in range(10):
            msg_id = wires[0].new_id()
            both = await asyncio.gather(*(wire.post(f"o{number}", "数数", msg_id) for wire in wires))
            assert [content(body) for _, body in both] == ["1", "1"]
        assert len(await rows(started[0][0].database, "in")) == 10
        assert len(await rows(started[0][0].database, "out")) == 10


async def test_two_processes_never_lose_a_turn_of_the_same_worker(
    settings: Settings, probe: Probe, clock: Clock, platform: Platform, http: aiohttp.ClientSession
) -> None:
    async with AsyncExitStack() as stack:
        started = [await stack.enter_async_context(process(settings, probe, clock)) for _ in range(2)]
        wires = [Wire(http, callback, platform.account.token) for _, callback in started]
        posts = [wires[number % 2].post("o1", "数数", wires[0].new_id()) for number in range(12)]
        answers = await asyncio.gather(*posts)
        assert sorted(int(content(body)) for _, body in answers) == list(range(1, 13))


async def test_a_passive_reply_that_nobody_took_is_sent_otherwise(
    probed: Bot, wire: Wire, probe: Probe, clock: Clock
) -> None:
    await _hang_up(wire, probe, wire.new_id())
    await _until(lambda: _has_status(probed.database, "queued"))
    await asyncio.sleep(1.5)  # a sender that did not wait for WeChat's retries would have it by now
    assert await _has_status(probed.database, "queued")
    clock.ahead = timedelta(seconds=20)
    # The stand-in has not seen this worker write and grants no window: what counts is that it was tried.
    await _until(lambda: _has_status(probed.database, "refused"))


async def test_a_redelivery_fetches_a_reply_that_nobody_took(probed: Bot, wire: Wire, probe: Probe) -> None:
    msg_id = wire.new_id()
    await _hang_up(wire, probe, msg_id)
    await _until(lambda: _has_status(probed.database, "queued"))
    status, body = await wire.post("o1", "片刻", msg_id)
    assert (status, content(body)) == (200, "好了")
    (row,) = await rows(probed.database, "out")
    assert (row.status, row.via) == ("sent", "passive")


async def _hang_up(wire: Wire, probe: Probe, msg_id: str) -> None:
    """Deliver, and close the connection while the turn is played."""
    post = asyncio.create_task(wire.post("o1", "片刻", msg_id))
    async with asyncio.timeout(60):
        while not probe.calls:
            await asyncio.sleep(0.01)
    post.cancel()
    with pytest.raises(asyncio.CancelledError):
        await post


async def test_what_waits_in_the_middle_of_a_form_can_be_read_by_nobody(probed: Bot, wire: Wire) -> None:
    await wire.post("o1", "入会", wire.new_id())
    answer = asyncio.create_task(wire.post("o1", "慢", wire.new_id()))

    async def stored(status: str) -> bool:
        return any(row.status == status for row in await rows(probed.database, "in"))

    await _until(lambda: stored("received"))
    (waiting,) = [row for row in await rows(probed.database, "in") if row.status == "received"]
    assert waiting.body == ""
    assert waiting.payload is not None
    assert "慢" not in waiting.payload
    assert "到了" in (await answer)[1]
    assert [row.body for row in await rows(probed.database, "in")] == ["入会", "慢"]


async def test_what_a_dead_process_left_is_answered_by_another(
    settings: Settings, probe: Probe, clock: Clock, platform: Platform
) -> None:
    async with process(settings, probe, clock) as (bot, callback):
        platform.callback = callback
        worker = platform.phone("阿珍")
        await worker.says("怎么加入工会")
        # As a process leaves it that dies between `success` and the reply.
        payload = '{"is":"Incoming","wire_id":"77","openid":"%s","account":"gh_x","created":1,"kind":"text","text":"存"}'
        async with bot.database.write() as session:
            await session.execute(
                sa.insert(messages).values(
                    id=9_000_000, openid=worker.openid, direction="in", wire_id="77", kind="text", body="存",
                    created_at=datetime.now(UTC), status="received", payload=payload % worker.openid,
                    lease_by="dead", due_at=datetime.now(UTC) - timedelta(seconds=1),
                )
            )  # fmt: skip
        line = await worker.hears("条")
        assert line.via == "customer_service"


async def test_a_locked_database_is_answered_with_503_and_then_recovers(probed: Bot, wire: Wire) -> None:
    if not probed.database.is_sqlite:
        return  # PostgreSQL's own restarts are in tests/crash
    other = Database(str(probed.settings.database_url))
    async with other.connect() as connection:
        await connection.execute(sa.text("DELETE FROM contacts"))
        status, _ = await wire.post("o1", "怎么加入工会", wire.new_id())
        assert status == 503
    await other.close()
    assert (await wire.post("o1", "怎么加入工会", wire.new_id()))[0] == 200


async def _has_status(database: Database, status: str) -> bool:
    return any(row.status == status for row in await rows(database, "out"))


async def _has_body(database: Database, body: str) -> bool:
    return any(row.body == body for row in await rows(database, "in"))


async def _until(true: Callable[[], Awaitable[bool]], within: float = 60) -> None:
    async with asyncio.timeout(within):
        while not await true():
            await asyncio.sleep(0.05)
