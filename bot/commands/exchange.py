"""knowledge export and import: the knowledge base as a file that people edit, .xlsx or .yaml."""

from pathlib import Path
from typing import Annotated

import typer

import handlers
from bot.commands.console import By, allowed, with_database
from bot.commands.failures import fail
from bot.library import read_shipped
from dialogue.routing import Router
from knowledge import contents, publishing, sheets, store, trials, writing
from knowledge.entries import Broken, Content, Problem
from knowledge.normal import normalise
from knowledge.publishing import Changes
from storage.database import Database
from union.rights import Right

_FORMS = (".xlsx", ".yaml")


class _Worse(Exception):
    """The golden questions that an import would make worse, a line each."""


def export(
    file: Annotated[Path, typer.Argument(help="File to write, .xlsx or .yaml")],
    shipped: Annotated[
        bool, typer.Option(help="What this version ships, without settings and database")
    ] = False,
) -> None:
    """Write the knowledge base to a file, to be edited and imported again."""
    _form(file)
    try:
        content = contents.read() if shipped else with_database(_kept)
        _write(file, content)
    except Broken as broken:
        _fail_with(broken)
    typer.echo(f"{len(content.entries)} entries and {len(content.facts)} facts are in {file}")


def import_(
    file: Annotated[Path, typer.Argument(help="File to read, .xlsx or .yaml")],
    dry_run: Annotated[bool, typer.Option(help="Check everything and change nothing")] = False,
    force: Annotated[bool, typer.Option(help="Although golden questions get worse")] = False,
    by: By = "",
) -> None:
    """Add and change what a file holds: all of it, or with one bad row nothing. Nothing is removed."""
    _form(file)
    try:
        changes = with_database(lambda database: _bring(database, file, dry_run, force, by))
    except Broken as broken:
        _fail_with(broken)
    except _Worse as worse:
        fail(f"{worse}\ngolden questions get worse; nothing was written (--force does it all the same)")
    except publishing.Overtaken:
        fail("the knowledge base was changed meanwhile: import again")
    for what, ids in {"added": changes.added, "changed": changes.updated}.items():
        for name in ids:
            typer.echo(f"{what:8} {name}")
    counts = (
        f"{len(changes.added)} added, {len(changes.updated)} changed, {len(changes.unchanged)} as they were"
    )
    typer.echo(counts + ("; nothing was written" if dry_run else ""))


async def _bring(database: Database, file: Path, dry_run: bool, force: bool, by: str) -> Changes:
    async with database.read() as session:
        await allowed(session, by, Right.EDIT)
    revision, kept = await _now(database)
    problems: list[Problem] = []
    read = sheets.read_records if _form(file) == ".xlsx" else contents.read_records
    records = list(read(file, problems))
    content = publishing.check(records, kept, contents.read_catalogue(), _openable(), problems)
    changes = publishing.compare(kept, content)
    if changes.any and not force:
        # Outside the transaction: this takes seconds, in which workers want to be answered.
        worse = trials.gate(kept.told(), publishing.combine(kept, content).told())
        if worse:
            raise _Worse("\n".join(worse))
    return changes if dry_run else await publishing.publish(database, content, revision)


async def _kept(database: Database) -> Content:
    return (await _now(database))[1]


async def _now(database: Database) -> tuple[int, Content]:
    """The base and its revision; one that no start has filled yet is filled."""
    async with database.read() as session:
        revision = await store.revision(session)
    if not revision:
        async with database.write() as session:
            await database.exclusive(session, "knowledge")
            await store.seed(session, read_shipped(_openable()))
    async with database.read() as session:
        return await store.revision(session), await store.load(session)


def _write(file: Path, content: Content) -> None:
    """The whole file or none; one that is there may hold somebody's work."""
    made = sheets.as_workbook(content) if file.suffix == ".xlsx" else writing.as_yaml(content).encode()
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists():
            fail(f"{file} exists already")
        part.write_bytes(made)
        part.replace(file)
    except OSError as error:
        fail(f"{file}: {error.strerror}")


def _form(file: Path) -> str:
    if file.suffix not in _FORMS:
        fail(f"{file}: the name ends in {' or '.join(_FORMS)}")
    return file.suffix


def _openable() -> frozenset[str]:
    return Router(handlers.discover(), normalise).openable


def _fail_with(broken: Broken) -> None:
    problems = sorted(broken.problems, key=lambda problem: (problem.file, problem.line))
    fail("\n".join(map(str, problems)))
