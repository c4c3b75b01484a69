"""What a capability is given to answer with, and how it says what else is to happen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from dialogue.conversations import Choice, Conversation
from dialogue.replies import Text
from messages.ports import Incoming

Service = TypeVar("Service")


class Context:
    """One turn as a capability sees it. What it changes here is written in the turn's one commit, or not at all."""

    __slots__ = (
        "_opened",
        "_services",
        "_session",
        "conversation",
        "incoming",
        "kept",
        "now",
        "wants_person",
    )

    def __init__(
        self,
        incoming: Incoming,
        conversation: Conversation,
        now: datetime,
        services: Mapping[type, object],
        opened: Callable[["Context", str], Awaitable[Text | None]],
    ) -> None:
        self.incoming = incoming
        self.conversation = conversation
        self.now = now
        self.wants_person = False
        self.kept: list[object] = []
        self._services = services
        self._opened = opened
        self._session: AsyncSession | None = None

    def attach(self, session: AsyncSession) -> None:
        """Give the turn its transaction."""
        self._session = session

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

    def use(self, service: type[Service]) -> Service:
        """A service that the process was assembled with, by its type."""
        found = self._services[service]
        if not isinstance(found, service):
            raise TypeError(f"{service.__name__} was assembled with something else")
        return found

    async def open(self, capability: str) -> Text | None:
        """Go on as if the worker had asked for that capability."""
        return await self._opened(self, capability)

    def offer(self, *choices: Choice, topic: str | None = None) -> None:
        """Remember a list as it is shown, so that “2” means its second line."""
        self.conversation = replace(
            self.conversation,
            offered=tuple(choice.menu_id for choice in choices),
            offered_at=self.now,
            topic=topic,
        )

    def understood(self, topic: str | None) -> None:
        """The worker was answered: lists and misses before it are over."""
        self.conversation = replace(self.conversation, topic=topic, offered=(), offered_at=None, misses=0)

    def missed(self) -> int:
        """The worker could not be answered; returns how often in a row."""
        misses = self.conversation.misses + 1
        self.conversation = replace(self.conversation, misses=misses, offered=(), offered_at=None)
        return misses

    def keep(self, record: object) -> None:
        """Leave something to be written with the turns of its group, by whoever the process has for its type."""
        self.kept.append(record)

    def call_person(self) -> None:
        """Put the worker on the list of those who wait for a person."""
        self.wants_person = True
