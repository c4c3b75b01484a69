"""staff, approve, export, scene and organisation, as an operator types them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bot.commands.console import run
from messages import handovers
from storage.base import Base
from storage.database import Database
from storage.encryption import Keyring, parse_keys
from storage.migrations import migrate
from tests.bot.shells import GOOD, Shell
from union import members, organisations
from union.accesses import AccessRow
from union.applications import Door, Joining

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
ADMIN = ("--as", "管理员")
RIDER = Joining(Door.OPEN, "13800138000", "陈大文", "maonan:河东街道", "rider", "=1+1 样例平台")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path, GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"})
    run(_begin(_database(shell)))
    for name, *rest in (
        ("管理员", "--role", "admin"),
        ("茂南经办", "--role", "officer", "--district", "maonan", *ADMIN),
        ("市级审批", "--role", "approver", *ADMIN),
    ):
        assert shell.invokes("staff", "add", name, *rest).exit_code == 0
    return shell


def _database(shell: Shell) -> Database:
    return Database(shell.settings["DATABASE_URL"], Keyring(parse_keys(GOOD["DATA_KEYS"])))


async def _begin(database: Database) -> None:
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await organisations.seed(session, NOW)
        await members.join(session, "o-1", RIDER, NOW)
    await database.close()


async def _looks(database: Database, openid: str | None = None) -> list[tuple[str, str]]:
    """What was looked at, of one worker or at all."""
    async with database.read() as session:
        rows = list(await session.scalars(sa.select(AccessRow).order_by(AccessRow.id)))
    await database.close()
    return [(row.subject, row.what) for row in rows if openid in (None, row.openid)]


async def _asks_for_a_person(database: Database, openid: str) -> str:
    async with database.write() as session:
        ticket = await handovers.call(session, openid, NOW)
    await database.close()
    return str(ticket)


def refused(shell: Shell, *arguments: str) -> str:
    done = shell.invokes(*arguments)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    return done.stderr.strip()


def test_staff_are_added_listed_changed_and_bound(shell: Shell) -> None:
    listed = json.loads(shell.invokes("staff", "list", "--json").stdout)
    assert [(one["name"], one["roles"], one["district"]) for one in listed] == [
        ("管理员", ["admin"], ""), ("茂南经办", ["officer"], "maonan"), ("市级审批", ["approver"], "")
    ]  # fmt: skip
    code = shell.invokes("staff", "bind", "茂南经办", *ADMIN).stdout.strip()
    assert (len(code), code.isdecimal()) == (6, True)
    assert (
        refused(shell, "staff", "add", "管理员", "--role", "desk", *ADMIN) == "管理员 is on the staff already"
    )
    assert refused(shell, "staff", "bind", "没有", *ADMIN) == "没有 is not on the staff"
    assert "district is one of" in refused(shell, "staff", "add", "x", "--role", "desk", "--district", "moon")
    last = refused(shell, "staff", "change", "管理员", "--role", "desk", *ADMIN)
    assert last == "管理员 is the last admin of the city: make somebody else one first"
    ended = shell.invokes("staff", "change", "茂南经办", "--role", "desk", "--no-active", *ADMIN)
    assert ended.stdout.split("\t")[2:] == ["desk", "city", "ended\n"]
    assert refused(shell, "approve", "yes", "1.1", "--as", "茂南经办") == "茂南经办 may not forward in maonan"


def test_rights_are_given_by_whoever_may(tmp_path: Path, shell: Shell) -> None:
    officer = ("--as", "茂南经办")
    for command in (
        ("staff", "add", "新人", "--role", "admin"),
        ("staff", "change", "茂南经办", "--role", "admin"),
        ("staff", "bind", "管理员"),
    ):
        assert refused(shell, *command, *officer) == "茂南经办 may not staff"
    assert refused(shell, "staff", "add", "新人", "--role", "admin") == "say who does it: --as NAME"
    assert (
        refused(shell, "staff", "add", "新人", "--role", "admin", "--as", "没有")
        == "没有 is not on the staff"
    )
    empty = Shell(tmp_path, GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"})
    for role in (("--role", "desk"), ("--role", "admin", "--district", "maonan")):
        assert "an admin of the whole city" in refused(empty, "staff", "add", "新人", *role)
    assert empty.invokes("staff", "add", "新人", "--role", "admin").exit_code == 0


def test_what_holds_for_all_is_not_for_one_district(shell: Shell) -> None:
    for command in (
        ("push", "pause", "desk"),
        ("push", "resume", "desk"),
        ("push", "run", "desk"),
        ("calendar", "mark", "2027-02-05", "--off"),
        ("calendar", "unmark", "2027-02-05"),
        ("organisation", "add", "freight", "样例货运工会", "--trade", "trucker"),
        ("organisation", "identity", "maonan", "--required"),
    ):
        assert refused(shell, *command, "--as", "茂南经办") == "茂南经办 may not operate"
    assert shell.invokes("push", "pause", "desk", *ADMIN).stdout == "desk is paused\n"
    assert shell.invokes("push", "resume", "desk", *ADMIN).stdout == "desk strikes again\n"


def test_what_became_of_each_slot_of_a_push_is_shown(shell: Shell) -> None:
    assert shell.invokes("push", "history", "desk").stdout == ""
    assert "desk: " in shell.invokes("push", "run", "desk", *ADMIN).stdout
    (run,) = json.loads(shell.invokes("push", "history", "desk", "--json").stdout)
    assert (run["outcome"], run["found"], run["reason"]) == ("empty", 0, "")
    assert shell.invokes("push", "history", "desk").stdout == f"{run['due']}\tempty\t0\n"
    assert "there is no push none" in refused(shell, "push", "history", "none")


def test_an_application_goes_its_way(shell: Shell) -> None:
    (waiting,) = json.loads(shell.invokes("approve", "list", "--as", "茂南经办", "--json").stdout)
    assert (waiting["application"], waiting["stage"], waiting["mobile"]) == ("1.1", "district", RIDER.mobile)
    assert (waiting["place"], waiting["organisation"]) == ("茂南区河东街道", "茂南区总工会")
    assert "may not" in refused(shell, "approve", "yes", "1.1", "--as", "市级审批")
    assert shell.invokes("approve", "yes", "1.1", "--as", "茂南经办").stdout == "1.1 waits for the city\n"
    assert "list again" in refused(shell, "approve", "yes", "1.1", "--as", "市级审批")
    done = shell.invokes("approve", "yes", "1.2", "--as", "市级审批")
    assert done.stdout == "1.2 is member MM2026000001 of 茂南区总工会\n"
    assert shell.invokes("approve", "list", "--as", "茂南经办").stdout == "0 waiting\n"
    assert run(_looks(_database(shell), "o-1")) == [
        ("application:1", "approve list"), ("application:1", "approve yes"), ("application:1", "approve yes")
    ]  # fmt: skip


def test_an_application_is_sent_back_or_declined(shell: Shell) -> None:
    bad = refused(shell, "approve", "return", "1.1", "--as", "茂南经办", "--field", "age", "--reason", "x")
    assert bad.startswith("field is one of name, mobile")
    back = ("approve", "return", "1.1", "--as", "茂南经办", "--field", "mobile", "--reason", "打不通")
    assert shell.invokes(*back).stdout == "1.1 was sent back for its mobile\n"
    assert ("application:1", "approve return") in run(_looks(_database(shell), "o-1"))
    assert shell.invokes("approve", "list", "--as", "茂南经办").stdout == "0 waiting\n"
    listed = shell.invokes("approve", "list", "--as", "茂南经办", "--all").stdout.splitlines()
    assert [line.split("\t")[:4] for line in listed[:2]] == [
        ["application", "kind", "stage", "status"], ["1.2", "join", "district", "returned"]
    ]  # fmt: skip
    assert listed[2:] == ["1 open"]
    blank = ("approve", "return", "1.2", "--as", "茂南经办", "--field", "name", "--reason", " ")
    assert "give one" in refused(shell, *blank)
    assert "list again" in refused(shell, "approve", "decline", "1.2", "--as", "茂南经办", "--reason", "x")
    assert "not the number of" in refused(shell, "approve", "yes", "one", "--as", "茂南经办")
    assert refused(shell, "approve", "yes", "9.1", "--as", "茂南经办") == "no application 9"


def test_the_roll_is_taken_by_whoever_may_and_that_is_written_down(shell: Shell) -> None:
    shell.invokes("approve", "yes", "1.1", "--as", "茂南经办")
    shell.invokes("approve", "yes", "1.2", "--as", "市级审批")
    assert "may not export" in refused(shell, "export", "members", "roll.xlsx", "--as", "茂南经办")
    assert refused(shell, "export", "members", "roll.csv", "--as", "管理员").endswith("ends in .xlsx")
    done = shell.invokes("export", "members", "roll.xlsx", "--as", "管理员")
    assert done.stdout == "1 members are in roll.xlsx\n"
    with CalamineWorkbook.from_path(shell.folder / "roll.xlsx") as book:
        headings, row = book.get_sheet_by_name("members").to_python()
    assert headings[:3] == ["number", "name", "mobile"]
    assert row[:6] == ["MM2026000001", "陈大文", "13800138000", "茂南区河东街道", "rider", "=1+1 样例平台"]
    assert refused(shell, "export", "members", "roll.xlsx", "--as", "管理员") == "roll.xlsx exists already"
    assert ("members", "export of 1 members") in run(_looks(_database(shell)))


def test_the_roll_is_put_right_for_who_came_to_the_counter(shell: Shell) -> None:
    shell.invokes("approve", "yes", "1.1", "--as", "茂南经办")
    shell.invokes("approve", "yes", "1.2", "--as", "市级审批")
    number = "MM2026000001"
    assert refused(shell, "member", "show", "MM1", "--as", "茂南经办") == "no member MM1"
    assert "may not correct" in refused(shell, "member", "rename", number, "陈小文", "--as", "市级审批")
    assert shell.invokes("member", "rename", number, "陈小文", "--as", "茂南经办").exit_code == 0
    old, new = (run(_asks_for_a_person(_database(shell), openid)) for openid in ("o-1", "o-2"))
    assert "already" in refused(shell, "member", "rebind", number, old, "--as", "茂南经办")
    assert refused(shell, "member", "rebind", number, "99", "--as", "茂南经办") == "no ticket 99"
    assert shell.invokes("member", "rebind", number, new, "--as", "茂南经办").exit_code == 0
    found = json.loads(shell.invokes("member", "show", number, "--as", "茂南经办", "--json").stdout)
    assert (found["name"], found["openid"]) == ("陈小文", "o-2")
    seen = run(_looks(_database(shell)))
    assert [what for subject, what in seen if subject == f"member:{number}"] == [
        "member name corrected", "member wechat corrected", "member show"
    ]  # fmt: skip


def test_an_auditor_sees_who_looked(shell: Shell) -> None:
    shell.invokes("approve", "list", "--as", "茂南经办")
    assert "may not audit" in refused(shell, "access", "list", "--as", "茂南经办")
    assert refused(shell, "access", "list", "--as", "没有") == "没有 is not on the staff"
    (look,) = json.loads(shell.invokes("access", "list", "--as", "管理员", "--json").stdout)
    assert (look["staff"], look["subject"], look["what"]) == ("2", "application:1", "approve list")
    assert shell.invokes("access", "list", "--as", "管理员").stdout.endswith("1 looks in 30 days\n")


def test_codes_are_made_and_counted(shell: Shell) -> None:
    add = ("scene", "add", "stand-1", "--kind", "station", "--title", "样例驿站", "--door", "open")
    officer = ("--as", "茂南经办")
    assert (
        shell.invokes(*add, "--place", "河东", "--work", "骑手", *officer).stdout
        == "stand-1 leads to join:stand-1\n"
    )
    assert refused(shell, *add, *ADMIN) == "stand-1 is there already"
    assert refused(shell, *add, *officer) == "茂南经办 may not scenes, only in maonan"
    assert (
        refused(shell, *add, "--place", "电白水东", *officer)
        == "茂南经办 may not scenes in dianbai, only in maonan"
    )
    assert "name one" in refused(
        shell, "scene", "add", "b", "--kind", "event", "--title", "x", "--place", "河西", *officer
    )
    foo = ("scene", "add", "b", "--kind", "event", "--title", "x", "--work", "foo", *ADMIN)
    assert refused(shell, *foo).startswith("foo is no kind of work: rider, courier")
    (came,) = json.loads(shell.invokes("scene", "list", "--json").stdout)
    assert (came["scene"]["place"], came["scene"]["work"], came["scans"]) == ("maonan:河东街道", "rider", 0)
    assert (
        refused(shell, "scene", "code", "stand-1", "--as", "市级审批") == "市级审批 may not scenes in maonan"
    )
    assert refused(shell, "scene", "code", "stand-9", *officer) == "stand-9 was never added"


def test_unions_of_trades_are_added_and_may_want_the_identity_number(shell: Shell) -> None:
    add = ("organisation", "add", "freight", "样例货运工会", "--trade", "货车司机", *ADMIN)
    assert shell.invokes(*add).stdout == "样例货运工会 takes trucker\n"
    assert refused(shell, *add) == "freight is there already"
    assert shell.invokes("organisation", "identity", "freight", "--required", *ADMIN).exit_code == 0
    listed = json.loads(shell.invokes("organisation", "list", "--json").stdout)
    assert [one["key"] for one in listed if one["needs_identity"]] == ["freight"]
    assert refused(shell, "organisation", "identity", "x", "--required", *ADMIN) == "no organisation x"


def test_units_are_brought_in_whole_or_not_at_all(shell: Shell) -> None:
    assert shell.invokes("import", "units", "--template", "empty.xlsx").exit_code == 0
    with CalamineWorkbook.from_path(shell.folder / "empty.xlsx") as book:
        (row,) = book.get_sheet_by_index(0).to_python()
    headings = list(map(str, row))
    good = ["样例加工厂", "91350100M000100Y43", "电白", "是"]
    _write(shell.folder / "good.xlsx", [headings, good, ["", "", "", ""], ["样例物业", "", "茂南区", "否"]])
    assert (
        shell.invokes("import", "units", "good.xlsx", *ADMIN).stdout == "2 added, 0 changed, 0 as they were\n"
    )
    assert (
        shell.invokes("import", "units", "good.xlsx", *ADMIN).stdout == "0 added, 0 changed, 2 as they were\n"
    )
    mine = refused(shell, "import", "units", "good.xlsx", "--as", "茂南经办")
    assert mine == "茂南经办 may not correct in dianbai, only in maonan"
    listed = json.loads(shell.invokes("unit", "list", "--json").stdout)
    assert [(one["name"], one["district"], one["has_union"]) for one in listed] == [
        ("样例加工厂", "dianbai", True), ("样例物业", "maonan", False)
    ]  # fmt: skip
    _write(shell.folder / "bad.xlsx", [headings, ["新厂", "91350100M000100Y44", "月球", "大概"]])
    done = shell.invokes("import", "units", "bad.xlsx", *ADMIN)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 3)
    assert "bad.xlsx:2: code 91350100M000100Y44 is not a credit code" in done.stderr
    _write(shell.folder / "odd.xlsx", [["名字"]])
    assert "no column" in refused(shell, "import", "units", "odd.xlsx")
    assert "cannot be read" in refused(shell, "import", "units", "absent.xlsx")
    assert len(json.loads(shell.invokes("unit", "list", "--json").stdout)) == 2


def _write(file: Path, rows: list[list[str]]) -> None:
    with Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
