"""Health and figures, for whoever looks after the process and for nobody else."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import Bot, running
from bot.server import application, listen, readiness, serving
from bot.settings import Settings
from knowledge.matcher import Snapshot
from tests.postgres import Server
from wechat.simulator import Phone, Platform


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """These pages know nothing of engines."""
    return sqlite_url


async def test_a_process_says_that_it_lives(address: str, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{address}/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok")


async def test_a_process_says_that_it_can_answer(address: str, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{address}/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ready": True, "problem": None})


async def test_a_process_without_entries_is_not_ready(
    bot: Bot, address: str, http: aiohttp.ClientSession
) -> None:
    bot.library.knowledge.swap(Snapshot(()))
    async with http.get(f"{address}/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["problem"] == "the knowledge base is empty"


async def test_a_process_whose_database_is_away_is_alive_but_not_ready(
    settings: Settings, http: aiohttp.ClientSession
) -> None:
    own = Server()
    own.start()
    try:
        given = settings.model_copy(update={"database_url": await own.new_database()})
        async with running(given) as bot:
            assert await readiness(bot) is None
            own.stop("immediate")
            problem = await readiness(bot)
            assert problem is not None
            assert problem.startswith("the database is away")
            own.start()
            assert await readiness(bot) is None
    finally:
        own.remove()


async def test_figures_are_for_this_machine(address: str, http: aiohttp.ClientSession, phone: Phone) -> None:
    await phone.says("帮助")
    async with http.get(f"{address}/metrics") as answer:
        figures = await answer.text()
        assert answer.status == 200
    assert re.search(r'^unionbot_deliveries_total\{outcome="answered"\} [1-9]', figures, re.MULTILINE)
    assert phone.openid not in figures


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP"])
async def test_a_proxy_gets_no_figures_without_the_token(
    address: str, http: aiohttp.ClientSession, header: str
) -> None:
    async with http.get(f"{address}/metrics", headers={header: "192.0.2.7"}) as answer:
        assert answer.status == 403
        assert b"unionbot" not in await answer.read()


async def test_with_a_token_set_only_its_bearer_gets_figures(
    settings: Settings, http: aiohttp.ClientSession
) -> None:
    guarded = settings.model_copy(update={"metrics_token": SecretStr("令牌 of the tests")})
    listener = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with running(guarded) as bot, serving(application(bot), listener):
        for given, status in {
            "": 403,
            "Bearer wrong": 403,
            "Basic x": 403,
            "Bearer 令牌 of the tests": 200,
        }.items():
            headers = {"Authorization": given, "X-Forwarded-For": "192.0.2.7"}
            async with http.get(f"{address}/metrics", headers=headers) as answer:
                assert answer.status == status, given


async def test_a_worker_process_has_no_callback(bot: Bot, http: aiohttp.ClientSession) -> None:
    listener = listen("127.0.0.1", 0)
    async with serving(application(bot, "worker"), listener):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for path, status in {"/healthz": 200, "/readyz": 200, "/wechat": 404}.items():
            async with http.get(address + path) as answer:
                assert answer.status == status


@pytest.fixture
async def on_two_roles(settings: Settings, platform: Platform) -> AsyncIterator[tuple[Bot, Bot]]:
    listener = listen("127.0.0.1", 0)
    platform.callback = f"http://127.0.0.1:{listener.getsockname()[1]}/wechat"
    async with (
        running(settings, "web") as web,
        running(settings, "worker") as worker,
        serving(application(web, "web"), listener),
    ):
        yield web, worker


async def test_what_the_web_queues_the_worker_delivers(
    on_two_roles: tuple[Bot, Bot], platform: Platform
) -> None:
    phone = platform.phone()
    await phone.says("帮助")
    web, _ = on_two_roles
    queued = sa.text(
        "UPDATE messages SET status = 'queued', via = NULL, due_at = created_at WHERE direction = 'out'"
    )
    async with web.database.connect() as connection:
        await connection.execute(queued)
    line = await phone.hears("打字")
    assert line.via == "customer_service"


def test_an_address_of_version_six_can_be_listened_on() -> None:
    with listen("::1", 0) as listener:
        assert listener.getsockname()[0] == "::1"


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(OSError, match="assign"):
        listen("192.0.2.1", 0)
