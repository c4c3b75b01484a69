"""broadcast draft, preview, recipients and tag: what is said, how it will look, and lists of whom it is for."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Annotated

import segno
import sqlalchemy as sa
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import files
from bot.commands.broadcasts.conduct import BROADCASTS, Number, app, attempted, decided, forecast_of
from bot.commands.console import By, allowed, local, with_database, with_platform
from bot.commands.failures import fail
from bot.commands.imports import Template
from bot.platform import WeChatChannel, utc_now
from dialogue.broadcasts import Draft, Forecast, Standing, Wordings
from messages import audiences, outbox
from messages.broadcasts import Kind
from messages.contacts import contacts
from messages.drafts import PICTURE_BYTES, readable
from messages.journal import Status
from messages.ports import DeliveryError, Future
from storage.base import CHINA
from storage.database import Database
from union import accesses, audience_words, recipient_sheets, rights, scenes, staff
from union.recipient_sheets import Named
from union.rights import Right, Staff
from union.sheets import Fault
from wechat.client import Client

_LASTS = timedelta(hours=48)
_MOMENTS = ["%Y-%m-%d %H:%M"]
Text = Annotated[
    str,
    typer.Option(
        help="What is said; of an article its description, beside a picture the words for those whom no picture can reach"
    ),
]
TextFile = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The same from a file")]
To = Annotated[
    list[str] | None,
    typer.Option(
        help="Whom, all of which must hold: everybody, district:maonan, work:rider, course:T-1, list:3 …, or staff's words for it"
    ),
]


@app.command()
def draft(
    by: By,
    to: To = None,
    text: Text = "",
    text_file: TextFile = None,
    name: Annotated[str, typer.Option(help="By which staff tell it from others")] = "",
    title: Annotated[str, typer.Option(help="Of an article")] = "",
    link: Annotated[str, typer.Option(help="What an article opens")] = "",
    picture: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JPEG or PNG, at most 2 MB")
    ] = None,
    qr: Annotated[str, typer.Option(help="Name of a code of `scene add`, sent as its picture")] = "",
    topic: Annotated[str, typer.Option(help="Of subscription notices that may carry it")] = "",
    safety: Annotated[bool, typer.Option(help="Urgent: sent in quiet hours too")] = False,
    mass: Annotated[bool, typer.Option(help="May use one of the month's four mass messages")] = False,
    start: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, help="Begins by itself then, when it is approved")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, help="Nothing is sent afterwards; else two days")
    ] = None,
    change: Annotated[int | None, typer.Option(help="Number of the broadcast to say this instead")] = None,
) -> None:
    """Write a broadcast, which a second person must approve; prints its number and how many it would reach."""
    said = files.text(text_file) if text_file else text
    shown_picture = _picture(picture) if picture else _code(qr, by) if qr else None
    kind = Kind.ARTICLE if title or link else Kind.PICTURE if shown_picture else Kind.TEXT
    begins, now = _instant(start), utc_now()
    wish = Draft(
        _conditions(to or []), said, _instant(until) or (begins or now) + _LASTS, name or (title or said)[:20], kind,
        title, link, shown_picture, topic, safety, mass, begins,
    )  # fmt: skip

    async def _draft(database: Database) -> tuple[Standing, Forecast]:
        async with database.write() as session:
            one = await staff.named(session, by)
            if change is None:
                its = await BROADCASTS.draft(session, one, wish, now)
            else:
                its = await BROADCASTS.change(session, one, change, wish, now)
        async with database.read() as session:
            return its, await BROADCASTS.forecast(session, its, now)

    typer.echo(forecast_of(*attempted(by, _draft)))


@app.command()
def preview(
    number: Number,
    by: By,
    send: Annotated[
        bool, typer.Option(help="Send it to their own WeChat too, as workers will see it")
    ] = False,
) -> None:
    """Show what workers will see, and when; who approves must have seen it."""
    its, one, ways = decided(by, lambda session, one: _looked(session, one, number))
    said = its.draft
    for what, words in {"title": said.title, "link": said.url, "text": said.text}.items():
        if words:
            typer.echo(f"{what}: {words}")
    if said.picture:
        typer.echo(f"picture: {len(said.picture)} bytes")
    for how, words in _by_route(ways).items():
        typer.echo(f"{how}: {words}")
    starts = f"not before {local(said.starts_at)}, " if said.starts_at else ""
    typer.echo(f"{starts}not after {local(said.until)}; edition {its.edition}, {its.state}")
    if send:
        _send(its, one)


def _send(its: Standing, one: Staff) -> None:
    openid = one.openid
    if openid is None:
        fail(f"{one.name} has not bound a WeChat: see `staff bind`")

    async def _show(database: Database, client: Client) -> None:
        try:
            await WeChatChannel(client).preview(openid, its.draft)
        except DeliveryError as failed:
            if failed.future is Future.UNKNOWN:
                await _spend(database, its, one, Status.UNKNOWN)
            raise
        await _spend(database, its, one, Status.SENT)

    try:
        with_platform(_show)
    except DeliveryError as problem:
        fail(problem.reason)
    typer.echo(f"sent to {one.name}")


async def _spend(database: Database, its: Standing, one: Staff, status: Status) -> None:
    """An article goes by customer service, which allows five to each; the others have a call of their own."""
    if its.draft.kind is Kind.ARTICLE:
        async with database.write() as session:
            await outbox.note(session, one.openid or "", readable(its.draft), status, utc_now(), one.id)


async def _looked(session: AsyncSession, one: Staff, number: int) -> tuple[Standing, Staff, Wordings]:
    its = await BROADCASTS.look(session, one, number, utc_now(), whole=True)
    return its, one, await BROADCASTS.wordings(session, its, utc_now())


def _by_route(ways: Wordings) -> dict[str, str]:
    """The very words of each route on which they are others."""
    found = {}
    if ways.notice is not None:
        rest = "" if ways.whole else " (cut)"
        found[f"by subscription notice{rest}"] = ", ".join(
            f"{name}={said}" for name, said in ways.notice.items()
        )
    if ways.mass is not None:
        found["by mass message, a text without picture"] = ways.mass
    if ways.answer is not None:
        found["with the next answer, a text"] = ways.answer
    return found


@app.command()
def recipients(
    by: By,
    file: Annotated[Path | None, typer.Argument(help="Workbook to read")] = None,
    template: Template = None,
    name: Annotated[str, typer.Option(help="By which staff tell the list from others")] = "",
) -> None:
    """Keep a list of people by member number, mobile or openid: all of a file, or with one unknown row nothing."""
    if template is not None:
        files.write(template, recipient_sheets.template())
        typer.echo(f"the headings are in {template}")
    if file is None:
        if template is None:
            fail("give a file to read, or --template FILE")
        return
    rows, faults = recipient_sheets.read(file)

    async def _keep(session: AsyncSession, one: Staff) -> tuple[int, Named, list[Fault]]:
        rights.demand(one, Right.BROADCAST, one.district)
        named, unknown = await recipient_sheets.look_up(session, rows)
        unknown += recipient_sheets.unknown(await _strangers(session, named), named)
        if faults or unknown:
            return 0, named, unknown
        openids = [*named.openids, *named.by_openid]
        number = await audiences.make_list(session, name or file.stem, openids, one.id, utc_now())
        await accesses.log(session, one.id, f"list:{number}", f"list of {len(openids)} recipients", utc_now())
        return number, named, []

    number, named, unknown = decided(by, _keep)
    if wrong := sorted([*faults, *unknown], key=lambda fault: fault.row):
        fail("\n".join(f"{file.name}: {fault}" for fault in wrong) + "\nnothing was kept")
    if named.without:
        typer.echo(f"{len(named.without)} have no WeChat that is known, such as row {named.without[0]}")
    typer.echo(f"list:{number} has {len({*named.openids, *named.by_openid})} people")


@app.command()
def tag(name: Annotated[str, typer.Argument(help="Of a tag of the account")], by: By) -> None:
    """Read who carries a tag on the platform now; `tag:NAME` means these until it is read again."""

    async def _keep(database: Database, client: Client) -> int:
        async with database.read() as session:
            one = await allowed(session, by, Right.BROADCAST)
        known = [each.id for each in await client.tags() if each.name == name]
        if not known:
            fail(f"the account has no tag {name}")
        openids: list[str] = []
        page = await client.tagged(known[0])
        while page.openids:
            openids += page.openids
            page = await client.tagged(known[0], page.after)
        async with database.write() as session:
            await audiences.keep_tag(session, name, openids, one.id, utc_now())
        return len(openids)

    typer.echo(f"tag:{name} has {with_platform(_keep)} people")


async def _strangers(session: AsyncSession, named: Named) -> set[str]:
    """Who was given by an openid that never came by."""
    given, known = sorted(named.by_openid), set()
    for at in range(0, len(given), 500):
        part = given[at : at + 500]
        known |= set(await session.scalars(sa.select(contacts.c.openid).where(contacts.c.openid.in_(part))))
    return set(given) - known


def _conditions(to: list[str]) -> tuple[str, ...]:
    """As they are, or read from the words that staff use in the chat."""
    read = [(one, audience_words.read(one)) for one in to]
    return tuple(
        condition for one, (found, rest) in read for condition in (found if found and not rest else (one,))
    )


def _picture(file: Path) -> bytes:
    if file.stat().st_size > PICTURE_BYTES:
        fail(f"{file.name} has {file.stat().st_size} bytes, at most {PICTURE_BYTES}")
    return file.read_bytes()


def _code(name: str, by: str) -> bytes:
    """The picture of a code of ours."""

    async def _known(database: Database) -> bool:
        async with database.read() as session:
            one = await staff.named(session, by)
            rights.demand(one, Right.BROADCAST, one.district)
            return any(one.scene.name == name for one in await scenes.count(session))

    if not with_database(_known):
        fail(f"{name} was never added")
    address = with_platform(lambda _, client: client.qr_code(scenes.PREFIX + name)).url
    drawn = BytesIO()
    segno.make(address, micro=False).save(drawn, kind="png", scale=12, border=4)
    return drawn.getvalue()


def _instant(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=CHINA)
