"""The house in small: a database, the stand-in for WeChat, the bot behind its own door, and telephones."""

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import settings as properties
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr

from bot.app import Bot, running
from bot.logs import configure
from bot.server import application, listen, serving
from bot.settings import Settings
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests.clocks import UNHURRIED
from tests.leaks import KEYS as KEYS
from tests.moulds import Databases, Engine, Files, Moulds
from tests.postgres import Server
from tests.sharing import pytest_xdist_make_scheduler  # noqa: F401 - a hook, which pytest finds here
from tests.watching import pytest_runtest_makereport  # noqa: F401 - a hook, which pytest finds here
from wechat.simulator import Account, Phone, Platform

ACCOUNT = Account(
    appid="wx00000000000000a1",
    secret="a-secret-of-the-tests",
    token="tokenOfTheTests",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
CHROMIUM = (
    # Root, as in a container, has no sandbox; the others keep the browser from calling home.
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

configure()
# One tree has one outcome: only `make soak` tries what no run before it has tried, and much more of it.
properties.register_profile("suite", max_examples=50, derandomize=True, deadline=None)
properties.register_profile("soak", max_examples=2000, deadline=None)
properties.load_profile("soak" if os.environ.get("SOAK") else "suite")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def moulds() -> Moulds:
    return Moulds()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(
    request: pytest.FixtureRequest, moulds: Moulds, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A database of each engine in turn: with every table, and for a bot with the content too.

    That a bot makes all this itself of an empty one is shown in tests/storage and tests/crash.
    """
    if request.param == "sqlite":
        engine: Engine = Files(tmp_path_factory.getbasetemp(), tmp_path)
    else:
        engine = Databases(request.getfixturevalue("postgres"))
    return await moulds.cast(engine, opened="bot" in request.fixturenames)


@pytest.fixture
async def empty_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """A database of the same engine in which there is nothing."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/empty.sqlite3"
    server: Server = request.getfixturevalue("postgres")
    return await server.new_database()


@pytest.fixture
async def sqlite_url(
    request: pytest.FixtureRequest, moulds: Moulds, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The same for tests of what knows nothing of engines."""
    files = Files(tmp_path_factory.getbasetemp(), tmp_path)
    return await moulds.cast(files, opened="bot" in request.fixturenames)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, Keyring(parse_keys(KEYS)))
    yield opened
    await opened.close()


@pytest.fixture(params=["safe"])
def account(request: pytest.FixtureRequest) -> Account:
    """The account in safe mode; a test may ask for other modes by indirect parameters."""
    return Account(ACCOUNT.appid, ACCOUNT.secret, ACCOUNT.token, ACCOUNT.aes_key, mode=request.param)


@pytest.fixture
async def platform(account: Account) -> AsyncIterator[Platform]:
    """The stand-in on a port of its own; `platform.address` is its base address."""
    stand_in = Platform(account)
    app = web.Application()
    stand_in.install(app)
    listener = listen("127.0.0.1", 0)
    async with serving(app, listener):
        app_address[stand_in] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield stand_in
        del app_address[stand_in]


@pytest.fixture(scope="session")
def chromium_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One browser for all tests of this process, each of which has a profile of its own in it."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium on this machine, and nobody who may install it")
    folder = tmp_path_factory.mktemp("chromium")
    options = ("--remote-debugging-port=0", f"--user-data-dir={folder}")
    with (folder / "said").open("w") as said:
        browser = subprocess.Popen([found, *CHROMIUM, *options], stdout=said, stderr=said)
    port = folder / "DevToolsActivePort"
    end = time.monotonic() + 60
    while not (port.exists() and port.read_text().count("\n")):
        assert time.monotonic() < end and browser.poll() is None, (folder / "said").read_text()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port.read_text().split()[0]}"
    browser.terminate()
    browser.wait(30)


@pytest.fixture
async def chromium(chromium_address: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # A busy machine took longer than the usual half a minute.
        browser = await playwright.chromium.connect_over_cdp(chromium_address, timeout=120_000)
        yield browser
        await browser.close()


app_address: dict[Platform, str] = {}


@pytest.fixture
def settings(platform: Platform, database_url: str) -> Settings:
    return settings_of(platform, database_url)


def settings_of(platform: Platform, database_url: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database_url,
        data_keys=SecretStr(KEYS),
        wechat_appid=platform.account.appid,
        wechat_secret=SecretStr(platform.account.secret),
        wechat_token=SecretStr(platform.account.token),
        wechat_aes_key=SecretStr(platform.account.aes_key),
        wechat_api=app_address[platform],
    )


@pytest.fixture
async def bot(settings: Settings, platform: Platform) -> AsyncIterator[Bot]:
    """The shipped process, in this one, answering on a real port."""
    listener = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    platform.callback = f"{address}/wechat"
    settings = settings.model_copy(update={"public_url": address})
    async with running(settings, pace=UNHURRIED) as assembled, serving(application(assembled), listener):
        yield assembled


@pytest.fixture
def phone(bot: Bot, platform: Platform) -> Phone:
    return platform.phone("陈师傅")
