"""Letters that stand side by side in the posts of listings."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from union import job_words


class PairRow(Base):
    """Two letters that stand side by side in a post, so that a word is found without looking through all posts."""

    __tablename__ = "listing_pairs"

    pair: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), primary_key=True, index=True)


async def keep(session: AsyncSession, posts: Mapping[int, str]) -> None:
    """Write down the pairs of these posts, by the ids of their listings, in place of older ones."""
    await session.execute(sa.delete(PairRow).where(PairRow.listing_id.in_(posts)))
    found = [{"pair": pair, "listing_id": id} for id, post in posts.items() for pair in job_words.pairs(post)]
    if found:
        await session.execute(sa.insert(PairRow), found)
