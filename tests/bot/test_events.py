"""import events and packs, event and pack: staff plan by Excel, and a bad row brings nothing in."""

import json
from functools import partial
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.commands.console import run
from tests.bot.shells import GOOD, Shell, looks, with_officers, writing
from tests.bot.workbooks import filled
from tests.union.events.halls import NOW
from union import coupons, events, packs, signups
from union.event_news import Attendee, SignUp
from union.event_sheets import read

HEADINGS = ("编号", "类别", "名称", "县区", "地点", "坐标", "开始", "结束", "名额", "报名截止", "介绍")
FUTURE = {
    "编号": "E-1",
    "类别": "联谊",
    "名称": "测试联谊",
    "县区": "信宜市",
    "地点": "测试广场",
    "坐标": "22.354,110.947",
    "开始": "2099-12-12 09:00",
    "结束": "2099-12-12 12:00",
    "名额": "茂南区 20\n外卖骑手：10\n其他 5",
    "报名截止": "2099-12-10",
}
write = partial(filled, {heading: heading for heading in HEADINGS})
AS = ("--as", "活动经办")


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    return with_officers(Shell(tmp_path, GOOD | {"DATABASE_URL": database_url}), AS[1])


PACK = {
    "编号": "P-1",
    "名称": "测试礼包",
    "份数": 2,
    "领取地点": "测试柜台",
    "县区": "信宜市",
    "领取截止": "2099-12-12",
    "内容": "毛巾",
}
OF_PACKS = (*PACK, "工种", "对象", "开始领", "兑换截止")
write_packs = partial(filled, {heading: heading for heading in OF_PACKS})


async def _joins(url: str, number: int = 1) -> None:
    async with writing(url) as session:
        event = await events.find_code(session, "E-1")
        assert event is not None
        wish = SignUp(event.id, event.quotas[1].id, "测试一", f"1380013800{number - 1}")
        await signups.sign_up(session, f"o{number}", wish, NOW, Attendee())


async def _takes(url: str) -> str:
    async with writing(url) as session:
        pack = await packs.find_code(session, "P-1")
        assert pack is not None
        return (await coupons.take(session, "o1", pack.id, pack.opens_at)).code


def test_the_template_explains_itself_and_can_be_filled_in(shell: Shell, tmp_path: Path) -> None:
    assert shell.invokes("import", "events", "--template", "events.xlsx").exit_code == 0
    with CalamineWorkbook.from_path(tmp_path / "events.xlsx") as book:
        headings = book.get_sheet_by_index(0).to_python()[0]
        assert len(book.sheet_names) == 2
    assert set(HEADINGS) <= set(headings)
    plans, faults = read(write(tmp_path / "filled.xlsx", FUTURE))
    assert faults == []
    (plan,) = plans
    assert [(one.sort, one.whose, one.seats) for one in plan.quotas] == [
        ("district", "maonan", 20),
        ("work", "rider", 10),
        ("all", "", 5),
    ]
    assert (plan.kind, plan.district, plan.latitude) == ("friends", "xinyi", 22.354)
    (just_come,), _ = read(write(tmp_path / "come.xlsx", FUTURE | {"名额": "", "报名截止": ""}))
    assert just_come.quotas == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"类别": "聚餐"}, "类别"),
        ({"坐标": "110.947,22.354"}, "坐标"),
        ({"结束": "2099-12-12 08:00"}, "结束"),
        ({"报名截止": "2099-12-13"}, "报名截止"),
        ({"名额": "火星人 5"}, "名额"),
        ({"名额": "5\n其他 6"}, "名额"),
        ({"开始": ""}, "开始"),
    ],
)
def test_a_bad_cell_brings_nothing_in(shell: Shell, tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    file = write(tmp_path / "events.xlsx", FUTURE | {"编号": "E-0"}, FUTURE | wrong)
    result = shell.invokes("import", "events", str(file), *AS)
    assert result.exit_code == 1
    assert f"row 3, column {said}" in result.output
    assert "nothing was imported" in result.output
    assert json.loads(shell.invokes("event", "list", "--json").stdout) == []


def test_an_event_from_import_to_cancellation(shell: Shell, tmp_path: Path, database_url: str) -> None:
    file = str(write(tmp_path / "events.xlsx", FUTURE))
    assert "may not hold" in shell.invokes("import", "events", file, "--as", "高州经办").output
    assert "nothing was written" in shell.invokes("import", "events", file, "--dry-run", *AS).output
    assert "added    E-1" in shell.invokes("import", "events", file, *AS).output
    run(_joins(database_url))
    (listed,) = json.loads(shell.invokes("event", "list", "--json").stdout)
    assert (listed["seats"], listed["quotas"][1]["taken"]) == (35, 1)
    assert listed["scene"].startswith("event:")
    assert "1/35" in shell.invokes("event", "list").stdout
    assert "测试一\t13800138000\trider" in shell.invokes("event", "guests", "E-1", *AS).stdout
    assert run(looks(database_url, "o1")) == ["event guests"]
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n1")
    assert "has its picture" in shell.invokes("event", "picture", "E-1", str(picture), *AS).stdout
    assert "is closed" in shell.invokes("event", "close", "E-1", *AS).stdout
    assert "is open" in shell.invokes("event", "open", "E-1", *AS).stdout
    assert "may not hold" in shell.invokes("event", "cancel", "E-1", "--as", "高州经办").output
    assert "1 told" in shell.invokes("event", "cancel", "E-1", "--reason", "台风", *AS).stdout
    assert "cancelled" in shell.invokes("event", "list").stdout
    assert "there is no event" in shell.invokes("event", "close", "E-9", *AS).output


def test_staff_are_told_where_more_are_in_than_there_are_places_now(
    shell: Shell, tmp_path: Path, database_url: str
) -> None:
    shell.invokes("import", "events", str(write(tmp_path / "events.xlsx", FUTURE)), *AS)
    for number in (1, 2):
        run(_joins(database_url, number))
    fewer = str(write(tmp_path / "fewer.xlsx", FUTURE | {"名额": "茂南区 29\n外卖骑手：1\n其他 5"}))
    said = shell.invokes("import", "events", fewer, *AS).stdout
    assert "over     E-1: 2 of 1 for rider; nobody is put out, and nobody moves up meanwhile" in said
    assert "2/35 (over: 2 of 1 for rider)" in shell.invokes("event", "list").stdout


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"份数": "0"}, "column 份数"),
        ({"工种": "宇航员"}, "column 工种"),
        ({"领取截止": ""}, "column 领取截止: is empty"),
        ({"开始领": "2099-12-14"}, "column 领取截止: is not after"),
        ({"兑换截止": "2099-12-01"}, "column 兑换截止"),
        ({"编号": "P-0"}, "column 编号: P-0 is in row 2 already"),
    ],
)
def test_a_bad_row_gives_no_packs(shell: Shell, tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    file = write_packs(tmp_path / "packs.xlsx", PACK | {"编号": "P-0"}, PACK | wrong)
    result = shell.invokes("import", "packs", str(file), *AS)
    assert result.exit_code == 1
    assert f"row 3, {said}" in result.output
    assert "nothing was imported" in result.output
    assert json.loads(shell.invokes("pack", "list", "--json").stdout) == []


def test_packs_are_given_by_excel_and_changed_by_it(shell: Shell, tmp_path: Path, database_url: str) -> None:
    assert shell.invokes("import", "packs", "--template", "packs.xlsx").exit_code == 0
    with CalamineWorkbook.from_path(tmp_path / "packs.xlsx") as book:
        assert set(OF_PACKS) <= set(book.get_sheet_by_index(0).to_python()[0])
    anyone = PACK | {"对象": "不限"}
    first = str(write_packs(tmp_path / "first.xlsx", anyone, PACK | {"编号": "P-2"}))
    assert "may not hold" in shell.invokes("import", "packs", first, "--as", "高州经办").output
    assert "nothing was written" in shell.invokes("import", "packs", first, "--dry-run", *AS).output
    assert json.loads(shell.invokes("pack", "list", "--json").stdout) == []
    assert "2 added, 0 changed, 0 as they were" in shell.invokes("import", "packs", first, *AS).stdout
    for _ in "12":
        assert "0 added, 0 changed, 2 as they were" in shell.invokes("import", "packs", first, *AS).stdout
    run(_takes(database_url))
    more = str(write_packs(tmp_path / "more.xlsx", anyone | {"份数": 5}))
    assert "0 as they were; 0 told" in shell.invokes("import", "packs", more, *AS).stdout
    elsewhere = str(write_packs(tmp_path / "elsewhere.xlsx", anyone | {"份数": 5, "领取地点": "测试北门"}))
    changed = shell.invokes("import", "packs", elsewhere, *AS).stdout
    assert "changed  P-1" in changed and "; 1 told" in changed
    second = PACK | {"编号": "P-2", "份数": 9}
    late = write_packs(tmp_path / "late.xlsx", second, anyone | {"领取截止": "2020-12-12"})
    refused = shell.invokes("import", "packs", str(late), *AS)
    assert refused.exit_code == 1
    assert "P-1: it opens" in refused.output
    found = {one["code"]: one for one in json.loads(shell.invokes("pack", "list", "--json").stdout)}
    assert (found["P-1"]["amount"], found["P-1"]["left"]) == (5, 4)
    assert (found["P-2"]["amount"], found["P-2"]["audience"]) == (2, "members")


def test_a_pack_from_giving_to_handing_over(shell: Shell, database_url: str) -> None:
    adds = ("pack", "add", "P-1", "测试礼包", "--amount", "2", "--place", "测试柜台", "--until", "2099-12-12")
    assert "is not a time" in shell.invokes(*adds, "--redeem-until", "周末", *AS).output
    assert "may not hold" in shell.invokes(*adds, "--district", "高州", *AS).output
    assert "is there: 2 packs" in shell.invokes(*adds, "--district", "信宜", "--for-all", *AS).stdout
    assert (
        "is changed"
        in shell.invokes(*adds, "--district", "信宜", "--for-all", "--work", "外卖骑手", *AS).stdout
    )
    assert "is changed" in shell.invokes(*adds, "--district", "信宜", "--for-all", *AS).stdout
    code = run(_takes(database_url))
    again = shell.invokes(*adds, "--district", "信宜", "--for-all", *AS).stdout
    assert "is changed: 2 packs; 1 codes are out, 0 told" in again
    moved = shell.invokes(
        *adds, "--redeem-until", "2099-12-20", "--district", "信宜", "--for-all", *AS
    ).stdout
    assert "1 codes are out, 1 told" in moved
    assert shell.invokes(*adds, "--district", "信宜", "--for-all", *AS).exit_code == 0
    (listed,) = json.loads(shell.invokes("pack", "list", "--json").stdout)
    assert (listed["left"], listed["redeemed"]) == (1, 0)
    assert (listed["closes_at"], listed["redeem_until"]) == ("2099-12-13 00:00", "2099-12-13 00:00")
    assert "may not redeem" in shell.invokes("pack", "redeem", code, "--as", "高州经办").output
    assert "hand over 测试礼包, number 1" in shell.invokes("pack", "redeem", code.lower(), *AS).stdout
    assert "not possible: redeemed" in shell.invokes("pack", "redeem", code, *AS).output
    assert "1 redeemed" in shell.invokes("pack", "list").stdout
    assert "is closed" in shell.invokes("pack", "close", "P-1", *AS).stdout
    assert "is open" in shell.invokes("pack", "open", "P-1", *AS).stdout
    assert "say who does it" in shell.invokes("pack", "redeem", code).output
