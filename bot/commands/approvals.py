"""approve list, yes, return and decline: what waits, and one decision by a named staff member."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import Result, teller, with_database
from bot.commands.failures import fail
from bot.library import CHINA
from bot.platform import utc_now
from dialogue.notices import Fact
from storage.database import Database
from union import accesses, approvals, places, staff
from union.applications import MENDABLE, Application
from union.approvals import IdentityMissing, MemberAdmitted, MemberMoved, Overtaken, SamePerson, Unmendable
from union.members import AlreadyMember
from union.rights import Forbidden, Staff
from union.staff import Unknown

app = typer.Typer(help="What workers have applied for.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="APPLICATION", help="As listed, such as 12.1")]
Name = Annotated[str, typer.Option("--as", help="The staff member who decides")]
Reason = Annotated[str, typer.Option(help="Told to the worker in these words")]
Deciding = Callable[[AsyncSession, int, int, Staff], Awaitable[Fact]]

_REFUSALS = {
    Overtaken: "it was decided or changed meanwhile: list again",
    SamePerson: "whoever forwarded it does not admit it too",
    IdentityMissing: "the identity number is missing: return it with --field identity",
    AlreadyMember: "the mobile or identity number is another member's",
}


@app.callback()
def subject() -> None:
    """What workers have applied for."""


@app.command("list")
def show(
    name: Name,
    returned: Annotated[bool, typer.Option("--all", help="Also what was sent back to the worker")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """What waits and that staff member may see; that they saw it is written down."""

    async def _waiting(database: Database) -> list[Application]:
        async with database.write() as session:
            someone = await staff.named(session, name)
            found = await approvals.waiting(session, someone, returned=returned)
            for one in found:
                await accesses.log(
                    session, someone.id, f"application:{one.id}", "approve list", utc_now(), one.openid
                )
            return found

    found = _heard(lambda: with_database(_waiting))
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return
    rows = [_as_json(one) for one in found]
    for cells in [list(rows[0]), *(row.values() for row in rows)] if rows else ():
        typer.echo("\t".join(map(str, cells)))
    typer.echo(f"{len(found)} {'open' if returned else 'waiting'}")


@app.command()
def yes(application: Number, name: Name) -> None:
    """Agree: the district forwards, the city admits."""
    fact = _decide(
        application,
        name,
        "yes",
        lambda session, id, edition, someone: approvals.approve(session, id, edition, someone, utc_now()),
    )
    if isinstance(fact, MemberAdmitted | MemberMoved):
        typer.echo(f"{application} is member {fact.number} of {fact.organisation}")
    else:
        typer.echo(f"{application} waits for the city")


@app.command("return")
def send_back(
    application: Number,
    name: Name,
    field: Annotated[str, typer.Option(help=f"What is to be mended: {', '.join(MENDABLE)}")],
    reason: Reason,
) -> None:
    """Have one thing mended by the worker."""
    if field not in MENDABLE:
        fail(f"field is one of {', '.join(MENDABLE)}")
    _decide(
        application,
        name,
        "return",
        lambda session, id, edition, someone: approvals.send_back(
            session, id, edition, someone, field, reason, utc_now()
        ),
    )
    typer.echo(f"{application} was sent back for its {field}")


@app.command()
def decline(application: Number, name: Name, reason: Reason) -> None:
    """End an application."""
    _decide(
        application,
        name,
        "decline",
        lambda session, id, edition, someone: approvals.decline(
            session, id, edition, someone, reason, utc_now()
        ),
    )
    typer.echo(f"{application} was declined")


def _decide(application: str, name: str, verb: str, deciding: Deciding) -> Fact:
    """The decision and the message to the worker, in one transaction."""
    id, _, edition = application.partition(".")
    if not (id.isdecimal() and edition.isdecimal()):
        fail(f"{application} is not the number of an application as listed, such as 12.1")

    async def _work(database: Database) -> Fact:
        async with database.write() as session:
            someone = await staff.named(session, name)
            fact = await deciding(session, int(id), int(edition), someone)
            subject, what = f"application:{id}", f"approve {verb}"
            await accesses.log(session, someone.id, subject, what, utc_now(), fact.openid)
            await teller().tell(session, [fact], utc_now())
            return fact

    return _heard(lambda: with_database(_work))


def _heard(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except (Overtaken, SamePerson, IdentityMissing, AlreadyMember) as refusal:
        fail(_REFUSALS[type(refusal)])
    except Unknown as unknown:
        fail(f"{unknown} is not on the staff")
    except (Forbidden, LookupError, Unmendable) as refusal:
        fail(str(refusal))


def _as_json(one: Application) -> dict[str, Any]:
    return {
        "application": f"{one.id}.{one.edition}",
        "kind": one.kind,
        "stage": one.stage,
        "status": one.status,
        "since": one.changed_at.astimezone(CHINA).isoformat(" ", "minutes")[:16],
        "name": one.asked.name,
        "mobile": one.asked.mobile,
        "place": places.label(one.asked.place),
        "door": one.asked.door,
        "work": one.asked.work,
        "employer": one.asked.employer,
        "organisation": one.organisation,
        "identity": "kept" if one.has_identity else "missing" if one.needs_identity else "not needed",
        "scene": one.asked.scene,
    }
