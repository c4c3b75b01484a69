"""Entries and facts that people bring from outside: checked against all that stays, then published as a whole."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import sheets, store
from knowledge.entries import Content, Entry, Fact, Problem
from knowledge.normal import normalise
from knowledge.records import LIST, Record, gather
from knowledge.store import EntryRow, FactRow
from knowledge.writing import records as records_of
from storage.database import Database


class Overtaken(Exception):
    """The base has changed since it was read for a check."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of entries, and `fact` with the names of facts, by what the new content does to them."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def any(self) -> bool:
        return bool(self.added or self.updated)


def check(
    records: Iterable[Record],
    kept: Content,
    topics: Collection[str],
    openable: Collection[str],
    problems: Iterable[Problem] = (),
) -> Content:
    """The entries and facts of these records, sound together with those in `kept` that they do not replace.

    Raises Broken with all that is wrong, earlier problems first.
    """
    given = list(records)
    found = [*problems, *(problem for record in given for problem in _faults(record, openable))]
    own = {_key_of(record) for record in given}
    staying = [record for record in records_of(kept) if _key_of(record) not in own]
    whole = gather([*staying, *given], topics, found)
    return _content({key: one for key, one in _keyed(whole).items() if key in own})


def compare(kept: Content, content: Content) -> Changes:
    """What publishing the content would do to a base; what it does not name is left alone."""
    before, given = _keyed(kept), _keyed(content)
    return Changes(
        tuple(key for key in given if key not in before),
        tuple(key for key, one in given.items() if before.get(key, one) != one),
        tuple(key for key, one in given.items() if before.get(key) == one),
    )


def combine(kept: Content, content: Content) -> Content:
    """The base as it is after the content has been published."""
    return _content({**_keyed(kept), **_keyed(content)})


async def publish(database: Database, content: Content, revision: int) -> Changes:
    """Replace in a transaction of its own what was checked against the base of this revision, or raise Overtaken."""
    async with database.write() as session:
        await database.exclusive(session, "knowledge")
        if await store.revision(session) != revision:
            raise Overtaken
        return await replace(session, content)


async def replace(session: AsyncSession, content: Content) -> Changes:
    """Add and update, as staff would, what a checked content brings; nothing is removed."""
    changes = compare(await store.load(session), content)
    given = _keyed(content)
    for key in changes.added + changes.updated:
        await session.merge(_row(given[key]))
    if changes.any:
        await store.bump(session)
    return changes


def _faults(record: Record, openable: Collection[str]) -> Iterator[Problem]:
    """What gathering does not ask: whether it fits the tables and both kinds of files, and leads somewhere."""
    yield from sheets.unfit(record)
    columns = (FactRow if record.is_fact else EntryRow).__table__.columns
    for name, texts in record.texts.items():
        column = columns.get("name" if name == "fact" else name)
        most = None if column is None else getattr(column.type, "length", None)
        if most is not None and len(texts[0]) > most:
            yield record.problem(name, f"{name} has {len(texts[0])} letters, at most {most}")
    for opens in record.texts.get("opens", ()):
        if opens not in openable:
            yield record.problem("opens", f"opens {opens}, which is not one of {sorted(openable)}")
    seen: set[str] = set()
    for name in ("question", LIST):
        for position, phrasing in enumerate(record.texts.get(name, ())):
            if normalise(phrasing) in seen:
                yield record.problem(name, f"“{phrasing}” is there twice", position)
            seen.add(normalise(phrasing))


def _key_of(record: Record) -> str:
    if record.is_fact:
        return f"fact {record.texts['fact'][0]}"
    return (record.texts.get("id") or record.texts.get("topic") or ("",))[0]


def _keyed(content: Content) -> Mapping[str, Entry | Fact]:
    # Ids hold no spaces, so that a fact cannot be taken for an entry.
    return {f"fact {fact.name}": fact for fact in content.facts} | {
        entry.id: entry for entry in content.entries
    }


def _content(keyed: Mapping[str, Entry | Fact]) -> Content:
    return Content(
        tuple(one for one in keyed.values() if isinstance(one, Entry)),
        tuple(one for one in keyed.values() if isinstance(one, Fact)),
    )


def _row(one: Entry | Fact) -> EntryRow | FactRow:
    # Without a seed: merged into a row it leaves the row's as it is.
    if isinstance(one, Fact):
        return FactRow(**asdict(one), edited=True)
    return EntryRow(**(asdict(one) | {"phrasings": list(one.phrasings)}), edited=True)
