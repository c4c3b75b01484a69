"""What is held about one person, as it is shown to them and given to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import CHINA, Base
from storage.belongings import belongings


@dataclass(frozen=True, slots=True)
class Held:
    """A row about the person: the table it stands in, and its values by column as a reader sees them."""

    table: str
    values: dict[str, str]


async def of(session: AsyncSession, openid: str) -> list[Held]:
    """All of it, from whatever table there is; in the clear, so it is for this person alone."""
    found = await belongings(session, Base.metadata, openid)
    return [Held(one.table, {name: _text(value) for name, value in one.values.items()}) for one in found]


def local(moment: datetime) -> datetime:
    return moment.astimezone(CHINA)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
