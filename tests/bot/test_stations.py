"""import stations and station: what staff bring in by Excel, and what is reported."""

import json
from functools import partial
from pathlib import Path

import pytest

from tests.bot.shells import GOOD, Shell
from tests.bot.workbooks import filled
from union import sheets, station_sheets

COLUMNS = {one["field"]: one["heading"] for one in sheets.words(station_sheets.__file__)["columns"]}
ROW = {
    "code": "YZ-1", "name": "测试工会驿站", "kind": "工会驿站", "district": "信宜", "address": "测试路 1 号",
    "latitude": "22.35", "longitude": 110.94, "services": "饮水、换电", "hours": "周一至周五 8:00-18:00；节假日 休",
}  # fmt: skip

write = partial(filled, COLUMNS)

AS = ("--as", "管理员")


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """With somebody for the city, and an officer of one district."""
    made = Shell(tmp_path, GOOD | {"DATABASE_URL": database_url})
    made.invokes("staff", "add", AS[1], "--role", "admin")
    made.invokes("staff", "add", "高州经办", "--role", "officer", "--district", "gaozhou", *AS)
    return made


def test_stations_are_brought_in_changed_and_listed(shell: Shell) -> None:
    done = shell.invokes("import", "stations", "--template", "new.xlsx")
    assert (done.exit_code, done.stdout) == (0, "the headings are in new.xlsx\n")
    assert "no station" in shell.invokes("import", "stations", "new.xlsx").stderr
    write(shell.folder / "s.xlsx", ROW)
    assert "nothing was written" in shell.invokes("import", "stations", "s.xlsx", "--dry-run", *AS).stdout
    done = shell.invokes("import", "stations", "s.xlsx", *AS)
    assert done.stdout == "added    YZ-1\n1 added, 0 changed, 0 as they were; shown at once\n"
    write(shell.folder / "s.xlsx", ROW | {"state": "暂停"}, ROW | {"code": "YZ-2"})
    assert "1 added, 1 changed" in shell.invokes("import", "stations", "s.xlsx", *AS).stdout
    write(shell.folder / "s.xlsx", ROW | {"district": "高州"})  # somebody else's station
    done = shell.invokes("import", "stations", "s.xlsx", "--as", "高州经办")
    assert (done.exit_code, done.stderr) == (1, "高州经办 may not scenes in xinyi, only in gaozhou\n")
    assert "--as NAME" in shell.invokes("import", "stations", "s.xlsx").stderr
    listed = json.loads(shell.invokes("station", "list", "--json").stdout)
    assert [(one["code"], one["state"], one["services"], one["district"]) for one in listed] == [
        ("YZ-1", "closed", ["swap", "water"], "xinyi"),
        ("YZ-2", "open", ["swap", "water"], "xinyi"),
    ]
    assert json.loads(shell.invokes("station", "reports", "--json").stdout) == []
    assert shell.invokes("station", "settle", "YZ-1", *AS).stdout == "0 reports settled\n"
    assert shell.invokes("station", "settle", "YZ-9", *AS).stderr == "there is no station YZ-9\n"
    assert "--as NAME" in shell.invokes("station", "settle", "YZ-1").stderr
    assert "may not" in shell.invokes("station", "settle", "YZ-1", "--as", "高州经办").stderr


def test_bad_rows_are_named_and_nothing_is_brought_in(shell: Shell) -> None:
    wrong = {
        "latitude": 110.94, "kind": "茶馆", "district": "广州", "services": "按摩", "hours": "随时", "name": "", "code": "一号",
    }  # fmt: skip
    write(shell.folder / "s.xlsx", ROW, ROW | wrong, ROW)
    done = shell.invokes("import", "stations", "s.xlsx", *AS)
    assert done.exit_code == 1
    for field in wrong:
        assert f"row 3, column {COLUMNS[field]}: " in done.stderr
    assert "row 4, column 编号: YZ-1 is in row 2 already" in done.stderr
    assert done.stderr.endswith("nothing was imported\n")
    assert shell.invokes("station", "list").stdout == "0 stations\n"


def test_a_keeper_must_be_on_the_staff(shell: Shell) -> None:
    write(shell.folder / "s.xlsx", ROW | {"keeper": "谁也不是"})
    assert "谁也不是 is not on the staff" in shell.invokes("import", "stations", "s.xlsx", *AS).stderr
    assert shell.invokes("station", "list").stdout == "0 stations\n"
