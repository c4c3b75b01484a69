"""The menu is published as it stands in `handlers/menu.yaml`, and only when every key leads somewhere."""

import asyncio
import functools
from pathlib import Path

import pytest

import handlers
from bot import menus
from bot.app import Bot
from bot.platform import utc_now
from bot.settings import Settings
from dialogue.routing import Router
from knowledge import contents
from knowledge.normal import normalise
from tests.bot.shells import GOOD, Shell, written
from union import staff
from union.rights import Role
from wechat.calls.menus import Button
from wechat.simulator import Platform


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A menu knows nothing of engines."""
    return sqlite_url


def router() -> Router:
    return Router(handlers.discover(), normalise)


def keys(buttons: tuple[Button, ...]) -> list[str]:
    return [below.key for button in buttons for below in button.buttons]


def test_every_key_leads_somewhere() -> None:
    buttons = menus.read(router(), contents.read().entries)
    assert all(router().takes(key) for key in keys(buttons))
    assert {"HELP", "HUMAN"} <= set(keys(buttons))


def test_the_menu_is_within_the_limits_of_the_platform() -> None:
    buttons = menus.read(router(), contents.read().entries)
    assert 1 <= len(buttons) <= 3
    for button in buttons:
        assert 1 <= len(button.buttons) <= 5
        assert len(button.name.encode()) <= 16
        assert all(
            len(below.name.encode()) <= 60 and len(below.key.encode()) <= 128 for below in button.buttons
        )


def test_a_key_whose_entry_has_gone_stops_the_publishing() -> None:
    left = [entry for entry in contents.read().entries if entry.id != "join-how"]
    with pytest.raises(menus.UnknownKey, match=r"怎么加入工会.*ask:join-how"):
        menus.read(router(), left)


async def test_what_is_published_is_what_phones_show(bot: Bot, settings: Settings, tmp_path: Path) -> None:
    done = await asyncio.to_thread(Shell(tmp_path, written(settings)).forks, "menu", "publish")
    assert (done.returncode, done.stdout) == (0, "published\n"), done.stderr
    shown = await bot.client.read_menu()
    assert keys(shown) == keys(menus.read(router(), contents.read().entries))


async def test_once_there_is_a_staff_one_of_them_publishes(
    bot: Bot, settings: Settings, tmp_path: Path
) -> None:
    async with bot.database.write() as session:
        await staff.add(session, "管理员", {Role.ADMIN}, "", utc_now())
        await staff.add(session, "值班", {Role.DESK}, "", utc_now())
    publish = functools.partial(
        asyncio.to_thread, Shell(tmp_path, written(settings)).forks, "menu", "publish"
    )
    assert (await publish()).stderr == "say who does it: --as NAME\n"
    assert "may not operate" in (await publish("--as", "值班")).stderr
    assert (await publish("--as", "管理员")).stdout == "published\n"


async def test_what_hinders_the_publishing_is_said_in_one_line(
    settings: Settings, platform: Platform, tmp_path: Path, empty_url: str
) -> None:
    """On a database that was never migrated, as on the day an account is set up."""
    platform.fault("/cgi-bin/stable_token", errcode=40125)
    shell = Shell(tmp_path, written(settings.model_copy(update={"database_url": empty_url})))
    refused = await asyncio.to_thread(shell.forks, "menu", "publish")
    assert (refused.returncode, refused.stderr) == (1, "40125: invalid appsecret\n")


def test_a_database_out_of_reach_is_said_in_one_line(tmp_path: Path) -> None:
    shell = Shell(tmp_path, GOOD | {"DATABASE_URL": "postgresql://u:pass@127.0.0.1:9/x"})
    refused = shell.invokes("menu", "publish")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "the database cannot be reached" in refused.stderr
