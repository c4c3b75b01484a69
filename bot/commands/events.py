"""event list, guests, open, close, cancel and picture: events by command, until the console comes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import AsJson, By, Result, allowed, list_out, local, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import accesses, event_days, event_places, event_plans, events
from union.event_days import CHECK_IN, Guest
from union.event_news import Refused
from union.event_plans import Unfit
from union.events import Event
from union.lines import Places
from union.rights import Right, Staff

app = typer.Typer(help="Events, who comes to them, and what becomes of them.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Code of the event")]
Decision = Callable[[AsyncSession, Event, Staff], Awaitable[Result]]
Listed = tuple[Event, Mapping[int, Places]]

_LISTED = timedelta(days=30)  # after an event has ended


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Events that are planned, go on, or ended within thirty days; with the QR scene to check in by in --json."""
    list_out(with_database(_listed), "events", as_json, _line, _as_json)


@app.command()
def guests(code: Code, by: By = "", as_json: AsJson = False) -> None:
    """Who signed up, in the order in which they did; that a staff member saw it is written down."""

    async def _look(session: AsyncSession, event: Event, someone: Staff) -> Sequence[Guest]:
        found = await event_days.guests(session, event)
        for one in found:
            what = f"event:{event.code}"
            await accesses.log(session, someone.id, what, "event guests", utc_now(), one.openid)
        return found

    list_out(_decide(code, by, _look), "people", as_json, _guest, asdict)


@app.command()
def close(code: Code, by: By = "") -> None:
    """Take nobody else in; who waits moves up as before."""

    async def _close(session: AsyncSession, event: Event, _: Staff) -> bool:
        return await event_plans.close(session, event.id, utc_now())

    typer.echo(f"{code} " + ("is closed" if _decide(code, by, _close) else "was closed already"))


@app.command("open")
def reopen(code: Code, by: By = "") -> None:
    """Take people in again."""

    async def _open(session: AsyncSession, event: Event, _: Staff) -> bool:
        return await event_plans.reopen(session, event.id, utc_now())

    typer.echo(f"{code} " + ("is open" if _decide(code, by, _open) else "was open already"))


@app.command()
def cancel(
    code: Code,
    by: By = "",
    reason: Annotated[str, typer.Option(help="Why, in words that are told to the workers")] = "",
) -> None:
    """Call an event off; all who have or want a place are told."""

    async def _cancel(session: AsyncSession, event: Event, _: Staff) -> int:
        told = await event_plans.cancel(session, event.id, reason, utc_now())
        return await teller().tell(session, told, utc_now())

    typer.echo(f"{code} is cancelled; {_decide(code, by, _cancel)} told")


@app.command()
def picture(
    code: Code, file: Annotated[Path, typer.Argument(help="A PNG or JPEG of at most 500 kB")], by: By = ""
) -> None:
    """Show a picture on the page of an event."""
    try:
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")

    async def _hang(session: AsyncSession, event: Event, _: Staff) -> None:
        await event_plans.hang(session, event.id, content)

    _decide(code, by, _hang)
    typer.echo(f"{code} has its picture")


async def _listed(database: Database) -> list[Listed]:
    async with database.read() as session:
        found = await events.since(session, utc_now() - _LISTED)
        full = await event_places.places_of(session, found)
        return [(event, full) for event in found]


def _decide(code: str, name: str, decision: Decision[Result]) -> Result:
    """What a staff member does about an event, in one transaction, or the end of the command with one line."""

    async def _work(database: Database) -> Result:
        async with database.write() as session:
            event = await events.find_code(session, code)
            if event is None:
                fail(f"there is no event {code}")
            someone = await allowed(session, name, Right.HOLD, event.district)
            return await decision(session, event, someone)

    try:
        return with_database(_work)
    except (Refused, Unfit) as refusal:
        fail(f"not possible: {refusal}")


def _line(one: Listed) -> str:
    event, full = one
    return f"{event.code}\t{local(event.starts_at)}\t{_state(event, full)}\t{event.kind}\t{event.title}"


def _state(event: Event, full: Mapping[int, Places]) -> str:
    if event.cancelled or event.closed:
        return "cancelled" if event.cancelled else "closed"
    own = [full[quota.id] for quota in event.quotas]
    waiting = sum(one.waiting for one in own)
    seats = f"{sum(one.taken for one in own)}/{event.seats}" + (f" +{waiting}" if waiting else "")
    if over := event_places.overfull(event, full):
        seats += f" (over: {', '.join(over)})"
    return seats if event.signs_up else "no sign-up"


def _guest(one: Guest) -> str:
    return "\t".join((one.state, one.name, one.phone, one.quota, "came" if one.came else "")).rstrip()


def _as_json(one: Listed) -> dict[str, object]:
    event, full = one
    named = ("code", "kind", "title", "host", "district", "place", "audience", "seats", "closed", "cancelled")
    quotas = [
        {"sort": one.sort, "whose": one.whose, "seats": one.seats, "taken": full[one.id].taken,
         "waiting": full[one.id].waiting}
        for one in event.quotas
    ]  # fmt: skip
    times = {"starts_at": local(event.starts_at), "ends_at": local(event.ends_at)}
    scene = f"{CHECK_IN}{event.id}"
    return {name: getattr(event, name) for name in named} | times | {"quotas": quotas, "scene": scene}
