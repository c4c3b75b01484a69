"""Who answers a message is decided by what kind of thing it is, never by the order of declaration."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar, cast

from dialogue import lines, wording
from dialogue.awaiting import agreed, awaited, caught, counted, guessed, word
from dialogue.capabilities import Attend, Capability, Clash, Heard, Scanned
from dialogue.contexts import Context
from dialogue.conversations import Asked, Choice, Conversation
from dialogue.filling import Forms, Route
from dialogue.forms import PICKED
from dialogue.notices import Worded
from dialogue.readers import understood
from dialogue.replies import Text, joined
from dialogue.values import Earlier
from dialogue.veils import veiled
from messages.ports import Incoming

Claimed = TypeVar("Claimed")


async def _silence(_: Context) -> None:
    """Nothing is to be said, as to an event that only informs."""


_SILENT = Route(_silence, stores=False)


def _aside_of_desk(found: Route) -> Route:
    """Whoever turns to the bot while a person speaks with them is answered by the bot, until they call again."""

    async def answer(ctx: Context) -> Text | None:
        ctx.hand_over(None)
        reply = await found.handler(ctx)
        goes_on = ctx.conversation.desk is not None  # it was the person who was asked for
        return reply if reply is None or goes_on else joined(reply, wording.DESK_WAITS)

    return Route(answer, found.stores, found.carries)


def _hearing(handler: Heard | Attend, rest: str, stores: bool) -> Route:
    async def hear(ctx: Context) -> Text | None:
        return await handler(ctx, rest)

    return Route(hear, stores)


class Router:
    """Looks up the handler of a message. Built once; raises Clash for claims made twice or duties nobody has."""

    def __init__(
        self,
        capabilities: Iterable[Capability],
        normalise: Callable[[str], str],
        urgent: Callable[[str], str] | None = None,
        known: Callable[[str, str | None], bool] = lambda _, __: False,
        known_of: Callable[[str, str], bool] = lambda _, __: False,
    ) -> None:
        """`urgent` names the kind of emergency that a text is about, empty for none; then one must rescue.

        `known` says whether the knowledge base would answer a text at once: in a form that is a question aside;
        `known_of` whether it would only as one about a subject, which comes first.
        """
        self._normalise = normalise
        self._urgent = urgent
        self._capabilities: dict[str, Capability] = {}
        for one in capabilities:
            if self._capabilities.setdefault(one.name, one) is not one:
                raise Clash(f"two capabilities are called {one.name}")
        self._phrases = self._table("phrases", normalise)
        self._lone_phrases = self._table("lone_phrases", normalise)
        self._patterns = [
            (re.compile(pattern), handler, one.stores)
            for one in self._all()
            for pattern, handler in one.patterns
        ]
        # Most texts match none of them, which one look tells.
        self._some_pattern = re.compile(
            "|".join(f"(?:{found.pattern})" for found, *_ in self._patterns) or "(?!)"
        )
        self._keys = self._table("keys", str)
        self._events = self._table("events", str)
        self._kinds = self._table("kinds", str)
        self._answer = self._duty("answering")
        self._rest = self._duty("otherwise")
        counting = [one.counting for one in self._all() if one.counting]
        self._counting = self._only("counting", counting)[0] if counting else None
        self._awaiting = [one.awaiting for one in self._all() if one.awaiting]
        self._catching = [claim for one in self._all() for claim in one.catching]
        self._guessing = [claim for one in self._all() for claim in one.guessed]
        self._scans = self._table("scanned", str)
        self._attend = [(one.attending, one.stores) for one in self._all() if one.attending]
        if self._attend:
            self._only("attending", self._attend)
        self._readers = [(*claim, one.stores) for one in self._all() for claim in one.readers]
        self._orders = [(*claim, one.stores) for one in self._all() for claim in one.orders]
        self._suspected = [(*claim, one.stores) for one in self._all() for claim in one.suspected]
        self._forms = Forms(self._all(), normalise, (known, known_of), self._meant)
        self.wordings = self._wordings()
        self._rescuers = [(one, one.rescuing) for one in self._all() if one.rescuing]
        if urgent:
            self._only("rescuing", self._rescuers)
        self.caution = "".join(one.caution() for one in self._all() if one.caution)
        (self.apologise,) = self._only("apology", [one.apology for one in self._all() if one.apology])

    def route(self, incoming: Incoming, conversation: Conversation, now: datetime) -> Route:
        """The one who answers; there always is one."""
        if incoming.kind == "event":
            found = self._of_event(incoming)
            return _aside_of_desk(found) if conversation.desk and found is not _SILENT else found
        if incoming.kind == "text" and (ordered := understood(self._orders, incoming.text, None)):
            return ordered
        usual = self._unordered(incoming, conversation, now)
        is_text = incoming.kind == "text"
        return (is_text and understood(self._suspected, incoming.text, None, usual)) or usual

    def _unordered(self, incoming: Incoming, conversation: Conversation, now: datetime) -> Route:
        if incoming.kind == "text" and not conversation.desk and incoming.text:
            return veiled(self._of_text(incoming, conversation, now), incoming, conversation)
        if conversation.desk and (tapped := self._tapped(incoming.menu_id)):
            return _aside_of_desk(tapped)
        if incoming.kind == "text" and self._urgent and (kind := self._urgent(incoming.text)):
            return self._rescue(kind)
        if conversation.desk and self._attend:
            ((attend, stores),) = self._attend
            return _hearing(attend, self._normalise(incoming.text), stores)
        if incoming.kind == "text":
            return self._rest
        usual = self._kinds.get(incoming.kind, self._rest)
        return self._forms.of_medium(incoming.kind, usual) if conversation.forms else usual

    async def open(self, ctx: Context, name: str) -> Text | None:
        """What the capability of that name does when something leads to it; KeyError if it does nothing."""
        found = self._capabilities.get(name)
        if found is None or found.opening is None:
            raise KeyError(f"no capability {name} to open")
        if found.glancing and (told := await found.glancing(ctx)):
            return told
        await ctx.attach()
        return await found.opening(ctx)

    async def answer(self, ctx: Context) -> Text | None:
        """Route the message once more, as the conversation stands by now."""
        return await self.route(ctx.incoming, ctx.conversation, ctx.now).handler(ctx)

    async def progress(self, ctx: Context) -> Sequence[str]:
        """Forms half done, and what every capability reports as open for the worker."""
        half_done = [wording.half_done(title) for title in self._forms.titles(ctx)]
        return half_done + [line for one in self._all() if one.reporting for line in await one.reporting(ctx)]

    async def catch(self, ctx: Context, *, known: bool) -> Text | None:
        """What the first capability says that waits for the text, or makes something of it."""
        return await caught(self._catching, ctx, known) or await guessed(self._guessing, ctx)

    async def recall(self, ctx: Context) -> Sequence[Earlier]:
        """What every capability has of what the worker gave."""
        return [given for one in self._all() if one.recalling for given in await one.recalling(ctx)]

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
        if incoming.event == "click" and (tapped := self._keys.get(incoming.key) or self._pick(incoming.key)):
            return tapped
        if incoming.event in ("subscribe", "scan") and (scanned := self._scan(incoming.key)):
            return scanned
        return self._events.get(incoming.event, _SILENT)

    def _scan(self, scene: str) -> Route | None:
        prefix, _, rest = scene.partition(":")
        found = self._scans.get(prefix)
        if found is None:
            return None
        scanned = cast("Scanned", found.handler)

        async def scan(ctx: Context) -> Text:
            return await scanned(ctx, rest)

        return Route(scan, found.stores)

    def _of_text(self, incoming: Incoming, conversation: Conversation, now: datetime) -> Route:
        picked, number = self._tapped(incoming.menu_id), 0
        if picked is None and self._urgent and (kind := self._urgent(incoming.text)):
            return self._rescue(kind)
        said = self._normalise(incoming.text)
        if picked is None and (number := wording.number(said)):
            offered = conversation.on_offer(now)
            picked = self._pick(offered[number - 1]) if number <= len(offered) else None
        elif picked is None and conversation.offered and (line := wording.line(said)):
            offered = conversation.on_offer(now)  # in words it is a line of a list, and no yes or no
            picked = self._pick(offered[line - 1]) if line <= len(offered) else None
        phrase = self._phrases.get(said) or self._matched(said)
        asked = conversation.asked(now)  # by the last answer: it is newer than what an open form asks
        if picked is None and asked:
            picked = self._agreed(said, asked, claimed=phrase is not None)
        if picked is None and (listed := conversation.lines(now)):
            picked = self._named(said, listed, claimed=phrase is not None)
        taken = picked or phrase or asked or conversation.forms
        yes = None if taken else word(said, number, conversation, now)
        rest = awaited(self._awaiting, yes, self._answer)
        if phrase is None and conversation.forms is None and (lone := self._lone_phrases.get(said)):
            phrase = awaited(self._awaiting, yes, lone)
        claimed = picked or phrase
        meant = None if claimed else self._meant(incoming.text, conversation.recent_topic(now), rest)
        usual = claimed or meant or rest
        if number and conversation.forms is None:
            usual = counted(self._counting, number, usual)
        if conversation.forms is None and (phrase or wording.control(said) not in wording.NOTHING_OPEN):
            return usual
        found = self._forms.of_text(said, usual, claimed=(claimed or (meant if asked else None)) is not None)
        return awaited(self._awaiting, yes, found)  # “取消” with no form open is a no too

    def _agreed(self, said: str, asked: Sequence[Asked], *, claimed: bool) -> Route | None:
        """Yes or no to a question; a part of a line's words is one too, unless it is `claimed` for something else."""
        for one in asked:
            if said == self._normalise(one.label):
                return self._pick(one.menu_id)
        found = agreed(asked, said, claimed=claimed)
        return self._pick(found.menu_id) if isinstance(found, Asked) else found

    def _named(self, said: str, listed: Sequence[Choice], *, claimed: bool) -> Route | None:
        """A line of a list that is named; of several it is asked which."""
        found = lines.named(said, listed, self._normalise, claimed=claimed)
        if len(found) == 1:
            return self._pick(found[0].menu_id)
        return Route(partial(lines.ask_between, lines=found), stores=False) if found else None

    def _matched(self, said: str) -> Route | None:
        if not self._some_pattern.fullmatch(said):
            return None
        for pattern, handler, stores in self._patterns:
            if found := pattern.fullmatch(said):
                return _hearing(handler, found[1], stores)
        return None

    def _meant(self, text: str, topic: str | None, rest: Route | None = None) -> Route | None:
        """The one capability that understands the text, if it is one; `rest` answers where that has nothing to say."""
        return understood(self._readers, text, topic, rest or self._answer)

    def _tapped(self, menu_id: str) -> Route | None:
        """A line of a list that was tapped."""
        if menu_id.startswith(f"{PICKED}:"):
            return self._forms.of_line(menu_id)
        return self._pick(menu_id) if menu_id else None

    def _pick(self, menu_id: str) -> Route | None:
        name, _, argument = menu_id.partition(":")
        capability = self._capabilities.get(name)
        if capability is None or capability.picking is None:
            return None
        return _hearing(capability.picking, argument, capability.stores)

    def _rescue(self, kind: str) -> Route:
        capability, rescuer = self._rescuers[0]

        async def rescue(ctx: Context) -> Text:
            card = await rescuer(ctx, kind)
            kept = self._forms.waiting(ctx)
            return joined(card, kept) if kept else card

        return Route(rescue, capability.stores, carries=False)

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

    def _wordings(self) -> dict[type, Worded]:
        found: dict[type, Worded] = {**self._forms.wordings}
        for capability in self._all():
            for fact, worded in capability.wordings:
                if fact in found:
                    raise Clash(f"{fact.__name__} is worded twice, the second time by {capability.name}")
                found[fact] = worded
        return found

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
