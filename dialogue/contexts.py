"""What a capability is given to answer with, and how it says what else is to happen."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from dialogue import values
from dialogue.conversations import LINE, NO, YES, Choice, Conversation
from dialogue.notices import Fact, Teller
from dialogue.replies import Text
from dialogue.values import Earlier, Opened
from messages import transactions
from messages.ports import Incoming
from messages.transactions import Matter
from storage.encryption import Keyring

Service = TypeVar("Service")
Found = TypeVar("Found")
Look = Callable[[AsyncConnection, datetime], Awaitable[Found]]

_SEALED = "conversations.forms"
# One that is begun while another is open lets that one wait; more would be forgotten by everybody.
_OPEN_AT_MOST = 3


class NeedsDatabase(Exception):
    """A turn that was played without a transaction turned out to need one: it is played again with it."""


class Directory(Protocol):
    """The other capabilities, as far as one may lead to them."""

    async def open(self, ctx: "Context", name: str) -> Text | None: ...
    async def progress(self, ctx: "Context") -> Sequence[str]: ...
    async def catch(self, ctx: "Context", *, known: bool) -> Text | None: ...
    async def answer(self, ctx: "Context") -> Text | None: ...
    async def recall(self, ctx: "Context") -> Sequence[Earlier]: ...


class Context:
    """One turn as a capability sees it. What it changes here is written in the turn's one commit, or not at all."""

    __slots__ = (
        "_attach",
        "_connection",
        "_directory",
        "_looked",
        "_services",
        "_session",
        "_shown",
        "about",
        "conversation",
        "hidden",
        "hurries",
        "incoming",
        "is_urgent",
        "kept",
        "names",
        "now",
        "subject",
        "wants_person",
    )

    def __init__(
        self,
        incoming: Incoming,
        conversation: Conversation,
        now: datetime,
        services: Mapping[type, object],
        directory: Directory,
        attach: Callable[[], Awaitable[AsyncSession]],
        connection: AsyncConnection | None = None,
        looked: dict[Look[Any], Any] | None = None,
    ) -> None:
        """`attach` opens the turn's savepoint, at most once; it raises NeedsDatabase where there is none to open.

        `connection` is the transaction that the savepoint is in, which is others' too, and `looked` what they looked up.
        """
        self.incoming = incoming
        self.conversation = conversation.with_question_over()
        self._shown = conversation.offered
        self.now = now
        self.wants_person = False
        self.hurries = False
        self.is_urgent = False
        self.kept: list[object] = []
        self.hidden: str | None = None
        self.names: tuple[str, ...] = ()  # the worker's own, where they stand in the message
        self.subject = ""  # what a question that leaves it out is about: the form that lies open
        self.about = ""  # the entry of the knowledge base that led here, by its id
        self._services = services
        self._directory = directory
        self._attach = attach
        self._connection = connection
        self._looked = {} if looked is None else looked
        self._session: AsyncSession | None = None

    async def attach(self) -> None:
        """Give the turn its transaction."""
        if self._session is None:
            self._session = await self._attach()

    @property
    def openid(self) -> str:
        return self.incoming.openid

    @property
    def topic(self) -> str | None:
        """What the worker was answered on last, unless that is long ago."""
        return self.conversation.recent_topic(self.now)

    @property
    def session(self) -> AsyncSession:
        """The turn's transaction, in a savepoint of its own; RuntimeError in a capability declared stores=False."""
        if self._session is None:
            raise RuntimeError("this capability is declared with stores=False")
        return self._session

    @property
    def connection(self) -> AsyncConnection:
        """For a look without a savepoint, which costs ten times as much as the look; what is written here stays.

        Raises NeedsDatabase where there is none.
        """
        if self._connection is None:
            raise NeedsDatabase
        return self._connection

    async def once(self, look: Look[Found]) -> Found:
        """What a look at the connection finds, once for all turns of the transaction: for what no turn changes."""
        if look not in self._looked:
            self._looked[look] = await look(self.connection, self.now)
        found: Found = self._looked[look]
        return found

    def use(self, service: type[Service]) -> Service:
        """A service that the process was assembled with, by its type."""
        found = self._services[service]
        if not isinstance(found, service):
            raise TypeError(f"{service.__name__} was assembled with something else")
        return found

    @property
    def scene(self) -> str:
        """The scene of the QR code that was scanned just now; empty otherwise."""
        return self.incoming.key if self.incoming.event in ("subscribe", "scan") else ""

    async def open(self, capability: str, about: str = "") -> Text | None:
        """Go on as if the worker had asked for that capability; `about` names the entry, or the line, that leads there."""
        self.about = about
        return await self._directory.open(self, capability)

    async def answer_anew(self) -> Text | None:
        """What the worker is answered as the conversation stands now; for one that was over without their knowledge."""
        await self.attach()
        return await self._directory.answer(self)

    async def catch(self, *, known: bool) -> Text | None:
        """What a capability says to a text that answers something it waits for; `known`: there is something to say to it."""
        return await self._directory.catch(self, known=known)

    async def was_told_last(self, matter: Matter, since: datetime) -> bool:
        """Whether a notice on this matter, written since then, is the newest thing the worker was told."""
        return await transactions.was_told_last(self.connection, self.openid, matter, since)

    async def last_told(self) -> str:
        """The newest thing the worker was told, as far as it is known; a look at the connection."""
        return await transactions.last_told(self.connection, self.openid)

    async def progress(self) -> Sequence[str]:
        """A line for everything that is open for this worker, whatever the subject."""
        await self.attach()
        return await self._directory.progress(self)

    async def recall(self) -> Sequence[Earlier]:
        """What this worker gave to forms before and may be offered again."""
        await self.attach()
        return await self._directory.recall(self)

    async def tell(self, *facts: Fact) -> None:
        """Tell others what was decided, in the same transaction, by whatever route is open to each."""
        await self.use(Teller).tell(self.session, facts, self.now, writing=self.openid)

    def hurry(self) -> None:
        """What was decided holds a row that a crowd waits for: it is committed before other turns are played."""
        self.hurries = True

    def hide(self, instead: str) -> None:
        """Keep the worker's words out of the journal, which shows this instead."""
        self.hidden = instead

    def forget(self) -> None:
        """Remember nothing of the conversation but that it goes on, nor anything of this turn."""
        self.conversation = Conversation(self.openid, self.conversation.version)
        self.kept.clear()
        self.wants_person = False

    # --- Forms ---

    @property
    def forms(self) -> tuple[Opened, ...]:
        """The forms that the worker has begun, the one at hand last."""
        return self.opened(self.conversation)

    def opened(self, conversation: Conversation) -> tuple[Opened, ...]:
        """The forms of the conversation as it was at some time in this turn."""
        if conversation.forms is None:
            return ()
        return values.load(self.use(Keyring).unseal(_SEALED, base64.b64decode(conversation.forms)))

    def open_form(self, opened: Opened) -> None:
        """Remember a form as the one at hand."""
        others = tuple(one for one in self.forms if one.form != opened.form)
        self._keep_forms((*others, opened)[-_OPEN_AT_MOST:])

    def put_aside(self) -> None:
        """The form at hand asks nothing until it is gone on with: what is said next is for a person."""
        if forms := self.forms:
            self._keep_forms((*forms[:-1], replace(forms[-1], aside=True)))

    def close_form(self, name: str) -> None:
        """Forget a form; one that was begun before it is at hand again."""
        self._keep_forms(tuple(one for one in self.forms if one.form != name))

    def _keep_forms(self, forms: tuple[Opened, ...]) -> None:
        sealed = self.use(Keyring).seal(_SEALED, values.dump(forms)) if forms else None
        self.conversation = self.conversation._replace(
            forms=None if sealed is None else base64.b64encode(sealed).decode(),
            form=forms[-1].form if forms else None,
            form_at=self.now if forms else None,
            form_reminded=False,
        )

    # --- What is remembered ---

    def offer(self, *choices: Choice, topic: str | None = None) -> None:
        """Remember a list as it is shown, so that “2” means its second line."""
        self.conversation = self.conversation._replace(
            offered=tuple(choice.menu_id for choice in choices),
            offered_at=self.now,
            topic=topic,
        )

    def ask(
        self, *, yes: Choice, no: Choice, topic: str | None = None, careful: bool = False
    ) -> tuple[Choice, Choice]:
        """Offer two lines that a plain “yes” and “no” pick too, if nothing else is said before; returns them as shown.

        With `careful`, for what cannot be got back, the line for no comes first, and “好的” is no yes: it is asked again.
        """
        choices = (no, yes) if careful else (yes, no)
        self.offer(*choices, topic=topic)
        # Where they are kept a blank parts them.
        labels = [(YES if one is yes else NO) + "".join(one.label.split()) for one in choices]
        self.conversation = self.conversation._replace(offered=(*self.conversation.offered, *labels))
        return choices

    def ask_which(self, *choices: Choice, topic: str | None = None) -> None:
        """Offer a list of which one is asked for: until something else is said, a part of a line's words picks it too."""
        self.offer(*choices, topic=topic)
        labels = [LINE + "".join(one.label.split()) for one in choices]
        self.conversation = self.conversation._replace(offered=(*self.conversation.offered, *labels))

    def understood(self, topic: str | None) -> None:
        """The worker was answered: lists and misses before it are over."""
        self.conversation = self.conversation._replace(topic=topic, offered=(), offered_at=None, misses=0)

    def missed(self) -> int:
        """The worker could not be answered; returns how often in a row.

        The list shown before is still before their eyes after the first time, and which of it is asked for as well.
        """
        misses = self.conversation.misses + 1
        self.conversation = self.conversation._replace(misses=misses)
        if misses > 1:
            self.conversation = self.conversation._replace(offered=(), offered_at=None)
        elif self._shown and self._shown[-1][0] == LINE:
            self.conversation = self.conversation._replace(offered=self._shown)
        return misses

    def keep(self, record: object) -> None:
        """Leave something to be written with the turns of its group, by whoever the process has for its type."""
        self.kept.append(record)

    @property
    def desk(self) -> int | None:
        """The ticket of the conversation with staff that the worker is in; the bot is silent."""
        return self.conversation.desk

    def hand_over(self, ticket: int | None) -> None:
        """From the next message on staff are spoken to, and the bot is silent; with None it is back."""
        self.conversation = self.conversation._replace(desk=ticket)

    def call_person(self, *, urgent: bool = False) -> None:
        """Put the worker on the list of those who wait for a person, and call those at the desk."""
        self.wants_person = True
        self.is_urgent = urgent
