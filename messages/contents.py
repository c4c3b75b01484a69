"""What a broadcast sends, in the form that the platform takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from messages import broadcasts
from messages.broadcasts import Kind, Underway
from messages.drafts import Draft, readable
from messages.ports import (
    ArticleContent,
    Channel,
    Content,
    DeliveryError,
    Future,
    Lesson,
    PictureContent,
    TextContent,
)
from messages.reasons import Reason
from messages.tickets import filled, says_all, templates_by_topic
from storage.base import CHINA
from storage.database import Database

# The platform keeps a picture for three days.
_KEPT = timedelta(days=2, hours=20)


@dataclass(frozen=True, slots=True)
class Wordings:
    """What a broadcast says by routes on which it is not what it is by customer service; None where it is, or cannot go.

    `notice`: the fields of its topic's subscription notice, and `whole` whether they say everything.
    """

    notice: Mapping[str, str] | None = None
    whole: bool = True
    mass: str | None = None
    answer: str | None = None


async def wordings(session: AsyncSession, said: Draft, now: datetime) -> Wordings:
    text = readable(said)
    template = (await templates_by_topic(session)).get(said.topic)
    date = f"{(said.starts_at or now).astimezone(CHINA):%Y-%m-%d %H:%M}"
    return Wordings(
        None if template is None else filled(template, text, date),
        template is None or says_all(template, text),
        text if said.mass and said.kind is Kind.ARTICLE else None,
        None if said.kind is Kind.TEXT else text,
    )


async def content_of(database: Database, channel: Channel, broadcast: Underway, now: datetime) -> Content:
    """Uploads a picture that is not on the platform; raises DeliveryError when that fails."""
    if broadcast.kind == Kind.ARTICLE:
        address = await _address(database, channel, broadcast)
        return ArticleContent(broadcast.title, broadcast.text, broadcast.url, address)
    if broadcast.kind == Kind.TEXT:
        return TextContent(broadcast.text)
    if broadcast.media_id and broadcast.media_until and now < broadcast.media_until:
        return PictureContent(broadcast.media_id)
    async with database.read() as session:
        picture = await broadcasts.picture_of(session, broadcast.id)
    if not picture:
        raise DeliveryError(Future.REFUSED, Reason.NO_PICTURE, lesson=Lesson.CONTENT)
    media_id = await channel.upload(picture)
    async with database.connect() as connection:
        await broadcasts.keep_media(connection, broadcast.id, media_id, now + _KEPT)
    return PictureContent(media_id)


async def _address(database: Database, channel: Channel, broadcast: Underway) -> str:
    """Of an article's picture, published once; "" where it has none."""
    if broadcast.media_id:
        return broadcast.media_id
    async with database.read() as session:
        picture = await broadcasts.picture_of(session, broadcast.id)
    if not picture:
        return ""
    address = await channel.publish(picture)
    async with database.connect() as connection:
        await broadcasts.keep_media(connection, broadcast.id, address, broadcast.until)
    return address
