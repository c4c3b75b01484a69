"""photo list and save: what workers answered with a picture, for staff who may see that worker."""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import By, allowed, with_database
from bot.commands.failures import fail
from bot.commands.files import write
from bot.platform import utc_now
from messages import photos
from messages.photos import Photo
from storage.base import CHINA
from storage.database import Database
from union import accesses, members, rights, staff
from union.rights import Right

app = typer.Typer(help="Photos that workers answered with.", no_args_is_help=True)


@app.command("list")
def show(by: By = "", as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False) -> None:
    """Those of workers whom that staff member may see, the oldest first."""

    async def _list(database: Database) -> list[Photo]:
        async with database.read() as session:
            someone = await allowed(session, by, Right.SEE, *await _home(session, by))
            found = await photos.listed(session)
            districts = {
                openid: await members.district_of(session, openid) for openid in {one.openid for one in found}
            }
            return [one for one in found if rights.may(someone, Right.SEE, districts[one.openid])]

    found = with_database(_list)
    if as_json:
        rows = [
            dict(zip(("number", "key", "form", "state", "sent"), _cells(one), strict=True)) for one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in found:
        typer.echo("\t".join(map(str, _cells(one))))
    typer.echo(f"{len(found)} photos")


@app.command()
def save(
    number: Annotated[int, typer.Argument(help="As listed")],
    file: Annotated[Path, typer.Argument(help="File to write")],
    by: By = "",
) -> None:
    """Write a photo to a file; it is written down who took it."""

    async def _take(database: Database) -> bytes | None:
        async with database.write() as session:
            found = await photos.content(session, number)
            if found is None:
                return None
            photo, content = found
            someone = await allowed(session, by, Right.SEE, await members.district_of(session, photo.openid))
            await accesses.log(session, someone.id, f"photo:{number}", "photo save", utc_now(), photo.openid)
            return content

    content = with_database(_take)
    if content is None:
        fail(f"there is no photo {number}, or it has not come yet")
    write(file, content)
    typer.echo(f"photo {number} is in {file}")


async def _home(session: AsyncSession, name: str) -> tuple[str, ...]:
    """Where somebody of a district may look."""
    try:
        return ((await staff.named(session, name)).district,)
    except staff.Unknown:
        return ()


def _cells(one: Photo) -> tuple[int, str, str, str, str]:
    at = one.sent_at.astimezone(CHINA)
    return one.id, one.key, one.form, one.state, f"{at:%Y-%m-%d %H:%M}"
