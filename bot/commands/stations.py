"""station list, reports and settle: stations by command, until the console comes."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.console import AsJson, By, allowed, list_out, local, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import stations
from union.atlas import Atlas, Station
from union.rights import Right

app = typer.Typer(help="Stations, and what workers report of them.", no_args_is_help=True)


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """All stations with their places, services and hours."""
    list_out(with_database(_all), "stations", as_json, _line, asdict)


@app.command()
def reports(as_json: AsJson = False) -> None:
    """What workers report and nobody has settled, the oldest first."""
    list_out(with_database(_reports), "reports", as_json, _report, _report_as_json)


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


def _line(one: Station) -> str:
    return f"{one.code}\t{one.kind}\t{one.state}\t{one.name}\t{one.address}\t{one.hours}"


def _report(one: stations.Open) -> str:
    code, name, problem, workers, since = one
    return f"{code}\t{problem}\t{workers} workers\tsince {local(since)}\t{name}"


def _report_as_json(one: stations.Open) -> dict[str, object]:
    code, name, problem, workers, since = one
    return {"code": code, "name": name, "problem": problem, "workers": workers, "since": local(since)}
