"""A random walk: what two workers, WeChat, the machine and the staff may do in any order, and what must hold."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.stories.ledgers import Ledger, check_same
from tests.stories.talk import BEGINNINGS, HELP, KEYS, OPENS, TO_A_FORM, URGENT, WISHES, WORDS, answer_to
from tests.stories.worlds import World, own
from tests.union.stations.listed import MIDDLE
from union.approvals import IdentityMissing, Overtaken, Unmendable
from union.members import AlreadyMember
from wechat.simulator import Heard, Phone
from wechat.simulator.deliveries import HTTP_OK

Result = TypeVar("Result")

WHO = st.sampled_from([0, 0, 1])
SAID = st.sampled_from(WISHES) | st.sampled_from(BEGINNINGS) | st.sampled_from(WORDS)
LINES = st.sampled_from([1, 1, 2])
TIMES = st.sampled_from([9, 1, 9, 4, 9])
# Milliseconds into a turn: it is not yet begun, at work, or just written.
MOMENTS = st.integers(0, 30)


class Walk(RuleBasedStateMachine):
    """Two workers and the staff, on a database of their own; loop, phones and bot stand still between the steps."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._fell = False

    def database(self) -> AbstractAsyncContextManager[str]:
        """The URL of one with all that the bot ships."""
        raise NotImplementedError

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        try:
            return self._runner.run(work)
        except BaseException:
            self._fell = True
            raise

    @initialize(stands=st.sampled_from(["new", "applied", "returned", "member"]), both=st.booleans())
    def opens(self, stands: str, both: bool) -> None:
        """The first worker may have come some way already, and the second behind them."""
        self._run(self._opens())
        if stands != "new":
            self._run(self._joins(stands, both))

    async def _joins(self, stands: str, both: bool) -> None:
        openid, office = self.world.phones[0].openid, self.world.office
        for who in (0, 1) if both else (0,):
            await self._says(who, "入会")
            await self._goes_on(who, 2, 9)
        if stands == "returned":
            await office.sends_back(openid, "mobile", "打不通")
            await self.ledger.check_told_of_it(openid)
        elif stands == "member":
            await office.admits(openid)

    async def _opens(self) -> None:
        asyncio.get_running_loop().set_task_factory(own)
        self.world = World(await self._stack.enter_async_context(self.database()))
        await self.world.opens()
        self._stack.push_async_callback(self.world.closes)
        self.ledger = Ledger(self.world)
        for phone in self.world.phones:
            await phone.follows()

    # --- Workers ---

    @rule(who=WHO, text=st.sampled_from(WORDS) | st.sampled_from(TO_A_FORM))
    def says(self, who: int, text: str) -> None:
        self._run(self._says(who, text))

    @rule(who=WHO, line=LINES, times=TIMES)
    def joins(self, who: int, line: int, times: int) -> None:
        self._run(self._wants(who, "入会", line, times))

    @rule(who=WHO, text=st.sampled_from(WISHES), times=TIMES)
    def wants(self, who: int, text: str, times: int) -> None:
        self._run(self._wants(who, text, 1, times))

    @rule(who=WHO, text=st.sampled_from(BEGINNINGS), line=LINES, times=TIMES)
    def begins(self, who: int, text: str, line: int, times: int) -> None:
        """Something, and goes some way."""
        self._run(self._wants(who, text, line, times))

    @rule(who=WHO, line=LINES, times=TIMES)
    def goes_on(self, who: int, line: int, times: int) -> None:
        self._run(self._goes_on(who, line, times))

    async def _wants(self, who: int, text: str, line: int, times: int) -> None:
        await self._says(who, text)
        await self._goes_on(who, line, times)

    async def _goes_on(self, who: int, line: int, times: int) -> None:
        """Answers what is asked, as most people do."""
        for _ in range(times):
            asked = next(iter(self._offers(who, lambda line: True)), None)
            said = answer_to(asked, who, line) if asked else ""
            if said:
                self.world.goes_on()
                await self._says(who, said)

    @rule(who=WHO, number=st.integers(0, 3), ago=st.sampled_from([0, 0, 0, 1, 3]))
    def picks(self, who: int, number: int, ago: int) -> None:
        """Taps a line of the last list, or of an older one that still stands in the chat."""
        offers = self._offers(who, lambda line: bool(line.choices))
        if len(offers) > ago and len(offers[ago].choices) > number:
            choice = offers[ago].choices[number].menu_choice()
            self._run(self._heard(who, self.world.phones[who].chooses(*choice)))

    @rule(who=WHO, key=st.sampled_from(KEYS))
    def taps(self, who: int, key: str) -> None:
        self._run(self._heard(who, self.world.phones[who].taps(key)))

    @rule(who=WHO, what=st.sampled_from(["photo", "location", "voice"]))
    def sends(self, who: int, what: str) -> None:
        phone = self.world.phones[who]

        async def send() -> list[Heard]:
            if what == "location":
                return await phone.sends_location(*MIDDLE, "某某路")
            return await (phone.sends_image() if what == "photo" else phone.sends_voice())

        self._run(self._heard(who, send()))

    @rule(text=st.sampled_from(WISHES))
    def rush(self, text: str) -> None:
        """Both at the same moment, who want the same seat."""

        async def want() -> None:
            await asyncio.gather(*(self._wants(who, text, 1, 9) for who in (0, 1)))

        self._run(want())

    @rule(who=WHO, hours=st.sampled_from([0, 3, 200]))
    def leaves(self, who: int, hours: int) -> None:
        """And comes back, after what unfollowing erases is erased."""
        phone = self.world.phones[who]

        async def leave() -> None:
            await phone.unfollows()
            (await self.ledger.books()).check_gone(phone.openid)
            self.world.clock.ahead += timedelta(hours=hours)
            await self.world.bot.clockwork.catch_up()
            self.world.goes_on()
            await self._heard(who, phone.follows())

        self._run(leave())

    # --- The wire ---

    @rule(who=WHO, ago=st.sampled_from([0, 0, 1, 2, 5]))
    def again(self, who: int, ago: int) -> None:
        """WeChat delivers the last message or event again, or an older one."""
        self._run(self._again(who, ago))

    async def _again(self, who: int, ago: int) -> None:
        phone = self.world.phones[who]
        delivered = [one for one in self.world.platform.deliveries if one.openid == phone.openid]
        # An event's number holds the openid, and goes with it when the worker is forgotten.
        known = [one for one in delivered if one is delivered[-1] or one.wire_id.isdigit()]
        if len(known) > ago:
            last, phone.last = phone.last, known[-1 - ago]
            before = await self.ledger.size()
            answer = await phone.again()
            assert answer is not None and answer.status == HTTP_OK
            assert await self.ledger.size() == before
            check_same(phone.last)
            phone.last = last

    @rule(who=WHO, text=SAID)
    def twice(self, who: int, text: str) -> None:
        """Two copies of one message at the same moment."""

        async def double() -> None:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._says(who, text))
                await asyncio.sleep(0)
                phone = self.world.phones[who]
                phone.last = self.world.platform.deliveries[-1]
                both.create_task(phone.again())

        self._run(double())

    # --- The machine and the clock ---

    @rule(hours=st.sampled_from([1, 25, 49, 200]))
    def waits(self, hours: int) -> None:
        async def wait() -> None:
            self.world.clock.ahead += timedelta(hours=hours)
            await self.world.bot.clockwork.catch_up()

        self._run(wait())

    @rule(text=SAID, moment=MOMENTS)
    def restarts(self, text: str, moment: int) -> None:
        """In the middle of a turn, which is finished."""
        self._run(self._amid((text,), moment, self.world.restarts))

    @rule(texts=st.tuples(SAID, SAID), moment=MOMENTS)
    def crashes(self, texts: tuple[str, str], moment: int) -> None:
        """In the middle of two turns, which are lost; WeChat delivers them again."""
        self._run(self._amid(texts, moment, self.world.crashes))

    async def _amid(
        self, texts: tuple[str, ...], moment: int, breaks: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        async with asyncio.TaskGroup() as speaking:
            for who, text in enumerate(texts):
                speaking.create_task(self._says(who, text))
            await asyncio.sleep(moment / 1000)
            await breaks()

    # --- Staff ---

    @rule(who=WHO, field=st.sampled_from(["", "", "name", "mobile", "place", "employer", "identity"]))
    def decides(self, who: int, field: str) -> None:
        """On what the worker applied for: agrees, or has a field mended."""
        openid = self.world.phones[who].openid
        office = self.world.office

        async def decide() -> None:
            found = await self.ledger.application(openid)
            if found is not None and found.is_open:
                with suppress(Overtaken, Unmendable, IdentityMissing, AlreadyMember):
                    if field and found.stage == "district":
                        await office.sends_back(openid, field, "和登记的对不上")
                    else:
                        await office.approves(openid)
                    await self.ledger.check_told_of_it(openid)

        self._run(decide())

    @rule(who=WHO)
    def declines(self, who: int) -> None:
        openid = self.world.phones[who].openid

        async def decline() -> None:
            found = await self.ledger.application(openid)
            if found is not None and found.is_open and found.stage == "district":
                with suppress(Overtaken):
                    await self.world.office.declines(openid, "不在这个区")
                    await self.ledger.check_told_of_it(openid)

        self._run(decline())

    @rule(who=WHO, ends=st.booleans())
    def at_desk(self, who: int, ends: bool) -> None:
        """Staff speak to whoever has asked for a person, or end it."""
        openid = self.world.phones[who].openid
        self._run(self.world.hangs_up(openid) if ends else self.world.speaks(openid))

    # --- What holds ---

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "ledger"):
            self._run(self.ledger.check())
            self.world.goes_on()

    def teardown(self) -> None:
        try:
            if not self._fell and hasattr(self, "ledger"):
                self._run(self._gets_out())
        finally:
            self._runner.run(self._stack.aclose())
            self._runner.close()

    async def _gets_out(self) -> None:
        """Nobody is stuck: out of whatever was begun, and on to something new."""
        for who, phone in enumerate(self.world.phones):
            for _ in range(4):
                await phone.says("结束", "取消")
            await phone.says("帮助", hears="人工")
            heard = await self._says(who, "入会")
            assert OPENS.search("".join(line.text for line in heard)), phone.transcript()
        await self.ledger.check_sent()
        await self.ledger.check()

    # --- How ---

    def _offers(self, who: int, which: Callable[[Heard], bool]) -> list[Heard]:
        """The account's lines in the chat, the newest first."""
        lines = reversed(self.world.phones[who].messages)
        return [line for line in lines if line.author == "account" and which(line)]

    async def _says(self, who: int, text: str) -> list[Heard]:
        heard = await self._heard(who, self.world.phones[who].says(text))
        assert text != URGENT or any(HELP in line.text for line in heard), heard
        return heard

    async def _heard(self, who: int, deed: Coroutine[Any, Any, list[Heard]]) -> list[Heard]:
        """What was answered, which is nothing only where a person is speaking with the worker."""
        phone: Phone = self.world.phones[who]
        heard = await deed
        assert heard or await self.ledger.is_silent_to(phone), phone.transcript()
        return heard
