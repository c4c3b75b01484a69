"""The stand-in's state: who follows, what each chat shows, what the account has used; and the road to the callback."""

import asyncio
import itertools
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from wechat.simulator.accounts import Account, openid_of
from wechat.simulator.allowances import Allowances, Deed
from wechat.simulator.chats import Author, Card, Heard, Json, Part
from wechat.simulator.deliveries import Courier, Delivery
from wechat.simulator.envelopes import Envelopes, Tree
from wechat.simulator.faults import Faults
from wechat.simulator.quotas import Quotas
from wechat.simulator.refusals import Refused
from wechat.simulator.shelf import Shelf
from wechat.simulator.tokens import Tokens
from wechat.simulator.verdicts import Judge, Reply

GREY_LINE = "该公众号提供的服务出现故障，请稍后再试"
TYPING_SECONDS = 15.0
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Member:
    """A worker with a telephone, whether or not following."""

    openid: str
    name: str
    following: bool = True
    followed_at: float = 0.0
    scene: str = ""
    subscribe_scene: str = "ADD_SCENE_SEARCH"
    remark: str = ""
    tags: list[int] = field(default_factory=list)
    chat: list[Heard] = field(default_factory=list)
    active_at: float = float("-inf")
    typing_until: float = float("-inf")
    allowances: Allowances = field(default_factory=Allowances)
    mass_by_month: Counter[str] = field(default_factory=Counter)
    consents: Counter[str] = field(default_factory=Counter)
    takes_templates: bool = True
    takes_masses: bool = True
    masses_fail: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A template of notices: its title and the label of each field by the field's name."""

    title: str
    fields: Mapping[str, str]


@dataclass(slots=True)
class Code:
    """A web authorisation's code; good once."""

    openid: str
    scope: str
    issued_at: float
    used: bool = False


@dataclass(slots=True)
class Job:
    """A mass send."""

    msg_id: int
    client_id: str
    at: float
    status: str = "SENDING"


class Exchange:
    """`settle` is how many seconds after a send its result event comes."""

    def __init__(
        self, account: Account, clock: Callable[[], float], limit: float, attempts: int, settle: float
    ) -> None:
        self.account = account
        self.clock = clock
        self.settle = settle
        self.members: dict[str, Member] = {}
        self.tokens = Tokens(clock)
        self.quotas = Quotas(clock)
        self.faults = Faults()
        self.shelf = Shelf(clock)
        self.menu: Json | None = None
        self.tags: dict[int, str] = {}
        self.tickets: dict[str, str] = {}
        self.codes: dict[str, Code] = {}
        self.jsapi_tickets: set[str] = set()
        self.templates: dict[str, Template] = {}
        self.recent_notices: dict[tuple[str, str], tuple[int, float]] = {}
        self.jobs: dict[int, Job] = {}
        self.sent_to_all: Counter[str] = Counter()
        self.refusals: Counter[tuple[str, int]] = Counter()
        envelopes = Envelopes(account)
        self.courier = Courier(Judge(envelopes, self.shelf.holds), envelopes, clock, limit, attempts)
        # Message ids must not come again when the stand-in is started anew beside a database that has seen them.
        self._ids = itertools.count(time.time_ns())
        self._listeners: set[asyncio.Queue[Json | None]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def new_id(self) -> int:
        return next(self._ids)

    # --- Members ---

    def enlist(self, name: str, *, following: bool = True) -> Member:
        openid = openid_of(self.account, name)
        if openid not in self.members:
            self.members[openid] = Member(openid, name, following, self.clock())
            phone = {"openid": openid, "name": name, "following": following, "typing": 0, "lines": []}
            self.signal({"event": "phone", "phone": phone})
        return self.members[openid]

    def member(self, openid: object) -> Member:
        """Raises Refused with 40003 for an openid of nobody."""
        found = self.members.get(openid) if isinstance(openid, str) else None
        if found is None:
            raise Refused(40003)
        return found

    def follower(self, openid: object) -> Member:
        """Raises Refused: 40003 for an openid of nobody, 43004 for one who does not follow."""
        found = self.member(openid)
        if not found.following:
            raise Refused(43004)
        return found

    def followers(self) -> list[Member]:
        return [member for member in self.members.values() if member.following]

    def ticket_of(self, scene: str) -> str:
        """The ticket of the code that was made for a scene; a poster of before this start has one too."""
        known = (ticket for ticket, carried in self.tickets.items() if carried == scene)
        return next(known, None) or new_ticket()

    # --- Chats ---

    def show(
        self,
        member: Member,
        author: Author,
        kind: str,
        parts: tuple[Part, ...] = (),
        *,
        via: str = "",
        wire_id: str = "",
        media_id: str = "",
        card: Card | None = None,
        note: str = "",
    ) -> Heard:
        """Puts one more line into a chat and tells everybody who watches it."""
        number = len(member.chat) + 1
        line = Heard(number, self.clock(), author, kind, parts, via, wire_id, media_id, card, note)
        member.chat.append(line)
        if author == "account":
            member.active_at, member.typing_until = self.clock(), float("-inf")
        self.signal({"event": "line", "openid": member.openid, "line": line.as_json()})
        return line

    def show_typing(self, member: Member, on: bool) -> None:
        member.typing_until = self.clock() + TYPING_SECONDS if on else float("-inf")
        seconds = TYPING_SECONDS if on else 0
        self.signal({"event": "typing", "openid": member.openid, "seconds": seconds})

    def signal(self, change: Json) -> None:
        for listener in self._listeners:
            listener.put_nowait(change)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Json | None]]:
        """A queue of all changes from now on; None says that the stand-in is closing."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    # --- To the callback ---

    async def speak(self, member: Member, kind: str, tree: Tree, deed: Deed) -> Delivery:
        """A worker's message; `deed` is the kind of window that it opens."""
        return await self.carry(member, self.message(member, kind, tree, deed))

    def message(self, member: Member, kind: str, tree: Tree, deed: Deed) -> tuple[str, Tree]:
        """Numbers a message and opens its window; `carry` takes it to the callback."""
        self._grant(member, deed)
        wire_id = self.new_id()
        return str(wire_id), {**self._head(member.openid, kind), **tree, "MsgId": wire_id}

    async def report(
        self, member: Member, event: str, tree: Tree | None = None, deed: Deed | None = None
    ) -> Delivery:
        """An event of a worker. A reply to it is shown, and the grey line too."""
        if deed is not None:
            self._grant(member, deed)
        return await self.carry(member, self._event(member.openid, event, tree or {}))

    async def report_job(self, openid: str, event: str, tree: Tree) -> Delivery:
        """An event that no chat shows anything of: the result of a send."""
        wire_id, whole = self._event(openid, event, tree)
        return await self.courier.deliver(openid, wire_id, whole)

    async def carry(self, member: Member, numbered: tuple[str, Tree]) -> Delivery:
        delivery = await self.courier.deliver(member.openid, *numbered)
        if delivery.fault:
            logger.warning("callback fault: %s", delivery.fault)
        if member.following:
            self.conclude(member, delivery)
        return delivery

    def conclude(self, member: Member, delivery: Delivery) -> None:
        """Shows what a delivery brought: the reply, the grey line or nothing."""
        if delivery.fault:
            self.show(member, "system", "system", (Part(GREY_LINE),), note=delivery.fault)
        elif delivery.reply is not None:
            self.show_reply(member, delivery.reply, delivery.wire_id)

    def show_reply(self, member: Member, reply: Reply, wire_id: str) -> None:
        for card in reply.cards or (None,):
            self.show(
                member,
                "account",
                reply.kind,
                reply.parts,
                via="passive",
                wire_id=wire_id,
                media_id=reply.media_id,
                card=card,
            )

    def _event(self, openid: str, event: str, tree: Tree) -> tuple[str, Tree]:
        whole = {**self._head(openid, "event"), "Event": event, **tree}
        names = ("FromUserName", "CreateTime", "Event", "EventKey", "MsgID")
        return "-".join(str(whole[name]) for name in names if name in whole), whole

    def _head(self, openid: str, kind: str) -> dict[str, str | int]:
        return {
            "ToUserName": self.account.original_id,
            "FromUserName": openid,
            "CreateTime": int(self.clock()),
            "MsgType": kind,
        }

    def _grant(self, member: Member, deed: Deed) -> None:
        member.active_at = self.clock()
        member.allowances.grant(deed, self.clock())

    # --- Later ---

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Runs beside everything else until `close`."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for listener in self._listeners:
            listener.put_nowait(None)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.courier.close()


def new_ticket() -> str:
    return secrets.token_urlsafe(60)
