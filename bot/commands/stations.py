"""station list, reports and settle: stations by command, until the console comes."""

import json
from typing import Annotated

import typer

from bot.commands.console import By, allowed, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.base import CHINA
from storage.database import Database
from union import stations
from union.atlas import Atlas, Station
from union.rights import Right

app = typer.Typer(help="Stations, and what workers report of them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="For programs")]


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """All stations with their places, services and hours."""
    found = with_database(_all)
    if as_json:
        rows = [{name: getattr(one, name) for name in Station.__slots__} for one in found]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.code}\t{one.kind}\t{one.state}\t{one.name}\t{one.address}\t{one.hours}")
    typer.echo(f"{len(found)} stations")


@app.command()
def reports(as_json: AsJson = False) -> None:
    """What workers report and nobody has settled, the oldest first."""
    found = with_database(_reports)
    if as_json:
        names = ("code", "name", "problem", "workers", "since")
        rows = [dict(zip(names, (*one[:4], _local(one)), strict=True)) for one in found]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one[0]}\t{one[2]}\t{one[3]} workers\tsince {_local(one)}\t{one[1]}")
    typer.echo(f"{len(found)} reports")


@app.command()
def settle(
    code: Annotated[str, typer.Argument(help="Code of the station")],
    problem: Annotated[str | None, typer.Argument(help="Which, as in the reports; none for all")] = None,
    by: By = "",
) -> None:
    """What was reported is in order again: workers are not warned any more."""
    done = with_database(lambda database: _settle(database, code, problem, by))
    if done is None:
        fail(f"there is no station {code}")
    typer.echo(f"{done} reports settled")


async def _all(database: Database) -> list[Station]:
    async with database.read() as session:
        return list((await Atlas().open(session)).stations)


async def _reports(database: Database) -> list[stations.Open]:
    async with database.read() as session:
        return await stations.reported(session)


async def _settle(database: Database, code: str, problem: str | None, by: str) -> int | None:
    async with database.write() as session:
        found = await stations.coded(session, code)
        if found is None:
            return None
        await allowed(session, by, Right.SCENES, found.district)
        return await stations.settle(session, found.id, problem, utc_now())


def _local(one: stations.Open) -> str:
    return f"{one[4].astimezone(CHINA):%Y-%m-%d %H:%M}"
