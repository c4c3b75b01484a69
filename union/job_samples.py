"""Made-up jobs that stand in for real ones in the demo; they are written in job_samples.yaml."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import CHINA
from union import listings, sheets
from union.listings import ListingRow, Plan, State

_LAST = timedelta(days=30)
_PUBLISHER, _LICENCE, _CONTACT = "sample", "91440900MA0000000G", "0668-0000000"


async def plant(session: AsyncSession, now: datetime) -> None:
    """Publish the samples as if approved just now; those of an earlier demo run out by themselves."""
    await listings.bring(session, samples(now), now)
    ours = ListingRow.sample, ListingRow.state == State.WAITING
    published = {"state": State.OPEN, "decided_by": _PUBLISHER, "decided_at": now, "published_at": now}
    await session.execute(sa.update(ListingRow).where(*ours).values(published))


def samples(now: datetime) -> list[Plan]:
    words = sheets.words(__file__)
    ends = (now + _LAST).astimezone(CHINA).date()
    return [
        Plan(
            f"SAMPLE-{number}", "company", publisher=words["publisher"], licence=_LICENCE,
            contact=_CONTACT, expires=ends, sample=True, **one,
        )
        for number, one in enumerate(words["jobs"], 1)
    ]  # fmt: skip
