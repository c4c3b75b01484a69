"""import courses and training: staff plan by Excel, and a bad row brings nothing in."""

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from bot.commands.console import run
from tests.bot.shells import GOOD, Shell, looks, with_officers, writing
from tests.bot.workbooks import filled
from tests.union.trainings.courses import wish
from union import courses, enrolments
from union.course_sheets import columns, read

FUTURE = {
    "code": "T-1",
    "title": "电工入门班",
    "line": "公益培训",
    "district": "信宜市",
    "place": "测试楼 301",
    "seats": "2",
    "opens_at": "2026-11-01",
    "closes_at": "2099-12-10",
    "times": "2099-12-12 09:00-11:30\n2099年12月13日 9：00—11：30",
}
write = partial(filled, {column.field: column.heading for column in columns()})
AS = ("--as", "培训经办")


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """With a staff member for each district that the courses are in, and one for another."""
    return with_officers(Shell(tmp_path, GOOD | {"DATABASE_URL": database_url}), AS[1])


async def _sign_up(url: str, numbers: list[int]) -> None:
    async with writing(url) as session:
        course = await courses.find_code(session, "T-1")
        assert course is not None
        for number in numbers:
            await enrolments.enrol(session, f"o{number}", wish(course.id, number), course.opens_at)


def listed(shell: Shell) -> list[dict[str, Any]]:
    done = shell.invokes("training", "list", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_the_template_is_filled_in_and_imported(shell: Shell) -> None:
    done = shell.invokes("import", "courses", "--template", "courses.xlsx")
    assert (done.exit_code, done.stdout) == (0, "the headings are in courses.xlsx\n")
    assert shell.invokes("import", "courses", "--template", "courses.xlsx").exit_code == 1
    assert "no course" in shell.invokes("import", "courses", "courses.xlsx", *AS).stderr
    write(shell.folder / "courses.xlsx", FUTURE)
    done = shell.invokes("import", "courses", "courses.xlsx", "--dry-run", *AS)
    assert done.stdout == "added    T-1\n1 added, 0 changed, 0 as they were; nothing was written\n"
    assert listed(shell) == []
    done = shell.invokes("import", "courses", "courses.xlsx", "--as", "高州经办")
    assert done.stderr == "高州经办 may not teach in xinyi, only in gaozhou\n"
    done = shell.invokes("import", "courses", "courses.xlsx", *AS)
    assert (done.exit_code, done.stdout) == (0, "added    T-1\n1 added, 0 changed, 0 as they were; 0 told\n")
    (course,) = listed(shell)
    assert (course["title"], course["district"], course["seats"], course["free"]) == (
        "电工入门班",
        "xinyi",
        2,
        2,
    )
    assert [(one["starts_at"], one["ends_at"]) for one in course["lessons"]] == [
        ("2099-12-12 09:00", "2099-12-12 11:30"),
        ("2099-12-13 09:00", "2099-12-13 11:30"),
    ]
    assert course["lessons"][0]["scene"].startswith("checkin:")
    assert (
        "0 added, 0 changed, 1 as they were" in shell.invokes("import", "courses", "courses.xlsx", *AS).stdout
    )


def test_with_one_bad_row_nothing_is_imported(shell: Shell) -> None:
    bad = FUTURE | {
        "code": "T 2",
        "seats": "很多",
        "district": "广州",
        "audience": "朋友",
        "works": "外卖骑手、宇航员",
        "times": "2099-12-12 11:00-09:00",
        "closes_at": "2099-13-01",
        "place": "",
    }
    twice = FUTURE | {"title": "又一个"}
    late = FUTURE | {"code": "T-3", "closes_at": "2099-12-12 09:01", "details": "长" * 301}
    write(shell.folder / "courses.xlsx", FUTURE, bad, {}, twice, late)
    done = shell.invokes("import", "courses", "courses.xlsx", *AS)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "courses.xlsx: row 3, column 编号: “T 2” is not 1 to 32 letters, digits and hyphens",
        "courses.xlsx: row 3, column 县区: “广州” is not the name of one district",
        "courses.xlsx: row 3, column 地点: is empty",
        "courses.xlsx: row 3, column 名额: “很多” is not a number from 1 to 5000",
        "courses.xlsx: row 3, column 对象: “朋友” is not one of 不限, 工会会员",
        "courses.xlsx: row 3, column 工种: “宇航员” is not one of 外卖骑手, 快递员, 货车司机, 网约车司机, 家政护理, 保安保洁, 其他",
        "courses.xlsx: row 3, column 报名截止: “2099-13-01” has no such day",
        "courses.xlsx: row 3, column 上课时间: “2099-12-12 11:00-09:00” ends before it begins",
        "courses.xlsx: row 5, column 编号: T-1 is in row 2 already",
        "courses.xlsx: row 6, column 简介: has 301 letters, at most 300",
        "nothing was imported",
    ]
    assert listed(shell) == []


def test_headings_are_checked_first(shell: Shell) -> None:
    write(shell.folder / "courses.xlsx", FUTURE, headings=["编号", "课程", "课程", "价钱"])
    done = shell.invokes("import", "courses", "courses.xlsx", *AS)
    assert "courses.xlsx: row 1, column 名额: is missing" in done.stderr
    assert "courses.xlsx: row 1, column 课程: is there twice" in done.stderr
    assert "courses.xlsx: row 1, column 价钱: is not a heading that is known" in done.stderr


def test_what_excel_makes_of_numbers_and_dates_is_read(tmp_path: Path) -> None:
    file = tmp_path / "courses.xlsx"
    names = [column.heading for column in columns()]
    with Workbook(file) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, names)
        for place, column in enumerate(columns()):
            value = (FUTURE | {"works": "外卖骑手, 快递员"}).get(column.field, "")
            sheet.write(1, place, value)
        sheet.write_number(1, names.index("名额"), 30)
        closes = datetime(2099, 12, 10, 18)  # noqa: DTZ001 - as Excel has it
        sheet.write_datetime(1, names.index("报名截止"), closes, day)
    plans, faults = read(file)
    assert faults == []
    assert (plans[0].seats, plans[0].works) == (30, ("rider", "courier"))
    assert plans[0].closes_at.isoformat() == "2099-12-10T10:00:00+00:00"


def test_a_day_as_the_end_of_sign_up_is_the_whole_day(tmp_path: Path) -> None:
    plans, _ = read(write(tmp_path / "courses.xlsx", FUTURE))
    assert plans[0].opens_at.isoformat() == "2026-10-31T16:00:00+00:00"
    assert plans[0].closes_at.isoformat() == "2099-12-10T16:00:00+00:00"
    plans, _ = read(write(tmp_path / "blank.xlsx", FUTURE | {"closes_at": "", "opens_at": ""}))
    assert plans[0].closes_at == plans[0].times[0][0]
    assert plans[0].opens_at.year == 2000


def test_staff_see_who_is_in_a_course_and_call_it_off(shell: Shell, database_url: str) -> None:
    write(shell.folder / "courses.xlsx", FUTURE)
    shell.invokes("import", "courses", "courses.xlsx", *AS)
    run(_sign_up(database_url, [1, 2, 3]))
    people = json.loads(shell.invokes("training", "roster", "T-1", "--json", *AS).stdout)
    assert [(one["name"], one["phone"], one["state"]) for one in people] == [
        ("测试1", "13800100001", "enrolled"),
        ("测试2", "13800100002", "enrolled"),
        ("测试3", "13800100003", "waiting"),
    ]
    assert shell.invokes("training", "roster", "T-1", *AS).stdout.endswith("3 people\n")
    assert run(looks(database_url, "o3")) == ["training roster", "training roster"]
    (course,) = listed(shell)
    assert (course["taken"], course["waiting"], course["free"]) == (2, 1, 0)
    assert "2/2 +1" in shell.invokes("training", "list").stdout
    write(shell.folder / "courses.xlsx", FUTURE | {"seats": 3})
    assert "1 told" in shell.invokes("import", "courses", "courses.xlsx", *AS).stdout
    assert (
        shell.invokes("training", "cancel", "T-1", "--reason", "台风", *AS).stdout
        == "T-1 is cancelled; 3 told\n"
    )
    assert shell.invokes("training", "cancel", "T-1", *AS).stdout == "T-1 is cancelled; 0 told\n"
    assert "1 as they were" in shell.invokes("import", "courses", "courses.xlsx", *AS).stdout
    write(shell.folder / "courses.xlsx", FUTURE | {"seats": 4})
    done = shell.invokes("import", "courses", "courses.xlsx", *AS)
    assert done.stderr == (
        "courses.xlsx: T-1 was cancelled: give the new course a code of its own\nnothing was imported\n"
    )


def test_what_cannot_be_done_is_said_in_one_line(shell: Shell, database_url: str) -> None:
    write(shell.folder / "courses.xlsx", FUTURE)
    shell.invokes("import", "courses", "courses.xlsx", *AS)
    run(_sign_up(database_url, [1]))
    (person,) = json.loads(shell.invokes("training", "roster", "T-1", "--json", *AS).stdout)
    (shell.folder / "broken.xlsx").write_text("no workbook")
    for arguments, says in {
        ("training", "roster", "T-9", *AS): "there is no course T-9",
        ("training", "cancel", "T-9", *AS): "there is no course T-9",
        ("training", "roster", "T-1", "--as", "高州经办"): "高州经办 may not teach in xinyi, only in gaozhou",
        ("training", "roster", "T-1", "--as", "没这个人"): "没这个人 is not on the staff",
        ("training", "certify", "T-1", str(person["enrolment"]), "Z-1", *AS): "not possible: not_over",
        ("training", "certify", "T-1", "99", "Z-1", *AS): "not possible: not_enrolled",
        ("import", "courses"): "give a file to read, or --template FILE",
        ("import", "courses", "--template", "absent/a.xlsx"): "absent/a.xlsx: No such file",
    }.items():
        done = shell.invokes(*arguments)
        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), arguments
        assert says in done.stderr
    for name in ("absent.xlsx", "broken.xlsx"):
        assert f"{name}: row 1: the file cannot be read" in shell.invokes("import", "courses", name).stderr
