"""What a worker wants to hear of when it is new; capabilities reach `messages.subscriptions` by this way."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from messages import tickets
from messages.subscriptions import (
    Frequency,
    Shown,
    Subscription,
    TooMany,
    Topic,
    last_shown,
    of,
    switch_off,
    switch_on,
    switch_over,
)

__all__ = [
    "Frequency",
    "Shown",
    "Subscription",
    "TooMany",
    "Topic",
    "allow",
    "allowable",
    "last_shown",
    "of",
    "switch_off",
    "switch_on",
    "switch_over",
]


async def allowable(session: AsyncSession, openid: str) -> dict[str, list[Topic]]:
    """The platform's templates, each with those topics it is for that are on for the worker."""
    on = {one.topic for one in await of(session, openid)}
    found: dict[str, list[Topic]] = {}
    for topic, template in (await tickets.templates_by_topic(session)).items():
        if topic in on:
            found.setdefault(template.template_id, []).append(Topic(topic))
    return found


async def allow(session: AsyncSession, openid: str, templates: Sequence[str], now: datetime) -> None:
    """The page tells that the worker has allowed one notice of each; the platform tells us too, and one is counted."""
    for template in templates:
        await tickets.grant(session, openid, template, now, tickets.Proof.PAGE)
