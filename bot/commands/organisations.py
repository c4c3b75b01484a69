"""organisation list, add and identity: the unions that workers join through this account."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.console import AsJson, By, allowed, kind_of_work, list_out, with_database
from bot.commands.failures import fail
from storage.database import Database
from union import organisations, places
from union.organisations import Organisation
from union.rights import Right

app = typer.Typer(help="The unions that workers join.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="As listed, such as maonan")]


@app.callback()
def subject() -> None:
    """The unions that workers join."""


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Every union."""

    async def _all(database: Database) -> list[Organisation]:
        async with database.read() as session:
            return await organisations.organisations(session)

    def _line(one: Organisation) -> str:
        identity = "identity number" if one.needs_identity else ""
        return f"{one.key}\t{one.name}\t{one.kind}\t{one.district or 'city'}\t{one.trade}\t{identity}"

    list_out(with_database(_all), "unions", as_json, _line, asdict)


@app.command()
def add(
    key: Annotated[str, typer.Argument(help="A short name of a-z, 0-9 and -")],
    name: Annotated[str, typer.Argument(help="As workers read it")],
    trade: Annotated[
        list[str], typer.Option(help="A kind of work it takes, by key or in words; several times")
    ],
    by: By,
    district: Annotated[str, typer.Option(help="Whose workers it takes; empty for the whole city")] = "",
) -> None:
    """Add the union of a trade: its workers join it instead of the district's."""
    if district and district not in [one.id for one in places.DISTRICTS]:
        fail(f"district is one of {', '.join(one.id for one in places.DISTRICTS)}")
    works = [kind_of_work(one) for one in trade]

    async def _add(database: Database) -> bool:
        async with database.write() as session:
            await allowed(session, by, Right.OPERATE)
            return await organisations.add_trade(session, key, name, district, works)

    if not with_database(_add):
        fail(f"{key} is there already")
    typer.echo(f"{name} takes {', '.join(works)}")


@app.command()
def identity(
    key: Key,
    required: Annotated[bool, typer.Option("--required/--not-required", help="For new members")],
    by: By,
) -> None:
    """Whether a union admits only whom it knows by the identity number."""

    async def _require(database: Database) -> None:
        async with database.write() as session:
            await allowed(session, by, Right.OPERATE)
            await organisations.require_identity(session, key, required)

    try:
        with_database(_require)
    except LookupError as problem:
        fail(str(problem))
    typer.echo(f"{key}: identity number {'required' if required else 'not required'}")
