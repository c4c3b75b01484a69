"""import jobs and job: what companies write, who approved it, and who applied."""

import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.commands.console import run
from bot.platform import utc_now
from storage.base import CHINA
from tests.bot.shells import GOOD, Shell, writing
from tests.bot.workbooks import filled
from tests.union.jobs.boards import LICENCE
from union import job_applications, listing_sheets, listings, sheets
from union.job_applications import Wish

COLUMNS = {one["field"]: one["heading"] for one in sheets.words(listing_sheets.__file__)["columns"]}
SOON = (datetime.now(CHINA) + timedelta(days=20)).strftime("%Y-%m-%d")
ROW = {
    "code": "J-1", "post": "电工", "pay": "6000元/月", "district": "高州", "place": "测试园", "wanted": "3", "publisher": "测试单位",
    "licence": LICENCE, "contact": "测试女士 0668-0000000", "expires": SOON,
}  # fmt: skip

write = partial(filled, COLUMNS)

AS = ("--as", "管理员")


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    made = Shell(tmp_path, GOOD | {"DATABASE_URL": database_url})
    made.invokes("staff", "add", AS[1], "--role", "admin")
    return made


async def apply(url: str) -> None:
    async with writing(url) as session:
        job = await listings.coded(session, "J-1")
        await job_applications.apply(session, "o1", Wish(job.id, "陈大文", "13800138000", True), utc_now())


def test_jobs_are_taken_in_checked_approved_and_answered(shell: Shell, database_url: str) -> None:
    assert shell.invokes("import", "jobs", "--template", "new.xlsx").exit_code == 0
    assert "no job" in shell.invokes("import", "jobs", "new.xlsx").stderr
    write(
        shell.folder / "j.xlsx",
        ROW,
        ROW | {"code": "J-2", "details": "入职先交押金500"},
        ROW | {"code": "J-3", "pay": "面议"},
    )
    assert shell.invokes("import", "jobs", "j.xlsx", "--dry-run", *AS).stdout.endswith(
        "nothing was written\n"
    )
    done = shell.invokes("import", "jobs", "j.xlsx", *AS)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "waiting  J-1\n" in done.stdout
    assert "refused  J-2: 收押金、收费或扣证件：" in done.stdout
    assert "refused  J-3: 工资没写明，或不依法支付：面议" in done.stdout
    assert done.stdout.count("job overrule") == 1
    assert "the employer is to mend it" in done.stdout
    assert "1 wait for approval, 2 refused, 0 as they were" in done.stdout
    assert "not on the staff" in shell.invokes("job", "approve", "J-1", "--as", "谁也不是").stderr
    assert shell.invokes("staff", "add", "审岗位的", "--role", "officer", *AS).exit_code == 0
    assert "is published until" in shell.invokes("job", "approve", "J-1", "--as", "审岗位的").stdout
    assert "not possible" in shell.invokes("job", "approve", "J-2", "--as", "审岗位的").stderr
    (one,) = json.loads(shell.invokes("job", "list", "--state", "open", "--json").stdout)
    assert (one["code"], one["decided_by"], one["trade"]) == ("J-1", "审岗位的", "electrician")
    run(apply(database_url))
    (applicant,) = json.loads(shell.invokes("job", "applicants", "J-1", "--as", "审岗位的", "--json").stdout)
    assert (applicant["name"], applicant["phone"]) == ("陈大文", "13800138000")
    done = shell.invokes("job", "answer", "1", "hire", "--as", "审岗位的", "--starts", SOON)
    assert (done.exit_code, done.stdout) == (0, "application 1: hired; the worker is told\n")
    again = shell.invokes("job", "answer", "1", "hire", "--as", "审岗位的")
    assert again.stderr == "not possible: application 1 is hired already, and the worker was told\n"
    again = shell.invokes("job", "answer", "9", "hire", "--as", "审岗位的")
    assert again.stderr == "not possible: there is no application 9\n"
    assert shell.invokes("job", "answer", "1", "perhaps", "--as", "审岗位的").exit_code == 1
    assert shell.invokes("job", "close", "J-1", *AS).stdout == "J-1 is closed\n"
    assert shell.invokes("job", "list", "--state", "open").stdout == "0 listings\n"
    (one,) = json.loads(shell.invokes("job", "list", "--state", "closed", "--json").stdout)
    assert (one["decided_by"], one["approved_by"]) == (AS[1], "审岗位的")
    line = next(one for one in shell.invokes("job", "list").stdout.splitlines() if one.startswith("J-1"))
    assert line.split("\t")[5] == AS[1]
    assert line.endswith(" by 审岗位的")


def test_a_contact_that_cannot_be_called_is_kept_nowhere_in_clear(shell: Shell, database_url: str) -> None:
    write(shell.folder / "j.xlsx", ROW | {"contact": "陈女士 微信联系"})
    assert "refused  J-1: 没有能拨打的电话\n" in shell.invokes("import", "jobs", "j.xlsx", *AS).stdout
    assert "微信联系" not in shell.invokes("job", "list").stdout
    assert "微信联系" not in run(kept(database_url))


async def kept(url: str) -> str:
    """The listings as they lie in the database."""
    async with writing(url) as session:
        return str((await session.execute(sa.text("SELECT * FROM listings"))).all())


def test_bad_rows_are_named_and_nothing_is_taken_in(shell: Shell) -> None:
    wrong = {"kind": "随便", "paid": "看心情", "wanted": "很多", "district": "广州", "expires": "下个月"}
    write(shell.folder / "j.xlsx", ROW, ROW | wrong | {"code": "J-2"}, ROW)
    done = shell.invokes("import", "jobs", "j.xlsx", *AS)
    assert done.exit_code == 1
    for field in wrong:
        assert f"row 3, column {COLUMNS[field]}: " in done.stderr
    assert "row 4, column 编号: J-1 is in row 2 already" in done.stderr
    assert shell.invokes("job", "list").stdout == "0 listings\n"


def test_a_listing_that_was_misread_is_published_by_name_and_with_a_reason(shell: Shell) -> None:
    misread = ROW | {"details": "负责向租客代收定金，公司统一开收据"}
    write(shell.folder / "j.xlsx", misread, misread | {"code": "J-2", "licence": "91440900MA00000000"})
    shell.invokes("import", "jobs", "j.xlsx", *AS)
    assert shell.invokes("staff", "add", "审岗位的", "--role", "officer", *AS).exit_code == 0
    assert (
        shell.invokes("staff", "add", "别处的", "--role", "officer", "--district", "xinyi", *AS).exit_code
        == 0
    )
    who = ("--as", "审岗位的")
    refused = shell.invokes("job", "approve", "J-1", *who).stderr
    assert "收押金" in refused and "job overrule CODE REASON" in refused
    for word in (" ", "假的", "……！！！，，，。。。"):
        assert "why it is honest" in shell.invokes("job", "overrule", "J-1", word, *who).stderr
    why = "定金是租客交给房东的，查过公司"
    assert "not possible" in shell.invokes("job", "overrule", "J-1", why, "--as", "别处的").stderr
    refused = shell.invokes("job", "overrule", "J-2", why, *who).stderr
    assert "社会信用代码" in refused and "mend it" in refused and "overrule" not in refused
    assert "is published until" in shell.invokes("job", "overrule", "J-1", why, *who).stdout
    assert shell.invokes("job", "close", "J-1", *AS).exit_code == 0
    (one,) = json.loads(shell.invokes("job", "list", "--state", "closed", "--json").stdout)
    assert (one["approved_by"], one["overruled"].startswith(f"{why}（收押金")) == ("审岗位的", True)
    line = next(one for one in shell.invokes("job", "list").stdout.splitlines() if one.startswith("J-1"))
    assert f" by 审岗位的\t\toverruled: {why}" in line
    write(shell.folder / "j.xlsx", misread | {"pay": "7000元/月"})
    assert "refused  J-1" in shell.invokes("import", "jobs", "j.xlsx", *AS).stdout
    shell.invokes("job", "overrule", "J-1", why, *who)
    assert shell.invokes("job", "refuse", "J-1", "工人投诉", *AS).exit_code == 0
    unlawful = misread | {"code": "J-3", "details": "女，18-30岁"}
    write(shell.folder / "j.xlsx", unlawful)
    assert "overrule" not in shell.invokes("import", "jobs", "j.xlsx", *AS).stdout
    refused = shell.invokes("job", "overrule", "J-3", why, *who).stderr
    assert "招聘歧视：女，1830岁" in refused and "mend it" in refused and "overrule" not in refused
    assert "is refused (工人投诉)" in shell.invokes("job", "overrule", "J-1", why, *who).stderr
