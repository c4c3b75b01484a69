"""The platform as the other packages see it: their ports, implemented over the WeChat client."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from messages.ports import DeliveryError, Future, TooLarge
from storage.base import Base, UTCDateTime
from storage.database import Database, is_away
from storage.encryption import Keyring, WrongKey
from wechat.calls.conversations import Text
from wechat.client import Client
from wechat.errors import Fault, WeChatError
from wechat.tokens import Token

_PLACE = "platform_tokens.value"

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


class WeChatChannel:
    """`messages.ports.Channel` by customer-service messages."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send_text(self, openid: str, text: str) -> None:
        try:
            await self._client.send(openid, Text(text))
        except WeChatError as error:
            if error.fault is not Fault.SENT:
                raise delivery_error(error) from error


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
    return DeliveryError(_FUTURES[error.fault], f"{error.fault}: {code} {error.message}", error.wait)


Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)
