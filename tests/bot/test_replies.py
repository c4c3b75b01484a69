"""Staff answer workers from the command line: who may, what is written down, and what the worker is sent."""

import asyncio
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import Bot
from bot.doctor import _desk
from bot.platform import utc_now
from bot.settings import Settings
from dialogue import desks
from storage.database import Database
from tests.bot.shells import Shell, written
from union import members, organisations, staff
from union.applications import Joining
from wechat.simulator import Phone, Platform


@pytest.fixture
def shell(settings: Settings, tmp_path: Path) -> Shell:
    """One in which somebody holds all rights."""
    shell = Shell(tmp_path, written(settings))
    assert shell.forks("staff", "add", "First", "--role", "admin").returncode == 0
    return shell


async def runs(shell: Shell, *words: str) -> str:
    done = await asyncio.to_thread(shell.forks, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def ticket(database: Database) -> str:
    async with database.read() as session:
        return str(await session.scalar(sa.text("SELECT max(id) FROM handovers")))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_ticket_from_the_call_to_its_end(bot: Bot, phone: Phone, shell: Shell) -> None:
    await phone.says("人工")
    number = await ticket(bot.database)
    await runs(shell, "staff", "add", "Desk One", "--role", "desk", "--as", "First")
    (row,) = json.loads(await runs(shell, "reply", "list", "--as", "Desk One", "--json"))
    assert str(row["ticket"]) == number
    await runs(shell, "reply", "send", number, "您好，请说", "--as", "Desk One")
    await phone.hears("【工作人员】您好，请说")
    lines = json.loads(await runs(shell, "reply", "show", number, "--as", "Desk One", "--json"))
    assert lines[0]["body"] == "人工"
    assert lines[-1]["from"] != "bot"
    async with bot.database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM accesses WHERE what = 'reply show'")) == 1
    await runs(shell, "reply", "close", number, "--as", "Desk One")
    await phone.hears("有没有帮到您")
    assert "0 open" in await runs(shell, "reply", "list", "--as", "Desk One")
    for words in (("send", number, "还在吗"), ("close", number), ("show", "999")):
        done = await asyncio.to_thread(shell.forks, "reply", *words, "--as", "Desk One")
        assert done.returncode == 1 and "ticket" in done.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_waits_can_be_called_back(bot: Bot, phone: Phone, shell: Shell) -> None:
    await phone.says("我叫陈大文，电话13800138000")  # before: for nobody at the desk
    await phone.says("人工")
    number = await ticket(bot.database)
    await phone.says("我叫陈大闻，打我电话13800138001", "老板欠薪三个月")
    shown = await runs(shell, "reply", "show", number, "--as", "First")
    assert "我叫陈**，打我电话138****8001" in shown
    assert [line for line in shown.splitlines() if line.startswith("unmasked")] == [
        "unmasked, to call back: 我叫陈大闻，打我电话13800138001"
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_hours_and_roster(bot: Bot, shell: Shell) -> None:
    await runs(shell, "staff", "add", "Desk One", "--role", "desk", "--as", "First")
    by = ("--as", "Desk One")
    assert "08:30-12:00 14:30-17:30" in await runs(shell, "reply", "hours", *by)
    assert "09:00-18:00" in await runs(shell, "reply", "hours", "09:00-18:00", *by)
    assert "2099-01-05\tDesk One" in await runs(shell, "reply", "duty", "2099-01-05", "Desk One", *by)
    off = await runs(shell, "reply", "duty", "2099-01-05", "Desk One", "--off", *by)
    assert off == "called now\tnobody: none of the desk has bound their WeChat\n"
    done = await asyncio.to_thread(shell.forks, "reply", "hours", "9-12", *by)
    assert (done.returncode, done.stderr.strip()) == (1, "9-12 is no shift: write it like 08:30-12:00")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_roster_says_who_can_be_called(bot: Bot, platform: Platform, shell: Shell) -> None:
    officer, by = platform.phone("值班员"), ("--as", "Desk One")
    await runs(shell, "staff", "add", "Desk One", "--role", "desk", "--as", "First")
    async with bot.database.write() as session:
        code = await staff.offer_code(session, "Desk One", utc_now())
        await staff.bind(session, code, officer.openid, utc_now())
    assert "called now\tDesk One\tcannot be reached" in await runs(shell, "reply", "duty", *by)
    assert (await _desk(bot.database, utc_now())).warning
    await officer.says("你好")
    assert "called now\tDesk One\tcan be reached" in await runs(shell, "reply", "duty", *by)
    assert (await _desk(bot.database, utc_now())).text == "1 of 1 who are called now can be reached by WeChat"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_only_who_may_speaks_with_workers(bot: Bot, phone: Phone, shell: Shell) -> None:
    await phone.says("人工")
    await runs(shell, "staff", "add", "Editor", "--role", "editor", "--as", "First")
    for who in ("Editor", "Nobody"):
        done = await asyncio.to_thread(shell.forks, "reply", "list", "--as", who)
        assert done.returncode == 1
        assert who in done.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_district_speaks_with_its_own_workers(bot: Bot, phone: Phone, shell: Shell) -> None:
    await phone.says("人工")
    number = await ticket(bot.database)
    for name, district in (("Here", "maonan"), ("There", "dianbai")):
        await runs(shell, "staff", "add", name, "--role", "desk", "--district", district, "--as", "First")
    assert "0 open" in await runs(shell, "reply", "list", "--as", "Here")  # nobody knows whose worker it is
    assert "1 open" in await runs(shell, "reply", "list", "--as", "First")
    async with bot.database.write() as session:
        await organisations.seed(session, utc_now(), samples=True)
        joining = Joining("open", "13800138000", "陈大文", "maonan:河东街道", "rider")
        await members.join(session, phone.openid, joining, utc_now())
    assert "1 open" in await runs(shell, "reply", "list", "--as", "Here")
    assert "人工" in await runs(shell, "reply", "show", number, "--as", "Here")
    assert "0 open" in await runs(shell, "reply", "list", "--as", "There")
    for words in (("show", number), ("send", number, "您好"), ("close", number)):
        done = await asyncio.to_thread(shell.forks, "reply", *words, "--as", "There")
        assert (done.returncode, done.stderr) == (1, "There may not reply in maonan, only in dianbai\n")
    for words in (("hours", "09:00-12:00"), ("duty", "2099-01-05", "Here")):
        done = await asyncio.to_thread(shell.forks, "reply", *words, "--as", "Here")
        assert (done.returncode, done.stderr) == (1, "Here may not reply, only in maonan\n")
    wrong = await asyncio.to_thread(shell.forks, "reply", "hours", "9-12", "--as", "First")
    assert wrong.stderr == "9-12 is no shift: write it like 08:30-12:00\n"


async def test_a_reply_silences_the_bot_on_either_engine(bot: Bot, phone: Phone) -> None:
    await phone.says("救命啊有人触电了")
    number = int(await ticket(bot.database))
    async with bot.database.write() as session:
        _, allowed = await desks.reply(session, number, "我们马上到", "7", utc_now())
    assert allowed
    assert await phone.says("好") == []
