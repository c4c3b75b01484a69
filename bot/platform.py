"""The platform as the other packages see it: their ports, implemented over the WeChat client."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from messages.broadcasts import Kind
from messages.drafts import Draft, as_text
from messages.ports import (
    ArticleContent,
    Content,
    DeliveryError,
    Future,
    Lesson,
    PictureContent,
    TextContent,
    TooLarge,
)
from storage.base import Base, UTCDateTime
from storage.database import Database, is_away
from storage.encryption import Keyring, WrongKey
from wechat.calls.conversations import Card, Image, Text
from wechat.calls.followers import MAX_PEOPLE
from wechat.calls.masses import Images
from wechat.client import Client
from wechat.errors import Fault, WeChatError
from wechat.tokens import Token

_PLACE = "platform_tokens.value"
# Calls about the people of a mass send.
_TOGETHER = 5

_FUTURES = {
    Fault.RETRY: Future.RETRY,
    Fault.TOKEN: Future.RETRY,
    Fault.QUOTA: Future.RETRY,
    Fault.PENDING: Future.RETRY,
    # An operator can mend these; until then the message waits.
    Fault.CONFIGURATION: Future.RETRY,
    Fault.AGENT: Future.RETRY,
    Fault.WINDOW: Future.HELD,
    Fault.USER: Future.REFUSED,
    Fault.CONTENT: Future.REFUSED,
    Fault.MEDIA: Future.REFUSED,
    Fault.LOGIN: Future.REFUSED,
    Fault.HARMLESS: Future.REFUSED,
    Fault.BUG: Future.REFUSED,
    Fault.UNKNOWN: Future.UNKNOWN,
}


class PlatformToken(Base):
    """The access token that all processes share, sealed."""

    __tablename__ = "platform_tokens"

    appid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[bytes] = mapped_column(sa.LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


tokens = cast(sa.Table, PlatformToken.__table__)
_KEEP = sa.text(
    "INSERT INTO platform_tokens (appid, value, expires_at) VALUES (:appid, :value, :expires_at) "
    "ON CONFLICT (appid) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
).bindparams(sa.bindparam("expires_at", type_=UTCDateTime()))


class SharedTokenStore:
    """`wechat.tokens.TokenStore` in the database: what one process fetched, the others use."""

    def __init__(self, database: Database, keyring: Keyring, appid: str) -> None:
        self._database = database
        self._keyring = keyring
        self._appid = appid

    async def load(self) -> Token | None:
        """None also while the database is away: then the platform is asked, which gives every process the same."""
        query = sa.select(tokens.c.value, tokens.c.expires_at).where(tokens.c.appid == self._appid)
        try:
            async with self._database.read() as session:
                row = (await session.execute(query)).first()
        except Exception as error:
            if not is_away(error):
                raise
            return None
        if row is None:
            return None
        try:
            return Token(self._keyring.unseal(_PLACE, row.value), row.expires_at.timestamp())
        except WrongKey:
            return None  # sealed under a key that was retired: a new one is fetched

    async def save(self, token: Token) -> None:
        """A convenience to the other processes, which can do without it."""
        sealed = self._keyring.seal(_PLACE, token.value)
        expires = datetime.fromtimestamp(token.expires_at, UTC)
        try:
            async with self._database.connect() as connection:
                await connection.execute(
                    _KEEP, {"appid": self._appid, "value": sealed, "expires_at": expires}
                )
        except Exception as error:
            if not is_away(error):
                raise


_LESSONS = {
    Fault.WINDOW: Lesson.WINDOW,
    Fault.QUOTA: Lesson.FULL,
    Fault.CONTENT: Lesson.CONTENT,
    Fault.CONFIGURATION: Lesson.SETTINGS,
    # Nobody has seen such a code: it is somebody's turn to look.
    Fault.BUG: Lesson.SETTINGS,
    Fault.MEDIA: Lesson.MEDIA,
}
_LESSON_CODES = {
    **dict.fromkeys((43004, 50005, 40003, 49003, 46004), Lesson.LEFT),
    43101: Lesson.CONSENT,
    45011: Lesson.FULL,
    48002: Lesson.WINDOW,  # the worker takes no messages; a notice may still reach them
}


class WeChatChannel:
    """`messages.ports.Channel` over the platform's calls."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(self, openid: str, content: Content) -> None:
        await _sent(self._client.send(openid, _to_one(content)))

    async def subscription(
        self, openid: str, template: str, fields: Mapping[str, str], page: str = ""
    ) -> None:
        await _sent(self._client.send_subscription(openid, template, fields, page))

    async def template(
        self, openid: str, template: str, fields: Mapping[str, str], client_id: str, page: str = ""
    ) -> str:
        try:
            return await self._client.send_template(
                openid, template, fields, client_msg_id=client_id, url=page
            )
        except WeChatError as error:
            if error.fault is Fault.SENT:
                return ""
            raise delivery_error(error) from error

    async def mass(self, openids: Sequence[str], content: Content, client_id: str) -> str:
        try:
            receipt = await self._client.mass_by_openids(openids, _to_many(content), client_id)
        except WeChatError as error:
            raise delivery_error(error) from error
        return receipt.msg_id

    async def mass_status(self, mass_id: str) -> str:
        try:
            return await self._client.mass_status(mass_id)
        except WeChatError as error:
            raise delivery_error(error) from error

    async def leavers(self, openids: Sequence[str]) -> Collection[str]:
        pages = [openids[start : start + MAX_PEOPLE] for start in range(0, len(openids), MAX_PEOPLE)]
        gone: set[str] = set()
        try:
            for start in range(0, len(pages), _TOGETHER):
                calls = [self._client.people(page) for page in pages[start : start + _TOGETHER]]
                for people in await asyncio.gather(*calls):
                    gone.update(one.openid for one in people if not one.follows)
        except WeChatError as error:
            raise delivery_error(error) from error
        return gone

    async def upload(self, picture: bytes) -> str:
        try:
            media = await self._client.upload_media("image", picture, *_named(picture))
        except WeChatError as error:
            raise delivery_error(error) from error
        return media.media_id

    async def publish(self, picture: bytes) -> str:
        try:
            return await self._client.upload_picture(picture, *_named(picture))
        except WeChatError as error:
            raise delivery_error(error) from error

    async def preview(self, openid: str, said: Draft) -> None:
        """What is to be said to many, to one of the staff; of an article within the window of their last message."""
        if said.kind is Kind.ARTICLE:
            picture = await self.publish(said.picture) if said.picture else ""
            await self.send(openid, ArticleContent(said.title, said.text, said.url, picture))
        else:
            shown = PictureContent(await self.upload(said.picture)) if said.picture else None
            await _sent(self._client.mass_preview(openid, _to_many(shown or TextContent(said.text))))


def _named(picture: bytes) -> tuple[str, str]:
    """A name, by whose ending the platform goes, and the kind."""
    if picture.startswith(b"\x89PNG"):
        return "picture.png", "image/png"
    return "picture.jpg", "image/jpeg"


async def _sent(call: Awaitable[None]) -> None:
    try:
        await call
    except WeChatError as error:
        if error.fault is not Fault.SENT:
            raise delivery_error(error) from error


def _to_one(content: Content) -> Text | Image | Card:
    match content:
        case TextContent():
            return Text(content.text)
        case PictureContent():
            return Image(content.media_id)
        case ArticleContent():
            return Card(content.title, content.text, content.url, content.picture)


def _to_many(content: Content) -> Text | Images:
    match content:
        case TextContent():
            return Text(content.text)
        case PictureContent():
            return Images((content.media_id,))
        case ArticleContent():
            return Text(as_text(content.title, content.text, content.url))


class WeChatMedia:
    """`messages.ports.Media` of temporary media."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def fetch(self, media_id: str, most: int) -> bytes:
        try:
            return (await self._client.download_media(media_id, most)).content
        except WeChatError as error:
            if error.fault is Fault.CONTENT:
                raise TooLarge from None
            raise delivery_error(error) from error


def delivery_error(error: WeChatError) -> DeliveryError:
    """What an error of the platform means for the message that met it."""
    code = "no answer" if error.errcode is None else str(error.errcode)
    lesson = _LESSON_CODES.get(error.errcode or 0, _LESSONS.get(error.fault))
    return DeliveryError(_FUTURES[error.fault], f"{error.fault}: {code} {error.message}", error.wait, lesson)


Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)
