"""broadcast: written, looked at, approved by a second person, launched, followed, and its result taken."""

import json
import sqlite3
from contextlib import chdir
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner
from xlsxwriter import Workbook

from bot.commands.broadcasts import conduct
from bot.commands.console import run
from bot.platform import utc_now
from dialogue.answers import masked_name
from messages import contacts
from messages.audiences import Audiences
from messages.contacts import Sighting
from messages.expansion import Expansion
from messages.masses import mass_sends
from storage.base import Base
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from storage.migrations import migrate
from tests.bot.shells import GOOD, Shell
from tests.conftest import KEYS
from tests.union.conftest import RIDER
from union import accesses, approvals, members, organisations, staff
from union.audiences import QUERIES
from union.rights import Role, Staff

ONE, TWO = ("--as", "写稿人"), ("--as", "审稿人")
NOW = utc_now() - timedelta(hours=1)
LATEST = f"{NOW + timedelta(days=9):%Y-%m-%d %H:%M}"
FOLLOWERS = ["o-rider", "o-driver", "o-guest"]


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """Two who may write and approve, one of a district, one at the desk; two members and a guest follow."""
    made = Shell(tmp_path, GOOD | {"DATABASE_URL": database_url})
    run(_people(database_url))
    return made


async def _people(url: str) -> None:
    database = Database(url, Keyring(parse_keys(KEYS)))
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await organisations.seed(session, NOW)
        officer = await staff.add(session, "写稿人", {Role.OFFICER}, "", NOW)
        approver = await staff.add(session, "审稿人", {Role.APPROVER}, "", NOW)
        await staff.add(session, "茂南经办", {Role.OFFICER}, "maonan", NOW)
        await staff.add(session, "值班", {Role.DESK}, "", NOW)
        for number, (openid, place, work) in enumerate(
            (("o-rider", "maonan", "rider"), ("o-driver", "gaozhou", "driver"), ("o-gone", "maonan", "rider"))
        ):
            joining = replace(RIDER, mobile=f"1380013800{number}", place=place, work=work, scene="")
            fact = await members.join(session, openid, joining, NOW)
            for edition, decides in ((1, officer), (2, approver)):
                await approvals.approve(session, fact.application_id, edition, decides, NOW)
    async with database.connect() as connection:
        await contacts.note(connection, [Sighting(one, NOW, follows=True) for one in FOLLOWERS])
    await database.close()


async def _expand(url: str) -> None:
    database = Database(url, Keyring(parse_keys(KEYS)))
    expansion = Expansion(database, Audiences(QUERIES), utc_now)
    while await expansion.move():
        continue
    await database.close()


def says(shell: Shell, *arguments: str) -> str:
    done = shell.invokes("broadcast", *arguments)
    assert (done.exit_code, done.stderr) == (0, ""), done.stderr
    return done.stdout


def refused(shell: Shell, *arguments: str) -> str:
    done = shell.invokes("broadcast", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    return done.stderr.strip()


def test_from_the_draft_to_the_result(shell: Shell, database_url: str) -> None:
    drafted = says(shell, "draft", "--to", "everybody", "--text", "明天发西瓜", *ONE)
    assert drafted.splitlines() == [
        "1, edition 1: 全体",
        "3\tpeople who follow",
        "0\tby customer-service message now",
        "0\tby subscription notice",
        "0\tby mass message",
        "3\twith the next answer to them",
        "0\tnot reachable",
        "costs 0 credits, 0 consents, none of the month's four",
    ]
    assert says(shell, "dry-run", "1", *TWO) == drafted
    assert "look at it first" in refused(shell, "approve", "1", *TWO)
    assert "text: 明天发西瓜\nnot after " in says(shell, "preview", "1", *TWO)
    assert "who wrote or changed it cannot approve it" in refused(shell, "approve", "1", *ONE)
    assert "not possible while it is draft" in refused(shell, "launch", "1", *ONE)
    assert says(shell, "approve", "1", *TWO) == "1 is approved; `broadcast launch 1` begins it\n"
    assert says(shell, "launch", "1", *ONE) == "1 is running\n"
    run(_expand(database_url))
    assert says(shell, "pause", "1", "--reason", "写错了字", *TWO) == "1 is paused\n"
    assert says(shell, "resume", "1", *ONE) == "1 goes on\n"
    assert says(shell, "list", *ONE) == "1\trunning\t全体\t明天发西瓜\n1 broadcasts\n"
    status = json.loads(says(shell, "status", "1", "--json", *ONE))
    assert (status["state"], status["audience"], status["states"]) == (
        "running",
        ["everybody"],
        {"queued": 3},
    )
    assert [(step["what"], step["by"]) for step in status["steps"] if step["what"] != "seen"] == [
        ("drafted", "写稿人"),
        ("approved", "审稿人"),
        ("launched", "写稿人"),
        ("paused", "审稿人"),
        ("resumed", "写稿人"),
    ]
    assert "3\tqueued" in says(shell, "status", "1", *TWO)
    assert says(shell, "result", "1", "--file", "result.xlsx", *ONE) == "3 recipients are in result.xlsx\n"
    with CalamineWorkbook.from_path(shell.folder / "result.xlsx") as book:
        about, counts, people = (book.get_sheet_by_index(at).to_python() for at in (0, 1, 2))
    told = {row[0]: row[1] for row in about}
    assert (told["编号"], told["内容"], told["发给谁"]) == ("1", "明天发西瓜", "全体")
    assert (told["谁写的"], told["谁批准的"], told["状态"]) == ("写稿人", "审稿人", "正在发")
    assert str(told["最晚"]) > str(told["开始"])
    assert "链接" not in told
    begins = next(at for at, row in enumerate(about) if row[0] == "时间")
    deeds = [row[1:] for row in about[begins + 1 :] if row[1] != "看过"]
    assert [row[:2] for row in deeds] == [
        ["写好", "写稿人"], ["批准", "审稿人"], ["开始发", "写稿人"], ["暂停", "审稿人"], ["继续", "写稿人"],
    ]  # fmt: skip
    assert deeds[3][2] == "写错了字"
    assert counts == [["排队", "", 3.0]]
    assert people[0] == ["序号", "会员编号", "姓名", "方式", "结果", "原因", "时间"]
    numbers = [row[1] for row in people[1:]]
    assert sum(bool(number) for number in numbers) == 2
    assert sorted(row[2] for row in people[1:]) == ["", *[masked_name(RIDER.name)] * 2]
    assert RIDER.name not in str(people)
    assert not any(openid in str(people) for openid in FOLLOWERS)
    assert "exists already" in refused(shell, "result", "1", "--file", "result.xlsx", *ONE)
    assert says(shell, "stop", "1", *ONE) == "1 is stopped\n"
    assert says(shell, "list", *ONE) == "0 broadcasts\n"
    assert run(_looks(database_url)) == ["result of a broadcast"]


async def _looks(url: str) -> list[str]:
    database = Database(url, Keyring(parse_keys(KEYS)))
    async with database.read() as session:
        found = [
            one.what for one in await accesses.recent(session, NOW) if one.subject.startswith("broadcast")
        ]
    await database.close()
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_only_looks_keeps_no_writer_waiting(shell: Shell, database_url: str) -> None:
    says(shell, "draft", "--to", "everybody", "--text", "一", *ONE)
    file = database_url.removeprefix("sqlite:///")

    async def writes(session: AsyncSession, one: Staff) -> str:
        its = await conduct.BROADCASTS.standing(session, one, 1)
        with sqlite3.connect(file, timeout=0, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        return its.draft.text

    with chdir(shell.folder), CliRunner(env=shell.environment).isolation():
        assert conduct.seen(ONE[1], writes) == "一"


def test_the_approver_reads_the_words_of_each_route(shell: Shell) -> None:
    said = ("--text", "看看怎么领", "--title", "发西瓜", "--link", "https://example.org/melon", "--mass")
    says(shell, "draft", "--to", "everybody", *said, *ONE)
    shown = says(shell, "preview", "1", *TWO)
    text = "发西瓜\n看看怎么领\nhttps://example.org/melon"
    assert f"by mass message, a text without picture: {text}\nwith the next answer, a text: {text}\n" in shown


async def _reported(url: str) -> None:
    """Of six, one has left, two were filtered and one was missed."""
    database = Database(url)
    async with database.connect() as connection:
        row = {
            "broadcast_id": 1, "client_id": "c1", "people": 6, "state": "finished", "created_at": NOW, "tries": 1,
            "total": 6, "filtered": 3, "reached": 2, "failed": 1, "gone": 1,
        }  # fmt: skip
        await connection.execute(sa.insert(mass_sends).values(row))
    await database.close()


def test_whom_mass_messages_did_not_reach_is_told_by_number(shell: Shell, database_url: str) -> None:
    says(shell, "draft", "--to", "everybody", "--text", "一", *ONE)
    run(_reported(database_url))
    told = says(shell, "status", "1", *ONE)
    assert "2\tfiltered by the platform's count of mass sends, which names nobody\n1\tfailed by" in told
    assert json.loads(says(shell, "status", "1", "--json", *ONE))["unnamed"] == {"filtered": 2, "failed": 1}
    says(shell, "result", "1", "--file", "result.xlsx", *ONE)
    with CalamineWorkbook.from_path(shell.folder / "result.xlsx") as book:
        assert book.get_sheet_by_name("汇总").to_python() == [
            ["平台报告：过滤（无法知道是谁）", "群发", 2.0],
            ["平台报告：失败（无法知道是谁）", "群发", 1.0],
        ]


def test_a_change_needs_a_new_approval(shell: Shell) -> None:
    says(shell, "draft", "--to", "茂南 骑手", "--text", "一", *ONE)
    says(shell, "preview", "1", *TWO)
    says(shell, "approve", "1", *TWO)
    changed = says(shell, "draft", "--change", "1", "--to", "work:rider", "--text", "二", *ONE)
    assert changed.startswith("1, edition 2: 外卖骑手\n1\tpeople who follow\n")
    assert "1\tnot reachable" in changed
    assert "not possible while it is draft" in refused(shell, "launch", "1", *ONE)
    assert "it was changed after you saw it" in refused(shell, "approve", "1", "--edition", "1", *TWO)
    assert "look at it first" in refused(shell, "approve", "1", "--edition", "2", *TWO)
    says(shell, "preview", "1", *TWO)
    says(shell, "approve", "1", "--edition", "2", *TWO)


def test_who_may_not_is_told_so_in_a_line(shell: Shell) -> None:
    text = ("--text", "一")
    district = ("--as", "茂南经办")
    told = "茂南经办 may not broadcast"
    assert refused(shell, "draft", "--to", "everybody", *text, *district) == f"{told}, only in maonan"
    assert refused(shell, "draft", "--to", "高州", *text, *district) == f"{told} in gaozhou, only in maonan"
    assert "1\tpeople" in says(shell, "draft", "--to", "茂南", *text, *district)
    says(shell, "draft", "--to", "everybody", *text, *ONE)
    for command in ("preview", "dry-run", "status", "approve", "launch", "pause", "resume", "stop"):
        assert refused(shell, command, "2", *district) == f"{told}, only in maonan"
    assert says(shell, "list", *district).endswith("1 broadcasts\n")
    assert refused(shell, "draft", "--to", "everybody", *text, "--as", "值班") == "值班 may not broadcast"
    assert (
        refused(shell, "draft", "--to", "everybody", *text, "--as", "没这个人")
        == "没这个人 is not on the staff"
    )
    assert refused(shell, "status", "9", *ONE) == "broadcast 9: there is none of that number"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--text", "一"), "say who it is for"),
        (("--to", "隔壁"), "“隔壁” is none of"),
        (("--to", "district:guangzhou", "--text", "一"), "district: there is no guangzhou"),
        (
            ("--to", "district:maonan", "--to", "district:gaozhou", "--text", "一"),
            "no worker is in two districts",
        ),
        (("--to", "list:4", "--text", "一"), "there is no list 4"),
        (("--to", "everybody"), "the text is empty"),
        (("--to", "everybody", "--text", "响\x07"), "the text holds control characters"),
        (("--to", "everybody", "--text", "一", "--title", "题"), "the link is not an address"),
        (
            ("--to", "everybody", "--text", "一", "--picture", "text.png"),
            "the picture is neither JPEG nor PNG",
        ),
        (
            ("--to", "everybody", "--text", "一", "--until", "2020-01-01 10:00"),
            "the latest time is over already",
        ),
        (
            ("--to", "everybody", "--text", "一", "--start", "2020-01-01 10:00", "--until", LATEST),
            "the time to begin is over already",
        ),
        (
            ("--to", "everybody", "--text", "一", "--topic", "notice"),
            "topic: there is no notice, neither jobs",
        ),
        (("--to", "everybody", "--text-file", "text.bin"), "no text in UTF-8 or GB18030"),
        (("--to", "everybody", "--text", "一", "--qr", "no-such"), "no-such was never added"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(shell: Shell, arguments: tuple[str, ...], says: str) -> None:
    (shell.folder / "text.png").write_text("no picture")
    (shell.folder / "text.bin").write_bytes(b"\xff\xff\xff")
    assert says in refused(shell, "draft", *arguments, *ONE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_is_read_as_it_was_saved(shell: Shell, encoding: str) -> None:
    (shell.folder / "melon.txt").write_text("明天发西瓜\n", encoding=encoding)
    says(shell, "draft", "--to", "everybody", "--text-file", "melon.txt", "--topic", "notices", *ONE)
    assert "text: 明天发西瓜\nnot after" in says(shell, "preview", "1", *TWO)


def test_a_result_that_cannot_be_written_is_no_look(shell: Shell, database_url: str) -> None:
    says(shell, "draft", "--to", "everybody", "--text", "一", *ONE)
    told = refused(shell, "result", "1", "--file", "nowhere/result.xlsx", *ONE)
    assert told == "nowhere/result.xlsx: No such file or directory"
    assert "none of that number" in refused(shell, "result", "9", "--file", "result.xlsx", *ONE)
    assert not (shell.folder / "result.xlsx").exists()
    assert run(_looks(database_url)) == []


def test_a_list_by_excel_is_kept_whole_or_not_at_all(shell: Shell) -> None:
    assert says(shell, "recipients", "--template", "list.xlsx", *ONE) == "the headings are in list.xlsx\n"
    file = shell.folder / "people.xlsx"
    fill(
        file,
        ("", "13800138000", ""),
        ("", "", "o-guest"),
        ("M-0", "", ""),
        ("", "13900139000", ""),
        ("", "", "o-?"),
        ("1", "2", ""),
    )
    assert refused(shell, "recipients", "people.xlsx", *ONE).splitlines() == [
        "people.xlsx: row 4, column 会员编号: M-0 is no member's",
        "people.xlsx: row 5, column 手机号: 139****9000 is no member's",
        "people.xlsx: row 6, column openid: o-?… never came by",
        "people.xlsx: row 7: names somebody twice: fill in one column",
        "nothing was kept",
    ]
    file.unlink()
    fill(file, ("", "13800138000", ""), ("", "", "o-guest"), ("", "13800138001", ""), ("", "", "o-guest"))
    assert says(shell, "recipients", "people.xlsx", *ONE) == "list:1 has 3 people\n"
    assert "3\tpeople who follow" in says(shell, "draft", "--to", "list:1", "--text", "一", *ONE)
    assert "1\tpeople who follow" in says(
        shell, "draft", "--to", "名单1", "--to", "茂南", "--text", "一", *ONE
    )


def fill(file: Path, *rows: tuple[str, str, str]) -> None:
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((("会员编号", "手机号", "openid"), *rows)):
            sheet.write_row(at, 0, row)
