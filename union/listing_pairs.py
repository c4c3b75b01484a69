"""What listings are found by: letters that stand side by side in their posts, and what they offer beside."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from union import job_words


class PairRow(Base):
    """Two letters that stand side by side in a post, so that a word is found without looking through all posts.

    What is offered beside (“包住”) stands here too, in its two letters.
    """

    __tablename__ = "listing_pairs"

    pair: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), primary_key=True, index=True)


async def keep(session: AsyncSession, told: Mapping[int, tuple[str, str]]) -> None:
    """Write down what these are found by, by their ids, in place of what was: each is its post and all that it says."""
    await session.execute(sa.delete(PairRow).where(PairRow.listing_id.in_(told)))
    found = [
        {"pair": pair, "listing_id": id}
        for id, (post, whole) in told.items()
        for pair in {*job_words.pairs(post), *job_words.perks_of(whole)}
    ]
    if found:
        await session.execute(sa.insert(PairRow), found)
