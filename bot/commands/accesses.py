"""access list: who of the staff looked at whose data."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from bot.commands.console import with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.base import CHINA
from storage.database import Database
from union import accesses, rights, staff
from union.accesses import Access
from union.rights import Forbidden, Right
from union.staff import Unknown

app = typer.Typer(help="Looks at people's data.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """Looks at people's data."""


@app.command("list")
def show(
    name: Annotated[str, typer.Option("--as", help="The staff member who audits")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="How far to look back")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Who looked at what, and when, the newest first; staff by the ids of `staff list`."""

    async def _recent(database: Database) -> list[Access]:
        async with database.read() as session:
            rights.demand(await staff.named(session, name), Right.AUDIT)
            return await accesses.recent(session, utc_now() - timedelta(days=days))

    try:
        found = with_database(_recent)
    except Unknown:
        fail(f"{name} is not on the staff")
    except Forbidden as forbidden:
        fail(str(forbidden))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        at = f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        typer.echo("\t".join((at, one.staff, one.subject, one.openid, one.what)))
    typer.echo(f"{len(found)} looks in {days} days")
