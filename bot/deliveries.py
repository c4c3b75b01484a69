"""A message with the connections on which WeChat waits for its answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from messages.outbox import Given
from wechat.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer WeChat: a reply that goes passively, or `success` where there is none (or none yet)."""

    text: str | None = None
    given: Given | None = None


LATER = Answer()


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the answer to a message may take, in seconds.

    WeChat waits five. At `budget` the worker's answer is given up as passive and the message is only stored; what is
    left until `last_call` covers the commit and the way back. A capability that takes longer than `turn` leaves its
    group, so that nobody else waits for it. Together with the budget it stays below the last call: a turn begun just
    before the budget is over can still be stored.
    """

    budget: float = 4.0
    last_call: float = 4.8
    turn: float = 0.7


WECHAT = Pace()


class Delivery:
    """One connection on which WeChat waits for the answer to a message."""

    __slots__ = ("alive", "answer", "since")

    def __init__(self, alive: Callable[[], bool], loop: asyncio.AbstractEventLoop) -> None:
        self.alive = alive
        self.since = loop.time()
        self.answer: asyncio.Future[Answer] = loop.create_future()

    @property
    def waits(self) -> bool:
        return not self.answer.done() and self.alive()


class Turn:
    """A message on its way through the process, with every delivery of it that waits."""

    __slots__ = ("committing", "deliveries", "incoming", "only_store", "stored", "tries")

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming
        self.deliveries: list[Delivery] = []
        self.only_store = False  # out of time: to be stored now and answered later
        self.stored = False
        self.committing = False  # a reply is being written as passive: nobody may be told `success` meanwhile
        self.tries = 0

    @property
    def awaited(self) -> bool:
        return any(delivery.waits for delivery in self.deliveries)

    def resolve(self, answer: Answer) -> bool:
        """Give the answer to everyone who waits; False when nobody does."""
        taken = False
        for delivery in self.deliveries:
            if delivery.waits:
                delivery.answer.set_result(answer)
                taken = True
            elif not delivery.answer.done():
                delivery.answer.set_result(LATER)  # into a closed connection, so that nothing is left waiting
        return taken

    def fail(self, error: Exception) -> None:
        for delivery in self.deliveries:
            if not delivery.answer.done():
                delivery.answer.set_exception(error)
