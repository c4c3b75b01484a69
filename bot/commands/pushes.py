"""push list, history, run, pause and resume: what the clock does by itself, seen and stopped by hand."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

import scheduler
from bot.commands.console import By, Result, allowed, teller, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from scheduler import runs
from scheduler.clockwork import Clockwork
from scheduler.pushes import SHANGHAI, Push
from scheduler.runs import Run
from storage.database import Database
from union.rights import Right

app = typer.Typer(help="What the clock does by itself.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="As listed")]


@dataclass(frozen=True, slots=True)
class Standing:
    """A push with its next slot and what became of the last one."""

    push: Push
    next: datetime | None
    last: Run | None
    paused_by: str | None


@app.command("list")
def show(as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False) -> None:
    """Every push: when it strikes, what became of the last time, and whether it is stopped."""
    found = with_database(_standings)
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo("\t".join(f"{name} {value}" for name, value in _as_json(one).items() if value is not None))
    typer.echo(f"{len(found)} pushes")


@app.command()
def history(
    name: Name,
    limit: Annotated[int, typer.Option(min=1, help="How many")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """What became of its slots, the newest first: those that were missed in a standstill too."""
    push = _known(name)

    async def _history(database: Database) -> list[Run]:
        async with database.read() as session:
            return await runs.history(session, push.name, limit)

    found = [
        {"due": _shown(run.due), "outcome": str(run.outcome), "found": run.found, "reason": run.reason}
        for run in with_database(_history)
    ]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        typer.echo("\t".join(map(str, one.values())).rstrip())


@app.command("run")
def strike(name: Name, by: By) -> None:
    """Strike now, whatever the plan; what it tells workers is delivered by a running bot."""
    push = _known(name)

    async def _strike(database: Database) -> Run | None:
        async with database.read() as session:
            await allowed(session, by, Right.OPERATE)
        return await Clockwork(database, [push], teller(), utc_now).strike_now(name)

    run = with_database(_strike)
    if run is None:
        fail(f"{name} struck at this very moment: see `push list`")
    typer.echo(f"{name}: {run.outcome}, {run.found} found")


@app.command()
def pause(name: Name, by: By) -> None:
    """Stop a push in every process until it is resumed."""
    if not _changed(by, lambda session: runs.pause(session, _known(name).name, by, utc_now())):
        fail(f"{name} is paused already")
    typer.echo(f"{name} is paused")


@app.command()
def resume(name: Name, by: By) -> None:
    """Let a push strike again; what it did not do meanwhile is not made up for."""
    if not _changed(by, lambda session: runs.resume(session, _known(name).name)):
        fail(f"{name} is not paused")
    typer.echo(f"{name} strikes again")


def _known(name: str) -> Push:
    pushes = {push.name: push for push in scheduler.discover()}
    if name not in pushes:
        fail(f"there is no push {name}: {', '.join(pushes)}")
    return pushes[name]


def _changed(by: str, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    async def _work(database: Database) -> Result:
        async with database.write() as session:
            await allowed(session, by, Right.OPERATE)
            return await work(session)

    return with_database(_work)


async def _standings(database: Database) -> list[Standing]:
    async with database.read() as session:
        last, paused = await runs.last_runs(session), await runs.paused(session)
    now = utc_now()
    return [
        Standing(push, push.next_slot(now), last.get(push.name), paused.get(push.name))
        for push in scheduler.discover()
    ]


def _as_json(one: Standing) -> dict[str, Any]:
    return {
        "name": one.push.name,
        "cron": one.push.cron,
        "late": str(one.push.late),
        "next": _shown(one.next),
        "last": _shown(one.last.due if one.last else None),
        "outcome": one.last and one.last.outcome,
        "found": one.last and one.last.found,
        "reason": one.last and one.last.reason,
        "paused_by": one.paused_by,
    }


def _shown(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).isoformat(" ", "minutes")[:16] if moment else None
