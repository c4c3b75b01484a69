"""route: what the platform lets us send by each route."""

import json
from typing import Annotated, Any

import typer

from bot.commands.console import By, allowed, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from messages import masses, routes
from messages.journal import Via
from messages.routes import RATES
from storage.base import CHINA
from storage.database import Database
from union.rights import Right

app = typer.Typer(help="The routes out and the month's four mass sends.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="For programs")]


@app.command("list")
def list_routes(as_json: Json = False) -> None:
    """How fast each route is used, and until when the platform has shut it."""

    async def _work(database: Database) -> list[dict[str, Any]]:
        async with database.read() as session:
            shut = await routes.shut_now(await session.connection(), utc_now())
        return [_route(via, rate, shut.get(via)) for via, rate in RATES.items()]

    _print(with_database(_work), as_json, "routes")


@app.command()
def reopen(
    route: Annotated[Via, typer.Argument(help="As listed")],
    by: By,
) -> None:
    """Send again by a route that was shut, after its quota was cleared; what waits for it goes now."""

    async def _work(database: Database) -> int | None:
        async with database.write() as session:
            await allowed(session, by, Right.OPERATE)
            until = await routes.reopen(await session.connection(), route)
        brought = 0
        while until is not None:
            async with database.connect() as connection:
                some = await routes.bring_forward(connection, until, utc_now())
            if not some:
                return brought
            brought += some
        return None

    brought = with_database(_work)
    if brought is None:
        fail(f"{route} is not shut")
    typer.echo(f"{route} is open, {brought} messages go now")


@app.command()
def calendar(
    month: Annotated[str, typer.Argument(help="As 2026-11; this month if not given")] = "",
    as_json: Json = False,
) -> None:
    """Which broadcasts have booked the month's four mass sends."""
    asked = month or f"{utc_now().astimezone(CHINA):%Y-%m}"

    async def _work(database: Database) -> list[dict[str, Any]]:
        async with database.read() as session:
            booked = await masses.calendar(session, asked)
        return [{"number": one.number, "broadcast": one.broadcast_id, "day": str(one.day)} for one in booked]

    _print(with_database(_work), as_json, f"of {masses.A_MONTH} booked")


def _route(via: Via, rate: float, shut: routes.Shut | None) -> dict[str, Any]:
    until = shut and shut.until.astimezone(CHINA).isoformat(" ", "minutes")[:16]
    return {"route": via, "a_second": rate, "shut_until": until, "reason": shut and shut.reason}


def _print(rows: list[dict[str, Any]], as_json: bool, what: str) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo("\t".join(f"{name} {value}" for name, value in row.items() if value not in (None, "")))
    typer.echo(f"{len(rows)} {what}")
