"""What staff make of the evidence: a phrasing more for an entry, or a new entry, published if nothing gets worse."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from knowledge import contents, publishing, store, trials, writing
from knowledge.entries import Broken, Content, Entry
from knowledge.evidence import settle, unsettled
from knowledge.normal import normalise
from storage.database import Database

# Given a base before and after a change, the questions that get worse by it.
Gate: TypeAlias = Callable[[Sequence[Entry], Sequence[Entry]], list[str]]


async def learn(
    database: Database, entry_id: str, phrasings: Sequence[str], now: datetime, gate: Gate = trials.gate
) -> list[str]:
    """Add phrasings to an entry and settle the evidence that is worded so; returns why not, empty when it is done.

    Takes some seconds, outside the event loop and outside any transaction: workers are answered meanwhile.
    """
    revision, kept = await _now(database)
    entry = next((one for one in kept.entries if one.id == entry_id), None)
    if entry is None:
        return [f"there is no entry {entry_id}"]
    learnt = replace(entry, phrasings=(*entry.phrasings, *phrasings))
    why_not = await asyncio.to_thread(_objections, kept, learnt, {entry.opens}, gate)
    return why_not or await _publish(database, revision, learnt, phrasings, now)


async def create(
    database: Database, entry: Entry, openable: Collection[str], now: datetime, gate: Gate = trials.gate
) -> list[str]:
    """Publish a new entry and settle the evidence in its words; returns why not, as `learn` does.

    `openable` are the capabilities that an entry may open.
    """
    revision, kept = await _now(database)
    if any(one.id == entry.id for one in kept.entries):
        return [f"there is an entry {entry.id} already"]
    why_not = await asyncio.to_thread(_objections, kept, entry, openable, gate)
    return why_not or await _publish(database, revision, entry, (entry.question, *entry.phrasings), now)


async def _now(database: Database) -> tuple[int, Content]:
    async with database.read() as session:
        return await store.revision(session), await store.load(session)


def _objections(kept: Content, entry: Entry, openable: Collection[str], gate: Gate) -> list[str]:
    records = writing.records(Content((entry,), ()))
    try:
        checked = publishing.check(records, kept, contents.read_catalogue(), openable)
    except Broken as broken:
        return [str(problem) for problem in broken.problems]
    return gate(kept.told(), publishing.combine(kept, checked).told())


async def _publish(
    database: Database, revision: int, entry: Entry, worded: Sequence[str], now: datetime
) -> list[str]:
    keys = {normalise(text) for text in worded}
    async with database.write() as session:
        await database.exclusive(session, "knowledge")
        if await store.revision(session) != revision:
            return ["the knowledge base was changed meanwhile: try again"]
        await publishing.replace(session, Content((entry,), ()))
        dealt_with = [one for one in await unsettled(session) if normalise(one.question) in keys]
        await settle(session, [row for one in dealt_with for row in one.rows], now)
    return []
