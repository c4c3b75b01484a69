"""Who answers a message is decided by what kind of thing it is, never by the order of declaration."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from dialogue.capabilities import Capability, Clash, Handler
from dialogue.contexts import Context
from dialogue.conversations import Conversation
from dialogue.replies import Text
from messages.ports import Incoming

Claimed = TypeVar("Claimed")


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and whether it needs the database."""

    handler: Handler
    stores: bool


async def _silence(_: Context) -> None:
    """Nothing is to be said, as to an event that only informs."""


_NUMERALS = "一二三四五六七八九"
_SILENT = Route(_silence, stores=False)


def _number(said: str) -> int:
    """The place in a list that “2”, “二” and “第二个” mean; 0 for anything else."""
    said = said.removeprefix("第").removesuffix("个").removesuffix("条")
    if len(said) == 1 and said in _NUMERALS:
        return _NUMERALS.index(said) + 1
    return int(said) if said.isdecimal() and len(said) <= 2 else 0


class Router:
    """Looks up the handler of a message. Built once; raises Clash for claims made twice or duties nobody has."""

    def __init__(
        self,
        capabilities: Iterable[Capability],
        normalise: Callable[[str], str],
        urgent: Callable[[str], str] | None = None,
    ) -> None:
        """`urgent` names the kind of emergency that a text is about, empty for none; then one must rescue."""
        self._normalise = normalise
        self._urgent = urgent
        self._capabilities: dict[str, Capability] = {}
        for one in capabilities:
            if self._capabilities.setdefault(one.name, one) is not one:
                raise Clash(f"two capabilities are called {one.name}")
        self._phrases = self._table("phrases", normalise)
        self._keys = self._table("keys", str)
        self._events = self._table("events", str)
        self._kinds = self._table("kinds", str)
        self._answer = self._duty("answering")
        self._rest = self._duty("otherwise")
        self._rescuers = [(one, one.rescuing) for one in self._all() if one.rescuing]
        if urgent:
            self._only("rescuing", self._rescuers)
        (self.apologise,) = self._only("apology", [one.apology for one in self._all() if one.apology])

    def route(self, incoming: Incoming, conversation: Conversation, now: datetime) -> Route:
        """The one who answers; there always is one."""
        if incoming.kind == "event":
            return self._of_event(incoming)
        if incoming.kind != "text":
            return self._kinds.get(incoming.kind, self._rest)
        if not incoming.text:
            return self._rest
        return self._of_text(incoming, conversation, now)

    async def open(self, ctx: Context, name: str) -> Text | None:
        """What the capability of that name does when something leads to it; KeyError if it does nothing."""
        opening = self._capabilities[name].opening if name in self._capabilities else None
        if opening is None:
            raise KeyError(f"no capability {name} to open")
        return await opening(ctx)

    @property
    def openable(self) -> frozenset[str]:
        """Names of the capabilities that an entry of the knowledge base may open."""
        return frozenset(one.name for one in self._all() if one.opening)

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the menu that a capability claims by name."""
        return frozenset(self._keys)

    def takes(self, key: str) -> bool:
        """Whether a tap on this key of the menu leads somewhere."""
        return key in self._keys or self._pick(key) is not None

    def _of_event(self, incoming: Incoming) -> Route:
        if incoming.event == "click":
            tapped = self._keys.get(incoming.key) or self._pick(incoming.key)
            if tapped is not None:
                return tapped
        return self._events.get(incoming.event, _SILENT)

    def _of_text(self, incoming: Incoming, conversation: Conversation, now: datetime) -> Route:
        picked = self._pick(incoming.menu_id) if incoming.menu_id else None
        if picked is None and self._urgent and (kind := self._urgent(incoming.text)):
            return self._rescue(kind)
        said = self._normalise(incoming.text)
        if picked is None and (number := _number(said)):
            offered = conversation.on_offer(now)
            picked = self._pick(offered[number - 1]) if number <= len(offered) else None
        return picked or self._phrases.get(said, self._answer)

    def _pick(self, menu_id: str) -> Route | None:
        name, _, argument = menu_id.partition(":")
        capability = self._capabilities.get(name)
        if capability is None or capability.picking is None:
            return None
        picking = capability.picking

        async def pick(ctx: Context) -> Text | None:
            return await picking(ctx, argument)

        return Route(pick, capability.stores)

    def _rescue(self, kind: str) -> Route:
        capability, rescuer = self._rescuers[0]

        async def rescue(ctx: Context) -> Text:
            return await rescuer(ctx, kind)

        return Route(rescue, capability.stores)

    def _all(self) -> Iterable[Capability]:
        return self._capabilities.values()

    def _table(self, claims: str, key: Callable[[str], str]) -> dict[str, Route]:
        table: dict[str, Route] = {}
        for capability in self._all():
            for name, handler in getattr(capability, claims):
                if key(name) in table:
                    raise Clash(f"{claims}: “{name}” is claimed twice, the second time by {capability.name}")
                table[key(name)] = Route(handler, capability.stores)
        return table

    def _duty(self, duty: str) -> Route:
        having = [
            Route(handler, one.stores) for one in self._all() if (handler := getattr(one, duty)) is not None
        ]
        return self._only(duty, having)[0]

    @staticmethod
    def _only(duty: str, having: list[Claimed]) -> list[Claimed]:
        if len(having) != 1:
            raise Clash(f"{duty}: {len(having)} capabilities have this duty, one must")
        return having
