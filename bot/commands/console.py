"""How commands speak: errors in one line, asynchronous work on the fastest loop."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import aiohttp
import typer
import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

import handlers
from bot.commands.failures import fail
from bot.platform import SharedTokenStore
from bot.settings import Misconfigured, Settings, load
from bot.tables import METADATA
from dialogue import Teller
from dialogue.occupations import work_of
from dialogue.routing import Router
from knowledge.normal import normalise
from storage.base import CHINA
from storage.database import Database, is_away
from storage.migrations import migrate
from union import rights, staff, work_words
from union.rights import Forbidden, Right, Staff
from wechat.client import Client
from wechat.errors import WeChatError

Result = TypeVar("Result")
One = TypeVar("One")
By = Annotated[str, typer.Option("--as", help="The staff member who does it")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs")]


def settings() -> Settings:
    """The settings, or the end of the command with the line that says what is wrong with them."""
    try:
        return load()
    except Misconfigured as problem:
        fail(f"not configured: {problem}")


def kind_of_work(said: str) -> str:
    """The key of a kind of work by itself or in words, or the end of the command with the line that names them all."""
    return work_words.called(said) or fail(f"{said} is no kind of work: {', '.join(work_words.HEARD)}")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Do the work on an up-to-date database, or end with one line."""
    given = settings()

    async def _work() -> Result:
        database = Database(given.database_url, given.keyring())
        try:
            await migrate(database, METADATA)
            return await work(database)
        finally:
            await database.close()

    try:
        return run(_work())
    except Misconfigured as problem:
        fail(f"not configured: {problem}")
    except Exception as problem:
        if not is_away(problem):
            raise
        fail(f"the database cannot be reached ({type(problem).__name__})")


def with_platform(work: Callable[[Database, Client], Awaitable[Result]]) -> Result:
    """The same with the platform at hand; what it refuses ends the command with one line."""
    given = settings()

    async def _work(database: Database) -> Result:
        async with aiohttp.ClientSession() as http:
            store = SharedTokenStore(database, given.keyring(), given.wechat_appid)
            secret = given.wechat_secret.get_secret_value()
            return await work(database, Client(http, given.wechat_appid, secret, store, given.wechat_api))

    try:
        return with_database(_work)
    except WeChatError as problem:
        fail(str(problem))


async def allowed(session: AsyncSession, name: str, right: Right, *districts: str) -> Staff:
    """The staff member of that name, if they may do it in each of the districts (none: for the city), or one line."""
    if not name:
        fail("say who does it: --as NAME")
    try:
        someone = await staff.named(session, name)
        for district in districts or ("",):
            rights.demand(someone, right, district)
    except staff.Unknown:
        fail(f"{name} is not on the staff")
    except Forbidden as forbidden:
        fail(str(forbidden))
    return someone


def list_out(
    found: Sequence[One], what: str, as_json: bool, line: Callable[[One], str], row: Callable[[One], object]
) -> None:
    """What was found: for people a line each and how many there are, for programs one array of rows."""
    if as_json:
        typer.echo(json.dumps([row(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(line(one))
    typer.echo(f"{len(found)} {what}")


def local(instant: datetime) -> str:
    """China's time, as commands show it."""
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M}"


def teller() -> Teller:
    """Words and queues what workers are told; a running process sends it."""
    return Teller(Router(handlers.discover(), normalise).wordings, work_of)
