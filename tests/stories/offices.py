"""The union's offices, as stories need them: who decides, and what they do."""

from bot.app import Bot
from bot.commands.console import teller
from dialogue.notices import Fact
from tests.clocks import Clock
from union import applications, approvals, corrections, members, organisations, scenes, staff
from union.applications import Application
from union.members import Member
from union.organisations import UnitListed
from union.rights import Role, Staff
from union.scenes import Scene


class Office:
    """Decides on the newest application of a worker; the district first, then the city."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self.database = bot.database
        self._tell = teller()

    async def _of(self, name: str, role: Role) -> Staff:
        async with self.database.write() as session:
            try:
                return await staff.named(session, name)
            except staff.Unknown:
                return await staff.add(session, name, {role}, "", self._clock())

    async def application(self, openid: str) -> Application:
        async with self.database.read() as session:
            found = await applications.newest(session, openid)
        assert found is not None
        return found

    async def member(self, openid: str) -> Member | None:
        async with self.database.read() as session:
            return await members.member(session, openid)

    async def approves(self, openid: str) -> Fact:
        stage = (await self.application(openid)).stage
        officer = await self._of("经办", Role.OFFICER)
        approver = await self._of("审批", Role.APPROVER)
        return await self._decides(openid, officer if stage == "district" else approver)

    async def admits(self, openid: str) -> None:
        await self.approves(openid)
        await self.approves(openid)

    async def sends_back(self, openid: str, field: str, reason: str) -> Fact:
        return await self._decides(openid, await self._of("经办", Role.OFFICER), field, reason)

    async def declines(self, openid: str, reason: str) -> Fact:
        return await self._decides(openid, await self._of("经办", Role.OFFICER), "", reason)

    async def _decides(self, openid: str, one: Staff, field: str | None = None, reason: str = "") -> Fact:
        seen = await self.application(openid)
        which = seen.id, seen.edition, one
        async with self.database.write() as session:
            fact: Fact
            if field is None:
                fact = await approvals.approve(session, *which, self._clock())
            elif field:
                fact = await approvals.send_back(session, *which, field, reason, self._clock())
            else:
                fact = await approvals.decline(session, *which, reason, self._clock())
            await self._tell.tell(session, [fact], self._clock())
        return fact

    async def rebinds(self, number: str, openid: str) -> None:
        admin = await self._of("管理员", Role.ADMIN)
        async with self.database.write() as session:
            facts = await corrections.rebind(session, number, openid, admin, self._clock())
            await self._tell.tell(session, facts, self._clock())

    async def wants_identity(self, key: str) -> None:
        async with self.database.write() as session:
            await organisations.require_identity(session, key, required=True)

    async def lists(self, name: str, district: str, has_union: bool) -> None:
        """A unit, as in the list that staff import."""
        async with self.database.write() as session:
            listed = UnitListed(name, "", district, has_union)
            await organisations.list_units(session, [listed], self._clock())

    async def adds_trade(self, name: str, *works: str) -> None:
        """A union of a trade for the whole city."""
        async with self.database.write() as session:
            await organisations.add_trade(session, "trade", name, "", works)

    async def hangs_up(self, scene: Scene) -> None:
        async with self.database.write() as session:
            await scenes.add(session, scene, self._clock())

    async def sits_at_desk(self, openid: str) -> None:
        """That WeChat belongs to the one at the desk."""
        code = await self.gives_code("值班")
        async with self.database.write() as session:
            await staff.bind(session, code, openid, self._clock())

    async def gives_code(self, name: str) -> str:
        await self._of(name, Role.DESK)
        async with self.database.write() as session:
            return await staff.offer_code(session, name, self._clock())
