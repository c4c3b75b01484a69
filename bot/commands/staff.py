"""staff add, change, bind and list: the union's own people and their rights."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.console import AsJson, By, allowed, list_out, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import places, staff
from union.rights import Right, Role, Staff
from union.staff import LastAdmin, NameTaken, Unknown

app = typer.Typer(help="The union's own people and their rights.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="As colleagues write it")]
Roles = Annotated[list[Role], typer.Option("--role", help="May be given several times")]
District = Annotated[str, typer.Option(help="Such as maonan; empty for the whole city")]


@app.callback()
def subject() -> None:
    """The union's own people and their rights."""


@app.command()
def add(name: Name, role: Roles, district: District = "", by: By = "") -> None:
    """Add a staff member. The very first is an admin of the city, and needs nobody to add them."""
    _known(district)

    async def _add(database: Database) -> Staff:
        async with database.write() as session:
            if await staff.everybody(session):
                await allowed(session, by, Right.STAFF)
            elif Role.ADMIN not in role or district:
                fail("the first one on the staff is an admin of the whole city: --role admin")
            return await staff.add(session, name, role, district, utc_now())

    try:
        typer.echo(_line(with_database(_add)))
    except NameTaken:
        fail(f"{name} is on the staff already")


@app.command()
def change(
    name: Name,
    role: Roles,
    by: By,
    district: District = "",
    active: Annotated[bool, typer.Option(help="Whether they may do anything")] = True,
) -> None:
    """Give a staff member other roles or another district, or take all rights away."""
    _known(district)

    async def _change(database: Database) -> Staff:
        async with database.write() as session:
            await allowed(session, by, Right.STAFF)
            return await staff.change(session, name, role, district, active)

    try:
        typer.echo(_line(with_database(_change)))
    except Unknown:
        fail(f"{name} is not on the staff")
    except LastAdmin:
        fail(f"{name} is the last admin of the city: make somebody else one first")


@app.command()
def bind(name: Name, by: By) -> None:
    """Print the six digits by which that staff member binds their own WeChat, within a quarter of an hour."""

    async def _offer(database: Database) -> str:
        async with database.write() as session:
            await allowed(session, by, Right.STAFF)
            return await staff.offer_code(session, name, utc_now())

    try:
        typer.echo(with_database(_offer))
    except Unknown:
        fail(f"{name} is not on the staff")


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Everybody on the staff."""

    async def _everybody(database: Database) -> list[Staff]:
        async with database.read() as session:
            return await staff.everybody(session)

    def _row(one: Staff) -> dict[str, object]:
        return asdict(one) | {"roles": sorted(one.roles)}

    list_out(with_database(_everybody), "on the staff", as_json, _line, _row)


def _line(one: Staff) -> str:
    bound = "bound" if one.openid else "not bound"
    district = one.district or "city"
    return (
        f"{one.id}\t{one.name}\t{','.join(sorted(one.roles))}\t{district}\t{bound if one.active else 'ended'}"
    )


def _known(district: str) -> None:
    ids = [one.id for one in places.DISTRICTS]
    if district and district not in ids:
        fail(f"district is one of {', '.join(ids)}")
