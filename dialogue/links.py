"""Links to pages: each is signed, for one worker and one submission, and passes away; only its hash is kept."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, UTCDateTime
from storage.encryption import Keyring

_TOKEN_BYTES = 16
_PLACE = "page_links.signature"


class LinkRow(Base):
    """`hash` is that of the token in the link, which nobody can make from it; `subject` what the page is about."""

    __tablename__ = "page_links"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    page: Mapped[str] = mapped_column(sa.String(64))
    openid: Mapped[str] = mapped_column(sa.String(64), index=True)
    subject: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    spent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of a file: the first time
    uses: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")


class AnswerRow(Base):
    """What one showing of a page was answered, and our thanks for it; the same answer sent again is no second one."""

    __tablename__ = "page_answers"

    link_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    showing: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    thanks: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands; it is used by a submission or a download, not by being opened."""

    id: int
    page: str
    openid: str
    subject: str
    expires_at: datetime
    used_at: datetime | None  # first
    uses: int


class NoAddress(Exception):
    """No address is set under which workers reach the pages, so no link can be given."""


class Links:
    """Where the pages stand, and what signs their links."""

    def __init__(self, address: str | None, keyring: Keyring) -> None:
        self._address = address
        self._keyring = keyring

    def url(self, page: str, token: str) -> str:
        """The address to give to the worker; raises NoAddress."""
        return self.address(page, f"{token}{self._signature(page, token)}")

    def address(self, page: str, signed: str) -> str:
        """The same of a link's last part."""
        if self._address is None:
            raise NoAddress
        return f"{self._address}/m/{page}/{signed}"

    def token(self, page: str, signed: str) -> str | None:
        """The token of a link's last part; None where the signature does not hold."""
        size = len(_text(bytes(_TOKEN_BYTES)))
        token, signature = signed[:size], signed[size:]
        held = hmac.compare_digest(signature.encode(), self._signature(page, token).encode())
        return token if held else None

    def _signature(self, page: str, token: str) -> str:
        return _text(self._keyring.blind(_PLACE, f"{page}/{token}"))


async def make(
    session: AsyncSession, page: str, openid: str, subject: str, now: datetime, lasts: timedelta
) -> str:
    """A new token; links to the same thing that the worker has not used yet end with it."""
    older = LinkRow.page == page, LinkRow.openid == openid, LinkRow.subject == subject
    await session.execute(sa.delete(LinkRow).where(*older, LinkRow.spent_at.is_(None)))
    token = _text(secrets.token_bytes(_TOKEN_BYTES))
    session.add(
        LinkRow(
            hash=_hash(token), page=page, openid=openid, subject=subject, made_at=now, expires_at=now + lasts
        )
    )
    await session.flush()
    return token


async def find(session: AsyncSession, page: str, token: str, *, lock: bool = False) -> Link | None:
    """The link of that page and token; with `lock`, nobody else submits by it until the transaction ends."""
    query = sa.select(LinkRow).where(LinkRow.hash == _hash(token), LinkRow.page == page)
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        return None
    return Link(row.id, row.page, row.openid, row.subject, row.expires_at, row.spent_at, row.uses)


async def spend(session: AsyncSession, link: Link, now: datetime) -> None:
    """Note one use of a link that was found with `lock`."""
    used = {"spent_at": link.used_at or now, "uses": link.uses + 1}
    await session.execute(sa.update(LinkRow).where(LinkRow.id == link.id).values(used))


async def thanks_for(session: AsyncSession, link: Link, showing: str) -> str | None:
    """What was said to the answer of that showing; None as long as there is none."""
    row = await session.get(AnswerRow, (link.id, showing))
    return None if row is None else row.thanks


async def answer(session: AsyncSession, link: Link, showing: str, thanks: str) -> None:
    """Once for each showing, of a link that was found with `lock`."""
    session.add(AnswerRow(link_id=link.id, showing=showing, thanks=thanks))
    await session.flush()


def _hash(token: str) -> str:
    # 128 random bits need neither salt nor a slow hash.
    return sha256(token.encode()).hexdigest()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
