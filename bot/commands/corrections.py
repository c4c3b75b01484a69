"""member show, rename and rebind: what staff put right for a member who came to them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import Result, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from messages import handovers
from storage.database import Database
from union import corrections, places, staff
from union.corrections import RollCorrected
from union.members import AlreadyMember, Member
from union.rights import Forbidden, Staff
from union.staff import Unknown

app = typer.Typer(help="The roll, member by member.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Such as MM2026000001")]
Name = Annotated[str, typer.Option("--as", help="The staff member who does it")]


@app.callback()
def subject() -> None:
    """The roll, member by member."""


@app.command()
def show(
    number: Number, name: Name, as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False
) -> None:
    """One member; it is written down who looked."""

    async def _look(session: AsyncSession, someone: Staff) -> Member:
        return await corrections.look(session, number, someone, utc_now())

    found = _done(name, _look)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
        return
    place = places.label(found.place)
    typer.echo("\t".join((found.number, found.name, found.mobile, place, found.employer, found.organisation)))


@app.command()
def rename(
    number: Number, to: Annotated[str, typer.Argument(help="As on the identity card")], name: Name
) -> None:
    """Another name, which the identity card showed; the member is told."""

    async def _rename(session: AsyncSession, someone: Staff) -> list[RollCorrected]:
        return await _told(session, await corrections.rename(session, number, to, someone, utc_now()))

    _done(name, _rename)
    typer.echo(f"{number} has another name now")


@app.command()
def rebind(
    number: Number,
    ticket: Annotated[
        int,
        typer.Argument(help="Of the request for a person that came from the new WeChat, as in `reply list`"),
    ],
    name: Name,
) -> None:
    """Another WeChat of a member who changed it or came back, and asked for a person from it; both are told."""

    async def _rebind(session: AsyncSession, someone: Staff) -> list[RollCorrected]:
        asked = await handovers.locked(session, ticket)
        if asked is None:
            raise LookupError(f"no ticket {ticket}")
        bound = await corrections.rebind(session, number, asked.openid, someone, utc_now())
        return await _told(session, bound)

    _done(name, _rebind)
    typer.echo(f"{number} has another WeChat now")


async def _told(session: AsyncSession, facts: list[RollCorrected]) -> list[RollCorrected]:
    await teller().tell(session, facts, utc_now())
    return facts


def _done(name: str, work: Callable[[AsyncSession, Staff], Awaitable[Result]]) -> Result:
    async def _work(database: Database) -> Result:
        async with database.write() as session:
            return await work(session, await staff.named(session, name))

    try:
        return with_database(_work)
    except Unknown as unknown:
        fail(f"{unknown} is not on the staff")
    except AlreadyMember:
        fail("that WeChat is a member's already")
    except (Forbidden, LookupError) as refusal:
        fail(str(refusal))
