"""What a broadcast sends, in the form that the platform takes."""

from datetime import datetime, timedelta

from messages import broadcasts
from messages.broadcasts import Kind, Underway
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
from storage.database import Database

# The platform keeps a picture for three days.
_KEPT = timedelta(days=2, hours=20)


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
        raise DeliveryError(Future.REFUSED, "the broadcast has no picture", lesson=Lesson.CONTENT)
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
