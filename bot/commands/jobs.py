"""job list, approve, refuse, close, applicants and answer: the board of jobs by command, until the console comes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot import listing_fitting
from bot.commands.console import AsJson, Result, list_out, local, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import applicants as applying
from union import job_applications, job_decisions, listing_signs, listings, staff
from union.applicants import Applicant
from union.job_decisions import ApplicationAnswered, Unanswerable
from union.listing_rules import Breach, Unexplained
from union.listings import Broken, Decided, Listing, NoListing, State
from union.rights import Forbidden, Staff

app = typer.Typer(help="Job listings, who approved them, and who applied.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Code of the listing")]
As = Annotated[str, typer.Option("--as", help="Name of the staff member who decides")]
_ANSWERS = {"invite": job_applications.State.INVITED, "hire": job_applications.State.HIRED,
            "decline": job_applications.State.DECLINED}  # fmt: skip


@app.command("list")
def show(
    state: Annotated[State | None, typer.Option(help="Only those in this state")] = None,
    as_json: AsJson = False,
) -> None:
    """Listings, the oldest first, with the reason where one was refused, who approved it and who decided last."""
    found = with_database(lambda database: _listed(database, state))
    list_out(found, "listings", as_json, _line, _as_json)


@app.command()
def approve(code: Code, name: As) -> None:
    """Publish a listing that waits; the rules are looked at once more."""
    _publish(name, code)


@app.command()
def overrule(code: Code, reason: Annotated[str, typer.Argument(help="Why it is honest")], name: As) -> None:
    """Publish a listing whose words the rules misread; who did and why is kept. There is none against facts, nor for what is unlawful in any listing."""
    _publish(name, code, reason.strip())


def _publish(name: str, code: str, despite: str | None = None) -> None:
    async def _approve(session: AsyncSession, who: Staff, code: str, now: datetime) -> Listing:
        return await listings.approve(session, who, code, now, despite)

    done = with_database(lambda database: _decide(database, name, code, _approve))
    typer.echo(f"{done.code} is published until {local(done.expires_at)}")


@app.command()
def refuse(code: Code, reason: Annotated[str, typer.Argument(help="Why")], name: As) -> None:
    """Keep a listing from being published, or take it back."""

    async def _refuse(session: AsyncSession, who: Staff, code: str, now: datetime) -> Listing:
        return await listings.refuse(session, who, code, reason, now)

    typer.echo(f"{with_database(lambda database: _decide(database, name, code, _refuse)).code} is refused")


@app.command()
def close(code: Code, name: As) -> None:
    """The post is filled."""

    async def _close(session: AsyncSession, who: Staff, code: str, now: datetime) -> Listing:
        return await listings.close(session, who, code, now)

    typer.echo(f"{with_database(lambda database: _decide(database, name, code, _close)).code} is closed")


@app.command()
def applicants(code: Code, name: As, as_json: AsJson = False) -> None:
    """Who applied, in clear. These are personal data: the look is written down."""
    found = with_database(lambda database: _decide(database, name, code, applying.look))
    list_out(found, "applicants", as_json, _applicant, _applicant_as_json)


@app.command()
def answer(
    number: Annotated[int, typer.Argument(help="Number of the application, as in the applicants")],
    what: Annotated[str, typer.Argument(help="invite, hire or decline")],
    name: As,
    words: Annotated[str, typer.Option(help="What the employer says, told as it is")] = "",
    starts: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of work")] = None,
) -> None:
    """What the employer or the station answers; the worker is told. Another answer takes the place of the one before."""
    if what not in _ANSWERS:
        fail(f"an answer is one of {', '.join(_ANSWERS)}")

    async def _answer(session: AsyncSession, who: Staff, code: str, now: datetime) -> ApplicationAnswered:
        day = starts.date() if starts else None
        fact = await job_decisions.answer(session, who, number, _ANSWERS[what], words, day, now)
        await teller().tell(session, [fact], now)
        return fact

    done = with_database(lambda database: _decide(database, name, "", _answer))
    typer.echo(f"application {done.application_id}: {done.state}; the worker is told")


@app.command("fit")
def fit_checks() -> None:
    """Fit the weights of the publication checks to the texts in union/listing_texts; some seconds."""
    listing_signs.SHIPPED.write_text(listing_signs.to_text(listing_fitting.fit()), encoding="utf-8")
    typer.echo("fitted")


async def _listed(database: Database, state: State | None) -> list[Decided]:
    """With the names of those who decided."""
    async with database.read() as session:
        names = {each.id: each.name for each in await staff.everybody(session)}
        return [
            replace(
                one,
                decided_by=names.get(one.decided_by, one.decided_by),
                approved_by=names.get(one.approved_by, one.approved_by),
            )
            for one in await listings.listed(session, state)
        ]


async def _decide(
    database: Database,
    name: str,
    code: str,
    decision: Callable[[AsyncSession, Staff, str, datetime], Awaitable[Result]],
) -> Result:
    """One decision of a staff member in a transaction of its own, or the end of the command with one line."""
    try:
        async with database.write() as session:
            return await decision(session, await staff.named(session, name), code, utc_now())
    except staff.Unknown:
        fail(f"{name} is not on the staff")
    except Broken as problem:
        fail(f"not possible: {problem}\n{advice(problem.breaches)}")
    except (NoListing, Forbidden, Unanswerable, Unexplained) as problem:
        fail(f"not possible: {problem}")


def advice(breaches: Sequence[Breach]) -> str:
    """What can be done about rules that are broken."""
    if all(one.is_suspicion for one in breaches):
        return (
            "where only words are suspected: `job overrule CODE REASON --as NAME` publishes an honest listing that was "
            "misread; any other is to be worded otherwise and imported again"
        )
    return "where a fact is missing, or something unlawful: the employer is to mend it, and the listing is imported again"


def _line(found: Decided) -> str:
    one = found.listing
    approved = (
        f"approved {local(found.approved_at)} by {found.approved_by or '?'}" if found.approved_at else ""
    )
    despite = f"overruled: {found.overruled}" if found.overruled else ""
    decided = found.decided_by, approved, found.reason, despite
    return "\t".join((one.code, one.state, one.post, one.pay, one.publisher, *decided)).rstrip()


def _as_json(found: Decided) -> dict[str, object]:
    one = found.listing
    named = (
        "code", "post", "trade", "kind", "pay", "paid", "district", "place", "wanted", "publisher", "state",
    )  # fmt: skip
    decided = {name: getattr(found, name) for name in ("reason", "decided_by", "approved_by", "overruled")}
    times = {
        "expires_at": local(one.expires_at),
        "approved_at": local(found.approved_at) if found.approved_at else None,
    }
    return {name: getattr(one, name) for name in named} | decided | times


def _applicant(one: Applicant) -> str:
    return f"{one.id}\t{one.state}\t{one.name}\t{one.phone}\t{local(one.applied_at)}"


def _applicant_as_json(one: Applicant) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", "name", "phone", "state")} | {
        "applied_at": local(one.applied_at)
    }
