"""menu publish: show the menu at the foot of the chat."""

import aiohttp
import typer

import handlers
from bot import menus
from bot.commands.console import By, allowed, run
from bot.commands.console import settings as read_settings
from bot.commands.failures import fail
from bot.platform import SharedTokenStore
from bot.settings import Misconfigured, Settings
from bot.tables import METADATA
from dialogue.routing import Router
from knowledge import contents
from knowledge.normal import normalise
from storage.database import Database, is_away
from storage.migrations import migrate
from union import staff
from union.rights import Right
from wechat.client import Client
from wechat.errors import WeChatError

app = typer.Typer(help="The menu at the foot of the chat.", no_args_is_help=True)


@app.callback()
def subject() -> None:
    """The menu at the foot of the chat."""


@app.command()
def publish(by: By = "") -> None:
    """Send handlers/menu.yaml to WeChat; phones show it within five minutes. Before there is a staff it takes nobody."""
    try:
        run(_publish(read_settings(), by))
    except (WeChatError, menus.UnknownKey, Misconfigured) as problem:
        fail(str(problem))
    except Exception as problem:
        if not is_away(problem):
            raise
        fail(f"the database cannot be reached ({type(problem).__name__})")
    typer.echo("published")


async def _publish(settings: Settings, by: str) -> None:
    buttons = menus.read(Router(handlers.discover(), normalise), contents.read().entries)
    database = Database(settings.database_url)
    try:
        await migrate(database, METADATA)
        async with database.read() as session:
            if by or await staff.everybody(session):
                await allowed(session, by, Right.OPERATE)
        async with aiohttp.ClientSession() as http:
            store = SharedTokenStore(database, settings.keyring(), settings.wechat_appid)
            secret = settings.wechat_secret.get_secret_value()
            await Client(http, settings.wechat_appid, secret, store, settings.wechat_api).publish_menu(
                buttons
            )
    finally:
        await database.close()
