"""What kind of work somebody does, as far as they have said so; longer hours of quiet may hang on it."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from messages.subscriptions import Topic, subscriptions
from union import members, wishes

_MEANT = ("rider", "courier")  # trades that are kinds of work by the same name


async def work_of(connection: AsyncConnection, openids: Collection[str]) -> dict[str, str]:
    """By their membership, else their open application, else the jobs of that trade that they want to hear of."""
    told = await members.work_of(connection, openids)
    others = set(openids) - set(told)
    return (await _wanted(connection, others) if others else {}) | told


async def _wanted(connection: AsyncConnection, openids: Collection[str]) -> dict[str, str]:
    of = subscriptions.c
    named = sa.or_(*(of.wish.contains(f"~{trade}~") for trade in _MEANT))
    its = of.openid.in_(openids), of.topic == Topic.JOBS, of.ended_at.is_(None)
    rows = await connection.execute(sa.select(of.openid, of.wish).where(*its, named).order_by(of.id.desc()))
    trades = {row.openid: wishes.search_of(row.wish).trade for row in rows}
    return {openid: trade for openid, trade in trades.items() if trade in _MEANT}
