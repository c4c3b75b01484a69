"""import courses: what staff bring in by Excel; with one bad row nothing of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import sqlalchemy as sa
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import units
from bot.commands.console import By, allowed, teller, with_database
from bot.commands.failures import fail
from bot.commands.files import write
from bot.commands.jobs import advice
from bot.platform import utc_now
from storage.database import Database
from union import (
    course_plans,
    course_sheets,
    event_plans,
    event_sheets,
    listing_sheets,
    listings,
    pack_plans,
    pack_sheets,
    station_sheets,
)
from union import stations as union_stations
from union.course_plans import Plan, Published, Unfit
from union.courses import CourseRow
from union.events import EventRow
from union.listings import ListingRow
from union.packs import PackRow
from union.rights import Right
from union.sheets import Fault
from union.stations import Imported, Listed, StationRow, UnknownKeeper

Row = TypeVar("Row")

app = typer.Typer(help="What staff bring in by Excel.", no_args_is_help=True)
app.command("units")(units.bring)


@app.callback()
def subject() -> None:
    """What staff bring in by Excel."""


File = Annotated[Path | None, typer.Argument(help="Workbook to read")]
Template = Annotated[Path | None, typer.Option(help="Write a workbook with the headings expected")]
DryRun = Annotated[bool, typer.Option(help="Check everything and change nothing")]


@app.command()
def courses(file: File = None, template: Template = None, dry_run: DryRun = False, by: By = "") -> None:
    """Add courses, or change those whose code is known; who has a seat is told of another time or place."""
    if (plans := _rows(file, template, course_sheets)) is None or file is None:
        return
    try:
        done = with_database(lambda database: _publish(database, plans, dry_run, by))
    except Unfit as unfit:
        fail(f"{file.name}: {unfit}\nnothing was imported")
    _say(done, dry_run, f"{len(done.told)} told")


@app.command()
def events(file: File = None, template: Template = None, dry_run: DryRun = False, by: By = "") -> None:
    """Add events, or change those whose code is known; who has a place is told of another time or place."""
    if (plans := _rows(file, template, event_sheets)) is None or file is None:
        return
    try:
        done = with_database(lambda database: _hold(database, plans, dry_run, by))
    except Unfit as unfit:
        fail(f"{file.name}: {unfit}\nnothing was imported")
    _say(done, dry_run, f"{len(done.told)} told")


@app.command()
def packs(file: File = None, template: Template = None, dry_run: DryRun = False, by: By = "") -> None:
    """Give packs to whoever comes first, or change those whose code is known; who holds a code is told of another place or last day."""
    if (plans := _rows(file, template, pack_sheets)) is None or file is None:
        return
    try:
        done = with_database(lambda database: _give(database, plans, dry_run, by))
    except Unfit as unfit:
        fail(f"{file.name}: {unfit}\nnothing was imported")
    _say(done, dry_run, f"{len(done.told)} told")


@app.command()
def stations(file: File = None, template: Template = None, dry_run: DryRun = False, by: By = "") -> None:
    """Add stations, or change those whose code is known."""
    if (listed := _rows(file, template, station_sheets)) is None or file is None:
        return
    try:
        done = with_database(lambda database: _bring(database, listed, dry_run, by))
    except UnknownKeeper as unknown:
        fail(f"{file.name}: {unknown}\nnothing was imported")
    _say(done, dry_run, "shown at once")


@app.command()
def jobs(file: File = None, template: Template = None, dry_run: DryRun = False, by: By = "") -> None:
    """Take in jobs, which wait for approval; those that break a recruiting rule are refused, each with its reason."""
    if (plans := _rows(file, template, listing_sheets)) is None or file is None:
        return
    done = with_database(lambda database: _take_in(database, plans, dry_run, by))
    for code in done.waiting:
        typer.echo(f"waiting  {code}")
    for code, breaches in done.refused:
        typer.echo(f"refused  {code}: {'; '.join(map(str, breaches))}")
    for line in dict.fromkeys(advice(breaches) for _, breaches in done.refused):
        typer.echo(line)
    counts = f"{len(done.waiting)} wait for approval, {len(done.refused)} refused, {len(done.unchanged)} as they were"
    typer.echo(f"{counts}; nothing was written" if dry_run else counts)


class _Workbook(Protocol[Row]):
    """A module that knows a kind of workbook."""

    def template(self) -> bytes: ...
    def read(self, path: Path) -> tuple[list[Row], list[Fault]]: ...


def _rows(file: Path | None, template: Path | None, workbook: _Workbook[Row]) -> list[Row] | None:
    """What the file holds, or the end of the command with all that is wrong in it; None when only headings were wanted."""
    if template is not None:
        write(template, workbook.template())
        typer.echo(f"the headings are in {template}")
    if file is None:
        if template is None:
            fail("give a file to read, or --template FILE")
        return None
    rows, faults = workbook.read(file)
    if faults:
        fail("\n".join(f"{file.name}: {fault}" for fault in faults) + "\nnothing was imported")
    return rows


def _say(done: Published | Imported, dry_run: bool, otherwise: str) -> None:
    for what, codes in {"added": done.added, "changed": done.changed}.items():
        for code in codes:
            typer.echo(f"{what:8} {code}")
    for one in done.over if isinstance(done, Published) else ():
        typer.echo(f"over     {one}; nobody is put out, and nobody moves up meanwhile")
    counts = f"{len(done.added)} added, {len(done.changed)} changed, {len(done.unchanged)} as they were"
    typer.echo(f"{counts}; {'nothing was written' if dry_run else otherwise}")


async def _take_in(
    database: Database, plans: list[listings.Plan], dry_run: bool, by: str
) -> listings.Brought:
    async with _bringing(database, Right.VET, ListingRow, plans, dry_run, by) as session:
        return await listings.bring(session, plans, utc_now())


async def _bring(database: Database, listed: list[Listed], dry_run: bool, by: str) -> Imported:
    async with _bringing(database, Right.SCENES, StationRow, listed, dry_run, by) as session:
        return await union_stations.bring(session, listed, utc_now())


async def _hold(database: Database, plans: list[event_plans.Plan], dry_run: bool, by: str) -> Published:
    async with _bringing(database, Right.HOLD, EventRow, plans, dry_run, by) as session:
        done = await event_plans.publish(session, plans, utc_now())
        await teller().tell(session, done.told, utc_now())
        return done


async def _give(database: Database, plans: list[pack_plans.Plan], dry_run: bool, by: str) -> Published:
    async with _bringing(database, Right.HOLD, PackRow, plans, dry_run, by) as session:
        done = await pack_plans.bring(session, plans, utc_now())
        await teller().tell(session, done.told, utc_now())
        return done


async def _publish(database: Database, plans: list[Plan], dry_run: bool, by: str) -> Published:
    async with _bringing(database, Right.TEACH, CourseRow, plans, dry_run, by) as session:
        done = await course_plans.publish(session, plans, utc_now())
        await teller().tell(session, done.told, utc_now())
        return done


@asynccontextmanager
async def _bringing(
    database: Database,
    right: Right,
    table: type[CourseRow | EventRow | PackRow | StationRow | ListingRow],
    rows: Sequence[Plan | event_plans.Plan | pack_plans.Plan | Listed | listings.Plan],
    dry_run: bool,
    by: str,
) -> AsyncIterator[AsyncSession]:
    """A transaction of whoever may bring these rows; of a dry run nothing is left."""
    async with database.write() as session:
        # Where the rows are to be, and where those of their codes are now.
        known = sa.select(table.district).where(table.code.in_([one.code for one in rows]))
        districts = {one.district for one in rows} | set(await session.scalars(known))
        await allowed(session, by, right, *sorted(districts))
        savepoint = await session.begin_nested()
        yield session
        if dry_run:
            await savepoint.rollback()
