"""broadcast list, status, dry-run, approve, launch, pause, resume, stop: what is said to many, step by step."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import AsJson, By, Result, list_out, local, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from dialogue.broadcasts import Broadcasts, Forbidden, Forecast, Progress, Refused, Standing, Step, shown
from messages.audiences import Audiences
from storage.database import Database
from union import staff
from union.audiences import QUERIES
from union.rights import Staff

app = typer.Typer(help="What is said to many at once.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="Number of the broadcast")]
Reason = Annotated[str, typer.Option(help="Why, for the colleagues")]
BROADCASTS = Broadcasts(Audiences(QUERIES))
Work = Callable[[AsyncSession, Staff], Awaitable[Result]]


def decided(by: str, work: Work[Result]) -> Result:
    """The work of a staff member in a transaction of its own, or the end of the command with one line.

    SQLite's only writer is theirs meanwhile: what takes long is `seen`.
    """

    async def _decided(database: Database) -> Result:
        async with database.write() as session:
            return await work(session, await staff.named(session, by))

    return attempted(by, _decided)


def seen(by: str, work: Work[Result]) -> Result:
    """The same for what changes nothing."""

    async def _seen(database: Database) -> Result:
        async with database.read() as session:
            return await work(session, await staff.named(session, by))

    return attempted(by, _seen)


def attempted(by: str, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Work of several transactions."""
    try:
        return with_database(work)
    except staff.Unknown:
        fail(f"{by} is not on the staff" if by else "say who does it: --as NAME")
    except (Forbidden, Refused, ValueError) as problem:
        fail(str(problem))


@app.command("list")
def show(by: By, as_json: AsJson = False) -> None:
    """Broadcasts that are not over, of those that the staff member may handle."""
    found = seen(by, lambda session, one: BROADCASTS.alive(session, one))
    line = "{0.id}\t{0.state}\t{1}\t{0.draft.name}"
    list_out(found, "broadcasts", as_json, lambda one: line.format(one, shown(one)), described)


@app.command()
def status(number: Number, by: By, as_json: AsJson = False) -> None:
    """How far it is: deliveries by state and route, the commonest reasons, and who did what."""

    async def _status(
        session: AsyncSession, one: Staff
    ) -> tuple[Standing, Progress, list[Step], dict[str, str]]:
        its = await BROADCASTS.standing(session, one, number)
        names = {each.id: each.name for each in await staff.everybody(session)}
        done = await BROADCASTS.progress(session, number)
        return its, done, list(await BROADCASTS.history(session, one, number)), names

    its, done, history, names = seen(by, _status)
    if as_json:
        steps = [asdict(one) | {"at": local(one.at), "by": names.get(one.by, one.by)} for one in history]
        typer.echo(json.dumps(described(its) | asdict(done) | {"steps": steps}, ensure_ascii=False))
        return
    typer.echo(f"{its.id}\t{its.state}\t{shown(its)}\t{its.draft.name}\t{its.reason}".rstrip())
    for counts in (done.states, done.routes, done.reasons):
        for what, count in counts.items():
            typer.echo(f"{count}\t{what}")
    for what, count in asdict(done.unnamed).items():
        if count:
            typer.echo(f"{count}\t{what} by the platform's count of mass sends, which names nobody")
    for one in history:
        typer.echo(f"{local(one.at)}\t{one.what}\t{names.get(one.by, one.by)}\t{one.reason}".rstrip())


@app.command("dry-run")
def rehearse(number: Number, by: By, as_json: AsJson = False) -> None:
    """How many it would reach now by which route, and what that would cost. Nothing is sent."""

    async def _count(session: AsyncSession, one: Staff) -> tuple[Standing, Forecast]:
        its = await BROADCASTS.standing(session, one, number)
        return its, await BROADCASTS.forecast(session, its, utc_now())

    its, counted = seen(by, _count)
    if as_json:
        typer.echo(
            json.dumps({"id": its.id, "people": counted.people, **asdict(counted)}, ensure_ascii=False)
        )
        return
    typer.echo(forecast_of(its, counted))


@app.command()
def approve(
    number: Number,
    by: By,
    edition: Annotated[int | None, typer.Option(help="The edition that was seen; else the newest")] = None,
) -> None:
    """By a second person, after `preview`; a change afterwards takes the approval back."""

    async def _approve(session: AsyncSession, one: Staff) -> Standing:
        its = await BROADCASTS.standing(session, one, number)
        return await BROADCASTS.approve(session, one, number, edition or its.edition, utc_now())

    its = decided(by, _approve)
    starts = its.draft.starts_at
    if starts is None:
        how = f"`broadcast launch {number}` begins it"
    elif starts > utc_now():
        how = f"it begins by itself at {local(starts)}"
    else:
        how = f"it was to begin at {local(starts)} and does so by itself within a minute"
    typer.echo(f"{number} is approved; {how}")


@app.command()
def launch(number: Number, by: By) -> None:
    """Begin an approved broadcast now; a running bot delivers it."""
    decided(by, lambda session, one: BROADCASTS.launch(session, one, number, utc_now()))
    typer.echo(f"{number} is running")


@app.command()
def pause(number: Number, by: By, reason: Reason = "") -> None:
    """Send nothing more for now; a few that are under way may still arrive."""
    decided(by, lambda session, one: BROADCASTS.pause(session, one, number, utc_now(), reason))
    typer.echo(f"{number} is paused")


@app.command()
def resume(number: Number, by: By) -> None:
    """Go on where it stood; nobody gets it twice."""
    decided(by, lambda session, one: BROADCASTS.resume(session, one, number, utc_now()))
    typer.echo(f"{number} goes on")


@app.command()
def stop(number: Number, by: By, reason: Reason = "") -> None:
    """End it for good; what has not been sent will not be."""
    decided(by, lambda session, one: BROADCASTS.stop(session, one, number, utc_now(), reason))
    typer.echo(f"{number} is stopped")


def described(its: Standing) -> dict[str, Any]:
    """For programs."""
    said = its.draft
    plain = {
        name: getattr(said, name)
        for name in ("name", "kind", "text", "title", "url", "topic", "safety", "mass")
    }
    times = {
        "starts_at": said.starts_at, "until": said.until, "created_at": its.created_at,
        "launched_at": its.launched_at, "expanded_at": its.expanded_at,
    }  # fmt: skip
    return {
        "id": its.id, "state": its.state, "edition": its.edition, "audience": list(said.conditions), **plain,
        **{name: at and local(at) for name, at in times.items()}, "reason": its.reason,
    }  # fmt: skip


def forecast_of(its: Standing, counted: Forecast) -> str:
    lines = {
        "people who follow": counted.people,
        "by customer-service message now": counted.customer_service,
        "by subscription notice": counted.subscription,
        "by mass message": counted.mass,
        "with the next answer to them": counted.waiting,
        "not reachable": counted.unreached,
    }
    return "\n".join(
        [
            f"{its.id}, edition {its.edition}: {shown(its)}",
            *(f"{count}\t{what}" for what, count in lines.items()),
            counted.cost,
        ]
    )
