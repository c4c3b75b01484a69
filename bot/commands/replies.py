"""reply list, show, send, close, and the desk's hours and roster: how staff speak with workers until the console comes."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import Result, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from dialogue import desks
from messages import handovers, journal
from messages.handovers import Ticket
from storage.base import CHINA
from storage.database import Database
from union import accesses, job_questions, members, rights, staff
from union import desks as hours
from union.calendars import china_day
from union.rights import Forbidden, Right, Staff
from union.staff import Unknown

app = typer.Typer(help="Workers who asked for a person.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="TICKET", help="As listed")]
Name = Annotated[str, typer.Option("--as", help="The staff member who does it")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs")]
_SHOWN = 30
_REACH = {True: "can be reached", False: "cannot be reached: has not written to the account for two days"}


@app.command("list")
def show_all(name: Name, as_json: AsJson = False) -> None:
    """The open tickets of workers whom that staff member may speak with, the oldest first."""

    async def _work(session: AsyncSession, someone: Staff) -> list[tuple[Ticket, list[str]]]:
        found = await handovers.open_tickets(session)
        return [
            (one, await job_questions.owed(session, one.openid))
            for one in found
            if rights.may(someone, Right.REPLY, await members.district_of(session, one.openid))
        ]

    found = _by(name, _work)
    if as_json:
        typer.echo(json.dumps([_as_json(*one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo("\t".join(f"{key} {value}" for key, value in _as_json(*one).items() if value is not None))
    typer.echo(f"{len(found)} open")


@app.command()
def show(ticket: Number, name: Name, as_json: AsJson = False) -> None:
    """The latest messages of the worker of a ticket; that it was looked at is written down."""

    async def _work(session: AsyncSession, someone: Staff) -> tuple[list[journal.Line], list[str], list[str]]:
        found = await _theirs(session, ticket, someone)
        await accesses.log(session, someone.id, f"ticket:{ticket}", "reply show", utc_now(), found.openid)
        owed = await job_questions.owed(session, found.openid)
        of_themselves = list(await handovers.kept(session, ticket))
        return await journal.latest(session, found.openid, _SHOWN), of_themselves, owed

    lines, of_themselves, owed = _by(name, _work)
    if as_json:
        rows = [{"at": _shown(one.at), "from": one.author or "worker", "body": one.body} for one in lines]
        rows += [{"from": "worker", "of_themselves": words} for words in of_themselves]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in lines:
        typer.echo(f"{_shown(one.at)}  {one.author or 'worker':8}  {one.body}")
    for words in of_themselves:
        typer.echo(f"unmasked, to call back: {words}")
    for one_job in owed:
        typer.echo(f"unpaid, says the worker: {one_job}")


@app.command()
def send(ticket: Number, words: Annotated[str, typer.Argument()], name: Name) -> None:
    """Say something to the worker of a ticket; the bot falls silent."""

    async def _work(session: AsyncSession, someone: Staff) -> bool:
        await _theirs(session, ticket, someone)
        fact, allowed = await desks.reply(session, ticket, words, someone.id, utc_now())
        await teller().tell(session, [fact], utc_now(), someone.id)
        return allowed

    if _by(name, _work):
        typer.echo(f"{ticket}: queued")
    else:
        typer.echo(f"{ticket}: WeChat allows no message now; it rides on the next answer to the worker")


@app.command()
def close(ticket: Number, name: Name) -> None:
    """End the conversation; the bot is back, and asks the worker whether it helped."""

    async def _work(session: AsyncSession, someone: Staff) -> None:
        await _theirs(session, ticket, someone)
        await teller().tell(session, [await desks.close(session, ticket, utc_now())], utc_now())

    _by(name, _work)
    typer.echo(f"{ticket}: closed")


@app.command("hours")
def keep_hours(
    name: Name,
    shifts: Annotated[list[str] | None, typer.Argument(help="Such as 08:30-12:00 14:30-17:30")] = None,
) -> None:
    """The office hours of a working day, shown or set."""

    async def _work(session: AsyncSession, someone: Staff) -> hours.Hours:
        if shifts:
            rights.demand(someone, Right.REPLY)
            await hours.keep_hours(session, [_shift(one) for one in shifts])
        return await hours.hours(session)

    typer.echo(" ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in _by(name, _work)))


@app.command()
def duty(
    name: Name,
    day: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"])] = None,
    who: Annotated[str, typer.Argument(help="Name of a staff member")] = "",
    off: Annotated[bool, typer.Option("--off", help="Take them off the roster")] = False,
) -> None:
    """The roster from today on, and who is called now; with a day and a name, put them on duty or take them off."""

    async def _work(session: AsyncSession, by: Staff) -> list[str]:
        if day and who:
            rights.demand(by, Right.REPLY)
            someone = await staff.named(session, who)
            change = hours.take_off_duty if off else hours.put_on_duty
            await change(session, day.date(), someone.id)
        names = {one.id: one.name for one in await staff.everybody(session)}
        rows = await hours.roster(session, china_day(utc_now()))
        callees = await desks.callees(session, utc_now())
        return [
            *(f"{row_day}\t{names.get(id, id)}" for row_day, id in rows),
            *(f"called now\t{one.staff.name}\t{_REACH[one.reachable]}" for one in callees),
            *([] if callees else ["called now\tnobody: none of the desk has bound their WeChat"]),
        ]

    for line in _by(name, _work):
        typer.echo(line)


def _by(name: str, work: Callable[[AsyncSession, Staff], Awaitable[Result]]) -> Result:
    """Work in one transaction by a staff member who may speak with workers."""

    async def _work(database: Database) -> Result:
        async with database.write() as session:
            someone = await staff.named(session, name)
            rights.demand(someone, Right.REPLY, someone.district)
            return await work(session, someone)

    try:
        return with_database(_work)
    except Unknown as unknown:
        fail(f"{unknown} is not on the staff")
    except (Forbidden, desks.NoTicket, ValueError) as refusal:
        fail(str(refusal))


async def _theirs(session: AsyncSession, ticket: int, someone: Staff) -> Ticket:
    """The ticket, of a worker whom that staff member may speak with: one of their district, or any for the city."""
    found = await handovers.locked(session, ticket)
    if found is None:
        raise desks.NoTicket(f"no ticket {ticket}")
    rights.demand(someone, Right.REPLY, await members.district_of(session, found.openid))
    return found


def _shift(text: str) -> tuple[time, time]:
    opens, _, closes = text.partition("-")
    try:
        return time.fromisoformat(opens), time.fromisoformat(closes)
    except ValueError:
        raise ValueError(f"{text} is no shift: write it like 08:30-12:00") from None


def _as_json(one: Ticket, owed: list[str]) -> dict[str, Any]:
    return {
        "ticket": one.id,
        "asked": _shown(one.asked_at),
        "last": _shown(one.said_at),
        "answered": _shown(one.answered_at),
        "staff": one.staff,
        "unpaid": "; ".join(owed) or None,
    }


def _shown(moment: datetime | None) -> str | None:
    return moment.astimezone(CHINA).isoformat(" ", "minutes")[:16] if moment else None
