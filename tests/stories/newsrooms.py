"""Staff who write announcements and those who confirm them, as stories need them, and what the clock does about them."""

import asyncio
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.app import Bot
from bot.commands.console import teller
from messages import contacts, launches, results
from messages.audiences import Audiences
from messages.broadcasts import State
from messages.contacts import Sighting
from messages.drafts import Draft
from messages.expansion import Expansion
from messages.launches import Standing
from messages.results import Progress
from scheduler import broadcasts
from scheduler.pushes import Strike
from tests.clocks import Clock
from tests.stories.offices import Office
from union import members, staff
from union.applications import Door, Joining
from union.audiences import QUERIES
from union.rights import Role, Staff
from wechat.simulator import Phone


class Newsroom:
    def __init__(self, bot: Bot, clock: Clock, office: Office) -> None:
        self.database = bot.database
        self.clock = clock
        self._office = office

    async def employs(self, name: str, role: Role, district: str = "", phone: Phone | None = None) -> Staff:
        """A staff member, whose WeChat is that of the phone."""
        async with self.database.write() as session:
            hired = await staff.add(session, name, {role}, district, self.clock())
            if phone is None:
                return hired
            code = await staff.offer_code(session, name, self.clock())
            return await staff.bind(session, code, phone.openid, self.clock())

    async def knows(self, *openids: str) -> None:
        """People who follow and have never written."""
        now = self.clock()
        async with self.database.connect() as connection:
            await contacts.note(connection, [Sighting(one, now, follows=True) for one in openids])

    async def member(self, phone: Phone, place: str, work: str, mobile: str) -> None:
        """Somebody who follows and was admitted."""
        await self.knows(phone.openid)
        joining = replace(_JOINING, place=place, work=work, mobile=mobile)
        async with self.database.write() as session:
            await members.join(session, phone.openid, joining, self.clock())
        await self._office.admits(phone.openid)

    async def sends(self, said: Draft) -> int:
        """Written, approved and launched by command."""
        id = await self.approves(said)
        async with self.database.write() as session:
            await launches.launch(session, id, "2", self.clock())
        return id

    async def approves(self, said: Draft) -> int:
        """Written and approved by command."""
        async with self.database.write() as session:
            its = await launches.draft(session, said, "1", self.clock())
            await launches.look(session, its.id, "2", self.clock())
            await launches.approve(session, its.id, 1, "2", self.clock())
        return its.id

    async def standing(self, id: int) -> Standing:
        async with self.database.read() as session:
            return await launches.standing(session, id)

    async def until(self, id: int, state: State) -> None:
        """What works in the background has brought it there."""
        async with asyncio.timeout(60):
            while (await self.standing(id)).state is not state:
                await asyncio.sleep(0.05)

    async def progress(self, id: int) -> Progress:
        async with self.database.read() as session:
            return await results.progress(session, id)

    async def steps(self, id: int) -> list[tuple[str, str]]:
        """What was done and by whom."""
        async with self.database.read() as session:
            names = {one.id: one.name for one in await staff.everybody(session)}
            done = await launches.history(session, id)
        return [(step.what.value, names.get(step.by, step.by)) for step in done if step.what != "seen"]

    async def expands(self) -> None:
        """Until everybody has a delivery, as the background task does it."""
        expansion = Expansion(self.database, Audiences(QUERIES), self.clock)
        while await expansion.move():
            continue

    async def strikes(self) -> int:
        assert broadcasts.push.work is not None
        async with self.database.write() as session:
            now: datetime = self.clock()
            return await broadcasts.push.work(Strike(session, now, now, teller()))

    async def rows(self, query: "sa.Select[tuple[str]]") -> list[str]:
        async with self.database.read() as session:
            return list(await session.scalars(query))


_JOINING = Joining(Door.OPEN, "", "测试甲", "maonan", "rider", "测试平台", "")
