"""A conversation with the engine alone: what a worker says, routed and answered, with what is remembered between."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from dialogue import Capability, Context, Text
from dialogue.conversations import Conversation
from dialogue.routing import Router
from storage.encryption import Keyring

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
KEYRING = Keyring([bytes(range(32))])


class Nowhere(AsyncSession):
    """A transaction without a database: what is written goes nowhere."""

    async def execute(self, *_: Any, **__: Any) -> Any:
        return None


@dataclass(frozen=True, slots=True)
class Said:
    """`messages.ports.Incoming` in its barest form."""

    text: str = ""
    kind: str = "text"
    event: str = ""
    key: str = ""
    menu_id: str = ""
    media_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    label: str = ""
    wire_id: str = "1"
    openid: str = "o1"


def context(
    router: Router,
    said: Said,
    conversation: Conversation,
    services: Mapping[type, object] | None = None,
    now: datetime = NOON,
) -> Context:
    async def attach() -> AsyncSession:
        return Nowhere()

    return Context(said, conversation, now, services or {}, router, attach)


def normalise(text: str) -> str:
    return text.strip().lower().rstrip("。！!")


def front(answered: Callable[[str], str]) -> Capability:
    """The duties that somebody must have."""
    one = Capability("front", title="前台", stores=False)

    @one.answers
    async def answer(ctx: Context) -> Text:
        return Text(answered(ctx.incoming.text))

    @one.meets_the_rest
    async def rest(_: Context) -> Text:
        return Text("rest")

    @one.apologises
    def sorry(reference: str) -> Text:
        return Text(reference)

    @one.rescues
    async def rescue(_: Context, kind: str) -> Text:
        return Text(f"rescue {kind}")

    return one


class Talk:
    """One worker; `known` are the questions that the knowledge base answers."""

    def __init__(self, capabilities: Iterable[Capability], known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})
        everybody = [front(lambda text: self._known.get(text, "unknown")), *capabilities]
        self.router = Router(
            everybody,
            normalise,
            lambda text: "danger" if "救命" in text else "",
            lambda text, _: text in self._known,
        )
        self.conversation = Conversation("o1", 1)
        self.now = NOON
        self.journal: list[str] = []

    def waits(self, time: timedelta) -> None:
        self.now += time

    async def says(self, *texts: str) -> str:
        """Each in turn; returns the last answer."""
        answer = ""
        for text in texts:
            answer = await self.sends(Said(text))
        return answer

    async def sends(self, said: Said) -> str:
        route = self.router.route(said, self.conversation, self.now)
        ctx = context(self.router, said, self.conversation, {Keyring: KEYRING}, self.now)
        reply = await route.handler(ctx)
        self.conversation = ctx.conversation
        self.journal.append(ctx.hidden or said.text)
        return "" if reply is None else reply.body
