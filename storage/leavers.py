"""Somebody whose data is to go, and what a package does about it for its own tables."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy import CursorResult, Result
from sqlalchemy.ext.asyncio import AsyncSession

from storage.encryption import Keyring

_PLACE = "leavers.pseudonym"
_LETTERS = 24  # with its prefix as long as an openid


@dataclass(frozen=True, slots=True)
class Leaver:
    """`pseudonym` stands where rows are kept without the person; `follows` when they asked and stay with us."""

    openid: str
    pseudonym: str
    now: datetime
    follows: bool = False


class Told(Protocol):
    """A fact about somebody who is to be told of it."""

    @property
    def openid(self) -> str: ...


# Does away with, or empties, whatever a package holds of the leaver; returns what others are to be told of it.
Eraser: TypeAlias = Callable[[AsyncSession, Leaver], Awaitable[Sequence[Told]]]


def pseudonym(keyring: Keyring, openid: str) -> str:
    """The same for the same person, so that figures still count people; without the key it leads nowhere."""
    return f"gone{keyring.blind(_PLACE, openid).hex()[:_LETTERS]}"


def changed(done: Result[*tuple[Any, ...]]) -> int:
    """How many rows an UPDATE or DELETE has met."""
    return done.rowcount if isinstance(done, CursorResult) else 0
