"""calendar list, mark and unmark: the working days that staff enter over the lists of the State Council."""

from datetime import datetime
from typing import Annotated

import typer

from bot.commands.console import AsJson, By, allowed, list_out, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import calendars
from union.calendars import CalendarDay
from union.rights import Right

app = typer.Typer(
    help="Working days that staff enter over the lists of the State Council.", no_args_is_help=True
)

Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Such as 2027-02-05")]


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """The days that were entered."""
    list_out(with_database(_entered), "days entered", as_json, _line, _as_json)


@app.command()
def mark(
    day: Day,
    name: By,
    working: Annotated[bool, typer.Option("--working/--off", help="A working day, or a day off")] = False,
    reason: Annotated[str, typer.Option(help="Such as the name of the holiday")] = "",
) -> None:
    """Say of a day whether it is a working day."""

    async def _mark(database: Database) -> None:
        async with database.write() as session:
            await allowed(session, name, Right.OPERATE)
            await calendars.mark(
                session, day.date(), working=working, reason=reason, noted_by=name, now=utc_now()
            )

    with_database(_mark)
    typer.echo(f"{day:%Y-%m-%d} is {'a working day' if working else 'a day off'}")


@app.command()
def unmark(day: Day, name: By) -> None:
    """Let the lists decide on a day again."""

    async def _unmark(database: Database) -> bool:
        async with database.write() as session:
            await allowed(session, name, Right.OPERATE)
            return await calendars.unmark(session, day.date())

    if not with_database(_unmark):
        fail(f"nothing was entered for {day:%Y-%m-%d}")
    typer.echo(f"the lists decide on {day:%Y-%m-%d}")


async def _entered(database: Database) -> list[CalendarDay]:
    async with database.read() as session:
        return await calendars.entered(session)


def _line(row: CalendarDay) -> str:
    return f"{row.day}  {'working' if row.working else 'off    '}  {row.reason}  ({row.noted_by})"


def _as_json(row: CalendarDay) -> dict[str, str | bool]:
    return {"day": str(row.day), "working": row.working, "reason": row.reason, "noted_by": row.noted_by}
