"""notice and route: the templates of subscription notices, and what the platform lets us send by each route."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import By, Result, allowed, local, settings, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from messages import masses, routes, tallies, tickets
from messages.journal import Via
from messages.tickets import Template
from storage.base import CHINA
from storage.database import Database
from union.rights import Right

notices = typer.Typer(help="Templates of subscription notices.", no_args_is_help=True)
app = typer.Typer(help="The routes out and the month's four mass sends.", no_args_is_help=True)

_MOST = 500  # of a list
_ROUND_SECONDS = 2  # longer than a sender plans

Json = Annotated[bool, typer.Option("--json", help="For programs")]
Topic = Annotated[
    str, typer.Argument(help="jobs, training, welfare, notices, stations or a topic of your own")
]


@notices.command("templates")
def show(as_json: Json = False) -> None:
    """The template of each topic, with what stands in its fields."""

    async def _work(database: Database) -> list[Template]:
        async with database.read() as session:
            return list((await tickets.templates_by_topic(session)).values())

    found = with_database(_work)
    rows = [
        {
            "topic": one.topic,
            "template": one.template_id,
            "lasting": one.lasting,
            "page": one.page,
            **one.fields,
        }
        for one in found
    ]
    show_rows(rows, as_json, "templates")


@notices.command()
def declare(
    topic: Topic,
    template_id: Annotated[str, typer.Argument(help="As the platform's console shows it")],
    field: Annotated[
        list[str], typer.Option(help="thing1=title, thing2=text, time3=date, or phrase4=words of your own")
    ],
    by: By,
    lasting: Annotated[bool, typer.Option("--lasting", help="One consent is for all that follows")] = False,
    page: Annotated[str, typer.Option(help="What a tap opens")] = "",
) -> None:
    """Have a topic's notices go by a template."""
    fields = dict(pair(one) for one in field)
    template = Template(topic, template_id, lasting, fields, page)
    change(by, lambda session: tickets.declare(session, template, by, utc_now()))
    typer.echo(f"{topic} goes by {template_id}")


@notices.command()
def withdraw(topic: Topic, by: By) -> None:
    """Send no subscription notices of a topic any more."""
    if not change(by, lambda session: tickets.withdraw(session, topic)):
        fail(f"{topic} has no template")
    typer.echo(f"{topic} has no template any more")


@app.command("list")
def list_routes(as_json: Json = False) -> None:
    """How fast each route is used, and until when the platform has shut it."""
    rates = settings().rates()

    async def _work(database: Database) -> list[dict[str, Any]]:
        async with database.read() as session:
            shut = await routes.shut_now(await session.connection(), utc_now())
        # What goes to one person has no rate.
        asked = {**rates.by_route(), Via.TEMPLATE: None}
        return [_route(via, rate, shut.get(via)) for via, rate in asked.items()]

    show_rows(with_database(_work), as_json, "routes")


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
        if until is None:
            return None
        brought = await _bring_forward(database, until)
        await asyncio.sleep(_ROUND_SECONDS)
        return brought + await _bring_forward(database, until)

    brought = with_database(_work)
    if brought is None:
        fail(f"{route} is not shut")
    typer.echo(f"{route} is open, {brought} messages go now")


async def _bring_forward(database: Database, until: datetime) -> int:
    brought, some = 0, 1
    while some:
        async with database.connect() as connection:
            some = await routes.bring_forward(connection, until, utc_now())
        brought += some
    return brought


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

    show_rows(with_database(_work), as_json, f"of {masses.A_MONTH} booked")


@app.command()
def unknown(
    days: Annotated[int, typer.Option(min=1, max=60, help="How far back")] = 7, as_json: Json = False
) -> None:
    """Messages to one person that may or may not have arrived, digests and reminders too; those of broadcasts: result."""

    async def _work(database: Database) -> list[tallies.Lost]:
        async with database.read() as session:
            return await tallies.lost(session, utc_now() - timedelta(days=days), _MOST)

    found = with_database(_work)
    show_rows([_lost(one) for one in found], as_json, "unknown" + (" or more" if len(found) == _MOST else ""))


def _lost(one: tallies.Lost) -> dict[str, Any]:
    at = one.settled_at and local(one.settled_at)
    return {"message": one.message, "about": one.about, "route": one.via, "at": at, "reason": one.reason}


def _route(via: Via, rate: float | None, shut: routes.Shut | None) -> dict[str, Any]:
    until = shut and shut.until.astimezone(CHINA).isoformat(" ", "minutes")[:16]
    return {"route": via, "a_second": rate, "shut_until": until, "reason": shut and shut.reason}


def pair(given: str) -> tuple[str, str]:
    name, equals, source = given.partition("=")
    if not (name and equals and source):
        fail(f"{given!r} is not FIELD=WHAT")
    return name, source


def show_rows(rows: list[dict[str, Any]], as_json: bool, what: str) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo("\t".join(f"{name} {value}" for name, value in row.items() if value not in (None, "")))
    typer.echo(f"{len(rows)} {what}")


def change(by: str, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    async def _work(database: Database) -> Result:
        async with database.write() as session:
            await allowed(session, by, Right.OPERATE)
            return await work(session)

    return with_database(_work)
