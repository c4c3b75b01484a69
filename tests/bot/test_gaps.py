"""The commands by which an operator learns from what workers asked, and sees what is due."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import reach
from bot.library import CHINA
from bot.platform import utc_now
from knowledge import evidence, store, trials
from knowledge.entries import Content, Entry, Fact
from knowledge.evidence import Evidence, Kind
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from tests.bot.shells import GOOD, Shell
from tests.conftest import KEYS
from union import staff
from union.rights import Role

AS = ("--as", "编辑")
TODAY = utc_now().astimezone(CHINA).date()
OPENID = "oWorker0000000000000000000001"
# Nobody asks a union for animals: with these no golden question gets better or worse by chance.
JOIN = Entry(
    "join-how",
    "join-how",
    "麒麟貔貅",
    ("貔貅",),
    "回复“入会”。",
    "章程第一条",
    TODAY - timedelta(days=300),
    TODAY - timedelta(days=300),
    TODAY + timedelta(days=200),
    "组织部",
    "全市",
    "职工",
)
COST = replace(
    JOIN,
    id="join-cost",
    topic="join-cost",
    question="饕餮穷奇",
    phrasings=("穷奇",),
    review_by=TODAY - timedelta(days=1),
    owner="财务部",
)
HALL = Fact("hall-address", "服务大厅地址", otherwise="请打 12351", owner="办公室")
SHOWN = (
    Evidence("o1", Kind.MISSED, "鹦鹉鳄鱼蜥蜴", "join-how", 0.01),
    Evidence(OPENID, Kind.OFFERED, "鹦鹉\n鳄鱼蜥蜴？", "join-how", 0.1),
    Evidence(OPENID, Kind.PICKED, entry="join-cost", certainty=1.0),
    Evidence("o2", Kind.MISSED, "蝙蝠"),
)


@pytest.fixture
async def shell(database_url: str, tmp_path: Path) -> Shell:
    """An operator of a bot that has been asked some things."""
    database = Database(database_url, Keyring(parse_keys(KEYS)))
    await reach(database)
    async with database.write() as session:
        await store.seed(session, Content((JOIN, COST), (HALL,)))
        await staff.add(session, AS[1], {Role.EDITOR}, "", utc_now())
        await staff.add(session, "经办", {Role.OFFICER}, "", utc_now())
    async with database.connect() as connection:
        await evidence.enter(connection, SHOWN, utc_now())
    await database.close()
    return Shell(tmp_path, GOOD | {"DATABASE_URL": database_url})


def test_gaps_are_read_by_people(shell: Shell) -> None:
    done = shell.invokes("knowledge", "gaps")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 times: 1 missed, 1 offered, 0 did not help\n      2  鹦鹉鳄鱼蜥蜴\n" in done.stdout
    assert "1 [join-cost]" in done.stdout
    assert "[join-" in done.stdout.partition("nearest")[2]
    assert done.stdout.endswith("2 gaps in 30 days\n")
    assert OPENID not in done.stdout


def test_gaps_are_read_by_programs(shell: Shell) -> None:
    done = shell.invokes("knowledge", "gaps", "--json")
    parrots, bats = json.loads(done.stdout)
    assert parrots["questions"] == [{"text": "鹦鹉鳄鱼蜥蜴", "times": 2}]
    assert (parrots["times"], parrots["missed"], parrots["offered"], parrots["unhelpful"]) == (2, 1, 1, 0)
    assert parrots["picked"] == {"join-cost": 1}
    assert len(parrots["rows"]) == 3
    assert set(parrots["nearest"]) == {"entry", "question", "certainty"}
    assert bats["times"] == 1
    assert OPENID not in done.stdout


def test_what_is_learnt_is_no_gap_any_more(shell: Shell) -> None:
    done = shell.invokes("knowledge", "learn", "join-cost", "鹦鹉鳄鱼蜥蜴", "--as", "经办")
    assert (done.exit_code, done.stderr) == (1, "经办 may not edit\n")
    done = shell.invokes("knowledge", "learn", "join-cost", "鹦鹉鳄鱼蜥蜴", "鳄鱼鹦鹉", *AS)
    assert (done.exit_code, done.stdout) == (0, "phrasings added to join-cost: 2\n"), done.stderr
    (bats,) = json.loads(shell.invokes("knowledge", "gaps", "--json").stdout)
    assert bats["questions"] == [{"text": "蝙蝠", "times": 1}]


def test_what_must_not_be_learnt_is_refused_with_the_reason(shell: Shell) -> None:
    golden = next(one.text for one in trials.read_questions(trials.GUARDED) if one.right == {"join-cost"})
    for arguments, says in {
        ("join-where", "去哪里"): "there is no entry join-where",
        ("join-how", "穷奇"): "is at entry join-cost:1 already",
        ("join-how", golden): golden,
    }.items():
        done = shell.invokes("knowledge", "learn", *arguments, *AS)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
        assert says in done.stderr


def test_what_is_due_stands_with_its_owner(shell: Shell) -> None:
    done = shell.invokes("knowledge", "due")
    assert done.stdout.splitlines() == [
        "办公室\thas no value\tfact\thall-address\t服务大厅地址",
        f"财务部\tpast {COST.review_by}\tentry\tjoin-cost\t饕餮穷奇",
        "2 to be seen to",
    ]
    mine = json.loads(shell.invokes("knowledge", "due", "--owner", "财务部", "--json").stdout)
    assert mine == [
        {
            "owner": "财务部",
            "id": "join-cost",
            "label": "饕餮穷奇",
            "is_fact": False,
            "review_by": str(COST.review_by),
        }
    ]


def test_a_database_that_is_away_is_said_in_one_line(tmp_path: Path) -> None:
    shell = Shell(tmp_path, GOOD | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    for arguments in (("gaps",), ("learn", "join-how", "入会", *AS), ("due",)):
        done = shell.invokes("knowledge", *arguments)
        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
        assert "the database cannot be reached" in done.stderr
