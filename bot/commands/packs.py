"""pack add, list, open, close and redeem: first-come packs by command, until the console comes."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import AsJson, By, Result, allowed, list_out, local, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from storage.database import Database
from union import coupons, pack_plans, packs, places, sheets, staff
from union.coupons import Coupon, Refused
from union.course_sheets import work_called
from union.courses import Audience
from union.pack_plans import Count, Given, Plan, Unfit
from union.rights import Forbidden, Right

app = typer.Typer(help="Packs for whoever comes first, and their codes.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Code of the pack")]
_LISTED = timedelta(days=30)  # after the last day to redeem one


def _instant(typed: str, *, last: bool = False) -> datetime:
    """As in a workbook: a day alone is its beginning, or, as a `last` moment, its end."""
    try:
        found = (sheets.last_moment if last else sheets.moment)(typed.replace("T", " "))
    except sheets.Bad as bad:
        raise typer.BadParameter(str(bad)) from None
    if found is None:
        raise typer.BadParameter("is empty")
    return found


def _end(typed: str) -> datetime:
    return _instant(typed, last=True)


Since = Annotated[datetime | None, typer.Option(parser=_instant, help="China's time")]
Until = Annotated[datetime | None, typer.Option(parser=_end, help="China's time, a day with all its hours")]


@app.command()
def add(
    code: Code,
    title: Annotated[str, typer.Argument(help="What workers read")],
    amount: Annotated[int, typer.Option(min=1, help="How many there are")],
    place: Annotated[str, typer.Option(help="Where they are handed over")],
    until: Annotated[datetime, typer.Option(parser=_end, help="Taken until then; a day with all its hours")],
    by: By = "",
    since: Since = None,
    redeem_until: Until = None,
    details: Annotated[str, typer.Option(help="What is in it")] = "",
    district: Annotated[str, typer.Option(help="Whose district, empty for the city")] = "",
    work: Annotated[str, typer.Option(help="For this kind of work alone")] = "",
    for_all: Annotated[bool, typer.Option("--for-all", help="Not for members alone")] = False,
) -> None:
    """Give packs, or change those of a known code; who holds a code is told of another place or last day."""
    plan = Plan(
        code=code,
        title=title,
        amount=amount,
        opens_at=since or utc_now(),
        closes_at=until,
        redeem_until=redeem_until or until,
        place=place,
        details=details,
        district=_district(district),
        audience=Audience.ANYONE if for_all else Audience.MEMBERS,
        work=_work(work),
    )

    async def _add(session: AsyncSession) -> Given:
        done = await pack_plans.publish(session, plan, utc_now())
        await teller().tell(session, done.told, utc_now())
        return done

    done = _decide(code, by, _add, plan.district)
    out = f"; {done.out} codes are out, {len(done.told)} told" if done.out else ""
    typer.echo(f"{code} is {'there' if done.is_new else 'changed'}: {amount} packs{out}")


@app.command("list")
def show(as_json: AsJson = False) -> None:
    """Packs that can be had or redeemed, or could within thirty days: taken, redeemed, and how many there are."""
    list_out(with_database(_listed), "packs", as_json, _line, _as_json)


@app.command()
def close(code: Code, by: By = "") -> None:
    """Give out no more; codes that are out hold."""

    async def _close(session: AsyncSession) -> bool:
        return await pack_plans.close(session, code, utc_now())

    typer.echo(f"{code} " + ("is closed" if _decide(code, by, _close) else "was closed already"))


@app.command("open")
def reopen(code: Code, by: By = "") -> None:
    """Give them out again."""

    async def _open(session: AsyncSession) -> bool:
        return await pack_plans.reopen(session, code)

    typer.echo(f"{code} " + ("is open" if _decide(code, by, _open) else "was open already"))


@app.command()
def redeem(code: Annotated[str, typer.Argument(help="The worker's code")], by: By = "") -> None:
    """Hand a pack over, once; its owner is told."""

    async def _redeem(database: Database) -> Coupon:
        async with database.write() as session:
            if not by:
                fail("say who does it: --as NAME")
            someone = await staff.named(session, by)
            done, fact = await coupons.redeem(session, someone, code, utc_now())
            await teller().tell(session, [fact], utc_now())
            return done

    try:
        done = with_database(_redeem)
    except staff.Unknown as unknown:
        fail(f"{unknown} is not on the staff")
    except Forbidden as forbidden:
        fail(str(forbidden))
    except Refused as refused:
        fail(f"not possible: {refused}" + (f" at {local(refused.at)}" if refused.at else ""))
    typer.echo(f"{done.code}: hand over {done.pack.title}, number {done.number}")


def _decide(
    code: str, name: str, decision: Callable[[AsyncSession], Awaitable[Result]], district: str | None = None
) -> Result:
    """What a staff member does about a pack, in one transaction, or the end of the command with one line.

    They must have the right where the pack is, and in the `district` where it is to be.
    """

    async def _work(database: Database) -> Result:
        async with database.write() as session:
            known = await packs.find_code(session, code)
            where = set() if district is None else {district}
            where |= set() if known is None else {known.district}
            await allowed(session, name, Right.HOLD, *sorted(where))
            return await decision(session)

    try:
        return with_database(_work)
    except Unfit as unfit:
        fail(f"not possible: {unfit}")


async def _listed(database: Database) -> list[Count]:
    async with database.read() as session:
        return list(await pack_plans.counts(session, utc_now() - _LISTED))


def _district(name: str) -> str:
    found = {place.district for place in places.find(name)} if name else {""}
    if len(found) != 1:
        fail(f"{name} is not the name of one district")
    return found.pop()


def _work(name: str) -> str:
    key = work_called(name) if name else ""
    if name and not key:
        fail(f"{name} is not a kind of work")
    return key


def _line(one: Count) -> str:
    pack = one.pack
    state = "closed" if pack.closed else local(pack.closes_at)
    counts = f"{pack.amount - pack.left}/{pack.amount}\t{one.redeemed} redeemed"
    return f"{pack.code}\t{counts}\t{state}\t{pack.title}"


def _as_json(one: Count) -> dict[str, object]:
    pack = one.pack
    named = ("code", "title", "amount", "left", "district", "place", "audience", "work", "closed")
    times = {name: local(getattr(pack, name)) for name in ("opens_at", "closes_at", "redeem_until")}
    return {name: getattr(pack, name) for name in named} | times | {"redeemed": one.redeemed}
