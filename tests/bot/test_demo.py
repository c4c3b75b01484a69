"""The demo: everything on one port of this machine, and for nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo import WORKERS, NotThisMachine, playing
from messages.journal import messages
from wechat.simulator import Platform


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[tuple[Platform, str]]:
    async with playing("127.0.0.1", 0, tmp_path / "demo.sqlite3") as (_, platform, address):
        yield platform, address


async def test_a_worker_of_the_demo_is_answered(demo: tuple[Platform, str]) -> None:
    platform, _ = demo
    phone = platform.phone(WORKERS[0])
    (welcome,) = await phone.follows()
    assert "欢迎" in welcome.text
    await phone.says("怎么加入工会", hears="入会")


async def test_the_pages_of_bot_and_stand_in_share_the_address(
    demo: tuple[Platform, str], http: aiohttp.ClientSession
) -> None:
    _, address = demo
    for path, content in {
        "/phone/": "text/html",
        "/healthz": "text/plain",
        "/readyz": "application/json",
    }.items():
        async with http.get(address + path) as answer:
            assert (answer.status, answer.content_type) == (200, content)


async def test_the_menu_is_on_the_telephones(demo: tuple[Platform, str]) -> None:
    platform, _ = demo
    phone = platform.phone(WORKERS[1])
    await phone.follows()
    (answer,) = await phone.taps("HELP")
    assert "打字" in answer.text


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "::"])  # noqa: S104 - to be refused
async def test_the_demo_listens_on_no_address_that_others_reach(tmp_path: Path, host: str) -> None:
    with pytest.raises(NotThisMachine):
        async with playing(host, 0, tmp_path / "demo.sqlite3"):
            raise AssertionError("it listens")


@pytest.mark.parametrize("host", ["example.org", "bot.local", ""])
async def test_a_host_that_is_no_address_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(ValueError, match="address"):
        async with playing(host, 0, tmp_path / "demo.sqlite3"):
            raise AssertionError("it listens")


@pytest.mark.parametrize("host", ["localhost", "::1"])
async def test_every_name_of_this_machine_will_do(
    tmp_path: Path, host: str, http: aiohttp.ClientSession
) -> None:
    async with playing(host, 0, tmp_path / "demo.sqlite3") as (_, platform, address):
        async with http.get(f"{address}/phone/") as answer:
            assert answer.status == 200
        await platform.phone("工友").says("帮助", hears="打字")


async def test_a_browser_led_here_under_another_name_is_refused(
    demo: tuple[Platform, str], http: aiohttp.ClientSession
) -> None:
    _, address = demo
    port = address.rsplit(":", 1)[1]
    others = (
        "evil.example",
        f"evil.example:{port}",
        "192.0.2.7",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
    )
    for path in ("/phone/", "/simulator/sent", "/wechat", "/metrics", "/no/such/page"):
        for host in others:
            async with http.get(address + path, headers={"Host": host}) as answer:
                assert answer.status in (400, 403), (host, path)
        for host in (f"localhost:{port}", f"[::1]:{port}", "127.0.0.1"):
            async with http.get(address + path, headers={"Host": host}) as answer:
                assert answer.status != 403 or path == "/wechat", (host, path)  # which is not signed


async def test_the_demo_remembers_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        async with playing("127.0.0.1", 0, tmp_path / "demo.sqlite3") as (bot, platform, _):
            await platform.phone("工友").says("帮助")
            async with bot.database.read() as session:
                rows = (await session.execute(messages.select())).all()
    assert len(rows) == 4
