"""broadcast result: what became of a broadcast, as a workbook."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.broadcasts.conduct import BROADCASTS, Number, app, attempted
from bot.commands.console import By
from bot.commands.failures import fail
from bot.platform import utc_now
from dialogue.answers import masked_name
from messages import results
from storage.database import Database
from union import accesses, broadcast_sheets, staff
from union.broadcast_sheets import Line

_AT_ONCE = 2000


@app.command()
def result(
    number: Number,
    by: By,
    file: Annotated[Path, typer.Option(help="Workbook to write, with counts and a row for each recipient")],
) -> None:
    """Write what became of it. Of recipients their member number and masked name stand there at most; the look is written down."""
    if file.exists():
        fail(f"{file} exists already")

    async def _write(database: Database) -> int:
        async with database.write() as session:
            one = await staff.named(session, by)
            await BROADCASTS.standing(session, one, number)
            await accesses.log(session, one.id, f"broadcast:{number}", "result of a broadcast", utc_now())
        async with database.read() as session:
            done = await results.progress(session, number, reasons=False)
            sent = [("sent", route, count) for route, count in done.routes.items()]
            others = [(state.value, "", count) for state, count in done.states.items() if state != "sent"]
            counted = [(what, "mass", count) for what, count in asdict(done.unnamed).items() if count]
            return await broadcast_sheets.write(file, sent + others + counted, _lines(session, number))

    try:
        written = attempted(by, _write)
    except OSError as problem:
        fail(f"{file}: {problem.strerror}")
    typer.echo(f"{written} recipients are in {file}")


async def _lines(session: AsyncSession, number: int) -> AsyncIterator[Line]:
    after = ""
    while part := await results.received(session, number, after, _AT_ONCE):
        members = await broadcast_sheets.members(session, [one.openid for one in part])
        for one in part:
            member, name = members.get(one.openid, ("", ""))
            via, why = one.via or "", one.reason or ""
            yield Line(member, masked_name(name), via, one.status, why, one.settled_at)
        after = part[-1].openid
