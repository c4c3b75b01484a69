"""broadcast result: what became of a broadcast, as a workbook."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession
from xlsxwriter.exceptions import XlsxFileError

from bot.commands.broadcasts.conduct import BROADCASTS, Number, app, attempted
from bot.commands.console import By
from bot.commands.failures import fail
from bot.commands.files import making
from bot.platform import utc_now
from dialogue.answers import masked_name
from dialogue.broadcasts import Standing
from messages import results
from messages.broadcasts import BOT
from storage.database import Database
from union import accesses, audience_words, broadcast_sheets, staff
from union.broadcast_sheets import Head, Line, Step

_AT_ONCE = 2000


@app.command()
def result(
    number: Number,
    by: By,
    file: Annotated[
        Path, typer.Option(help="Workbook to write, with what was said, counts and a row for each recipient")
    ],
) -> None:
    """Write what became of it. Of recipients their member number and masked name stand there at most; the look is written down."""

    async def _write(database: Database) -> int:
        async with database.write() as session:
            one = await staff.named(session, by)
            its = await BROADCASTS.standing(session, one, number)
            await accesses.log(session, one.id, f"broadcast:{number}", "result of a broadcast", utc_now())
        async with database.read() as session:
            names = {each.id: each.name for each in await staff.everybody(session)}
            steps = [
                Step(each.at, each.what, "" if each.by == BOT else names.get(each.by, each.by), each.reason)
                for each in await BROADCASTS.history(session, one, number)
            ]
            done = await results.progress(session, number, reasons=False)
            sent = [("sent", route, count) for route, count in done.routes.items()]
            others = [(state.value, "", count) for state, count in done.states.items() if state != "sent"]
            counted = [(what, "mass", count) for what, count in asdict(done.unnamed).items() if count]
            counts = sent + others + counted
            return await broadcast_sheets.write(
                file, _head(its, names), steps, counts, _lines(session, number)
            )

    with making(file):
        try:
            written = attempted(by, _write)
        except (OSError, XlsxFileError) as problem:
            fail(f"{file}: {problem}")
    typer.echo(f"{written} recipients are in {file}")


def _head(its: Standing, names: Mapping[str, str]) -> Head:
    said = its.draft
    approver = names.get(its.approver, its.approver) if its.approver else ""
    return Head(
        its.id, said.name, said.kind, said.title, said.text, said.url, audience_words.label(said.conditions), said.safety,
        said.mass, its.state, names.get(its.author, its.author), approver, said.starts_at, its.launched_at, said.until,
    )  # fmt: skip


async def _lines(session: AsyncSession, number: int) -> AsyncIterator[Line]:
    after = ""
    while part := await results.received(session, number, after, _AT_ONCE):
        members = await broadcast_sheets.members(session, [one.openid for one in part])
        for one in part:
            member, name = members.get(one.openid, ("", ""))
            via, why = one.via or "", one.reason or ""
            yield Line(member, masked_name(name), via, one.status, why, one.settled_at)
        after = part[-1].openid
