"""knowledge gaps, learn and due: what workers asked in vain, what is made of it, and what its owners must see to."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from bot.commands.console import By, allowed, list_out, with_database
from bot.commands.failures import fail
from bot.library import CHINA, tellable
from bot.platform import utc_now
from knowledge import gaps as lacks
from knowledge import learning, store
from knowledge.entries import Content
from knowledge.gaps import Due, Gap
from knowledge.matcher import Snapshot
from storage.database import Database
from union.rights import Right

_WORDINGS = 8  # of a gap that are printed; --json has all
AsJson = Annotated[bool, typer.Option("--json", help="For programs")]


def gaps(
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far to look back")] = 30,
    as_json: AsJson = False,
) -> None:
    """What workers asked that was not answered, offers they took and answers that did not help; by meaning."""
    now = utc_now()
    found = with_database(lambda database: _gaps(database, now, now - timedelta(days=days)))
    list_out(found, f"gaps in {days} days", as_json, _shown, _as_json)


def learn(
    entry: Annotated[str, typer.Argument(help="Id of the entry, as in `knowledge gaps`")],
    phrasings: Annotated[list[str], typer.Argument(metavar="PHRASING...", help="In the words of workers")],
    by: By,
) -> None:
    """Add phrasings to an entry, unless a golden question gets worse by it."""

    async def _learn(database: Database) -> list[str]:
        async with database.read() as session:
            await allowed(session, by, Right.EDIT)
        return await learning.learn(database, entry, phrasings, utc_now())

    why_not = with_database(_learn)
    if why_not:
        fail("\n".join(why_not))
    typer.echo(f"phrasings added to {entry}: {len(phrasings)}")


def due(
    owner: Annotated[str | None, typer.Option(help="Only what this department keeps")] = None,
    as_json: AsJson = False,
) -> None:
    """Entries and facts past their review date or within thirty days of it, and facts without a value, by owner."""
    today = utc_now().astimezone(CHINA).date()
    found = [one for one in lacks.due(with_database(_content), today) if owner in (None, one.owner)]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        typer.echo(_line(one, past=one.review_by is not None and one.review_by < today))
    typer.echo(f"{len(found)} to be seen to")


async def _gaps(database: Database, now: datetime, since: datetime) -> tuple[Gap, ...]:
    good, _ = tellable(await _content(database), now.astimezone(CHINA).date())
    snapshot = Snapshot(good)
    async with database.read() as session:
        return await lacks.gaps(session, snapshot, since)


async def _content(database: Database) -> Content:
    async with database.read() as session:
        return await store.load(session)


def _as_json(gap: Gap) -> dict[str, Any]:
    nearest = gap.nearest and {
        "entry": gap.nearest.id, "question": gap.nearest.question, "certainty": round(gap.certainty, 4)
    }  # fmt: skip
    return {
        "times": gap.times,
        "missed": gap.missed,
        "offered": gap.offered,
        "unhelpful": gap.unhelpful,
        "questions": [asdict(one) for one in gap.questions],
        "nearest": nearest,
        "picked": dict(gap.picked),
        "rows": gap.rows,
    }


def _shown(gap: Gap) -> str:
    lines = [f"{gap.times} times: {gap.missed} missed, {gap.offered} offered, {gap.unhelpful} did not help"]
    lines += [f"    {one.times:3}  {' '.join(one.text.split())}" for one in gap.questions[:_WORDINGS]]
    if len(gap.questions) > _WORDINGS:
        lines.append(f"         and {len(gap.questions) - _WORDINGS} more")
    if gap.nearest:
        lines.append(f"  nearest  {gap.certainty:.2f}  [{gap.nearest.id}] {gap.nearest.question}")
    if gap.picked:
        lines.append("  picked   " + ", ".join(f"{times} [{entry}]" for entry, times in gap.picked))
    return "\n".join(lines) + "\n"


def _line(one: Due, past: bool) -> str:
    when = f"{'past' if past else 'due'} {one.review_by}" if one.review_by else "has no value"
    return f"{one.owner}\t{when}\t{'fact' if one.is_fact else 'entry'}\t{one.id}\t{one.label}"


COMMANDS = (gaps, learn, due)
