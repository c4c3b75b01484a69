"""knowledge export and import: staff edit the base in Excel or YAML, and a bad row brings nothing in."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.console import run
from knowledge import contents, sheets, store, trials, writing
from knowledge.entries import Content, Problem
from knowledge.records import gather
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.bot.shells import GOOD, Shell
from tests.knowledge.test_store import COST, JOIN, PHONE

BASE = Content((COST, JOIN), (PHONE,))

AS = ("--as", "编辑")


async def _fill(url: str, content: Content) -> None:
    database = Database(url)
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await store.seed(session, content)
    await database.close()


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """An operator whose database holds a small base."""
    run(_fill(database_url, BASE))
    made = Shell(tmp_path, GOOD | {"DATABASE_URL": database_url})
    made.invokes("staff", "add", "管理员", "--role", "admin")
    made.invokes("staff", "add", AS[1], "--role", "editor", "--as", "管理员")
    made.invokes("staff", "add", "经办", "--role", "officer", "--as", "管理员")
    return made


@pytest.fixture(params=["xlsx", "yaml"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Content], Path]:
    """Writes a base to a file that an operator imports."""

    def write(content: Content) -> Path:
        file = tmp_path / f"edited.{request.param}"
        if request.param == "xlsx":
            file.write_bytes(sheets.as_workbook(content))
        else:
            file.write_text(writing.as_yaml(content), encoding="utf-8")
        return file

    return write


def exported(shell: Shell) -> str:
    """What the database holds, as YAML."""
    file = shell.folder / "now.yaml"
    file.unlink(missing_ok=True)
    done = shell.invokes("knowledge", "export", str(file))
    assert (done.exit_code, done.stderr) == (0, "")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["xlsx", "yaml"])
def test_what_was_exported_is_imported_without_a_change(shell: Shell, form: str) -> None:
    before = exported(shell)
    assert before == writing.as_yaml(BASE)
    done = shell.invokes("knowledge", "export", f"base.{form}")
    assert done.stdout == f"2 entries and 1 facts are in base.{form}\n"
    done = shell.invokes("knowledge", "import", f"base.{form}", *AS)
    assert (done.exit_code, done.stdout) == (0, "0 added, 0 changed, 3 as they were\n")
    assert exported(shell) == before


def test_an_import_adds_and_changes_and_removes_nothing(
    shell: Shell, written: Callable[[Content], Path]
) -> None:
    phone = replace(PHONE, otherwise="=1+1\n请打 12345")
    join = replace(JOIN, answer="0668\n\n回复“入会”，或打 {union-phone}。")
    more = replace(COST, id="join-cost/2", question="会费怎么算", phrasings=("每月交几多",))
    file = str(written(Content((join, more), (phone,))))
    before = exported(shell)
    said = "added    join-cost/2\nchanged  fact union-phone\nchanged  join-how\n1 added, 2 changed, 0 as they were"
    assert (
        shell.invokes("knowledge", "import", file, "--dry-run", *AS).stdout
        == f"{said}; nothing was written\n"
    )
    assert "may not edit" in shell.invokes("knowledge", "import", file, "--as", "经办").stderr
    assert exported(shell) == before
    assert shell.invokes("knowledge", "import", file, *AS).stdout == f"{said}\n"
    assert exported(shell) == writing.as_yaml(Content((COST, more, join), (phone,)))


def test_with_one_bad_row_nothing_is_imported(shell: Shell, written: Callable[[Content], Path]) -> None:
    good = replace(JOIN, answer="请到前台。")
    bad = replace(COST, id="join-cost/2", phrasings=("每月交几多",), owner="部" * 65)
    file = written(Content((good, bad), ()))
    before = exported(shell)
    done = shell.invokes("knowledge", "import", str(file), "--force", *AS)
    assert done.exit_code == 1
    assert set(done.stderr.splitlines()) == {
        f"{_place(file, bad.question)}: “入会要钱吗” is at entry join-cost:1 already",
        f"{_place(file, bad.owner)}: owner has 65 letters, at most 64",
    }
    assert exported(shell) == before


def _place(file: Path, text: str) -> str:
    """Where the text of the second entry stands."""
    if file.suffix == ".xlsx":
        return "edited.xlsx:entries:3"
    lines = file.read_text(encoding="utf-8").splitlines()
    return f"edited.yaml:{next(number for number, line in enumerate(lines, start=1) if text in line)}"


def test_an_import_that_makes_golden_questions_worse_is_refused_unless_forced(
    shell: Shell, database_url: str, written: Callable[[Content], Path]
) -> None:
    golden = next(one for one in trials.read_questions(trials.GUARDED) if one.right and not one.session)
    topic = min(golden.right)
    known = replace(JOIN, id=f"{topic}/9", topic=topic, question="别的事情", phrasings=(golden.text,))
    run(_fill(database_url, Content((*BASE.entries, known), BASE.facts)))
    before = exported(shell)
    file = str(written(Content((replace(known, phrasings=("茶水间在哪一层",)),), ())))
    done = shell.invokes("knowledge", "import", file, *AS)
    assert done.exit_code == 1
    assert f"“{golden.text}”: {topic} → " in done.stderr
    assert done.stderr.splitlines()[-1].startswith("golden questions get worse; nothing was written")
    assert exported(shell) == before
    assert shell.invokes("knowledge", "import", file, "--force", *AS).stdout.startswith(
        f"changed  {topic}/9\n"
    )
    assert exported(shell) != before


def test_a_base_that_no_start_has_filled_is_what_this_version_ships(
    database_url: str, tmp_path: Path
) -> None:
    fresh = Shell(tmp_path, GOOD | {"DATABASE_URL": database_url})
    exported(fresh)
    shipped = contents.read()
    held = gather(contents.read_records(tmp_path / "now.yaml", []), contents.read_catalogue())
    assert (set(held.entries), set(held.facts)) == (set(shipped.entries), set(shipped.facts))


def test_the_shipped_base_is_exported_without_settings(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {})
    assert shell.invokes("knowledge", "export", "--shipped", "base.xlsx").exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["base.xlsx"]
    problems: list[Problem] = []
    assert len(sheets.read_records(tmp_path / "base.xlsx", problems)) > 105
    assert problems == []


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    shell = Shell(tmp_path, GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"})
    run(_fill(shell.settings["DATABASE_URL"], BASE))
    shell.invokes("staff", "add", AS[1], "--role", "admin")
    (tmp_path / "mine.yaml").write_text("precious")
    (tmp_path / "broken.xlsx").write_text("no workbook")
    for arguments, says in {
        ("export", "mine.yaml"): "mine.yaml exists already",
        ("export", "absent/base.yaml"): "absent/base.yaml: No such file",
        ("export", "base.csv"): "base.csv: the name ends in .xlsx or .yaml",
        ("import", "base.csv"): "base.csv: the name ends in .xlsx or .yaml",
        ("import", "absent.yaml", *AS): "absent.yaml:1: cannot be read",
        ("import", "absent.xlsx", *AS): "absent.xlsx:1: cannot be read",
        ("import", "broken.xlsx", *AS): "broken.xlsx:1: cannot be read",
        ("import", "mine.yaml", *AS): "mine.yaml:1: a knowledge file is a list",
    }.items():
        done = shell.invokes("knowledge", *arguments)
        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), arguments
        assert says in done.stderr
    assert (tmp_path / "mine.yaml").read_text() == "precious"
    unset = Shell(tmp_path, {}).invokes("knowledge", "export", "base.yaml")
    assert (unset.exit_code, unset.stderr[:14]) == (1, "not configured")
    away = Shell(tmp_path, GOOD | {"DATABASE_URL": "postgresql://u:p@127.0.0.1:9/x"})
    assert "the database cannot be reached" in away.invokes("knowledge", "export", "base.yaml").stderr
