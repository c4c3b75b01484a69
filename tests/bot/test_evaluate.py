"""knowledge evaluate and fit: figures to read, and what a change does to each question."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import TypeAlias

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.commands import evaluate
from knowledge import contents, sheets, store, trials
from knowledge.weights import read_weights
from storage.base import Base
from storage.database import Database
from storage.migrations import migrate
from tests.bot.shells import GOOD, Shell

Command: TypeAlias = Callable[..., Result]

JOIN, PAY = ("join-how", "工会怎样加入才对呢"), ("wage-arrears", "三个月没见过一分工钱")
# A message that only a base with this very phrasing answers.
NONSENSE = "嘟嘟啦啦咚咚锵"


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The commands, run where there are no settings but those given."""
    app = typer.Typer()
    for one in evaluate.COMMANDS:
        app.command()(one)

    def invoke(*arguments: str, **settings: str) -> Result:
        with chdir(tmp_path):
            return CliRunner(env=Shell(tmp_path, settings).environment).invoke(app, arguments)

    return invoke


@pytest.fixture
def asked(tmp_path: Path) -> str:
    """Three questions; the last one has no answer in the shipped content."""
    lines = [
        {"q": "怎么加入工会", "topic": "join-how", "also": [], "style": "plain"},
        {"q": NONSENSE, "topic": "join-how", "also": ["join-cost"], "style": "odd"},
        {"q": "红烧肉怎么做好吃", "topic": None, "also": [], "style": "far"},
    ]
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder with two entries, one of which understands the nonsense."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "catalogue.yaml").write_text(
        "g:\n  - {id: join-how, title: 入会}\n  - {id: wage-arrears, title: 欠薪}\n", encoding="utf-8"
    )
    (folder / "small.yaml").write_text(
        "".join(
            f"- topic: {topic}\n  question: {question}\n  phrasings: [{question}呀, {more}]\n  answer: 好\n  source: 章程\n"
            "  effective: 2025-11-01\n  reviewed: 2025-11-01\n  review_by: 2099-11-01\n"
            "  owner: 组织部\n  place: 全市\n  workers: 全部\n"
            for (topic, question), more in ((JOIN, NONSENSE), (PAY, "欠薪"))
        ),
        encoding="utf-8",
    )
    return folder


def test_figures_are_told_by_file_and_by_style(command: Command, asked: str) -> None:
    done = command("evaluate", asked, "--json")
    assert done.exit_code == 0, done.exception
    told = json.loads(done.stdout)
    figures = told["files"][asked]
    assert (figures["in_scope"], figures["answered"], figures["helped"], figures["wrong"]) == (2, 0.5, 0.5, 0)
    assert (figures["out_of_scope"], figures["accepted"]) == (1, 0)
    assert {style: one["answered"] for style, one in told["styles"].items()} == {
        "far": 0,
        "odd": 0,
        "plain": 1,
    }
    assert told["changes"] == []


@pytest.mark.parametrize("base", ["content", "content/small.yaml", "small.xlsx"])
def test_what_changed_is_told_question_by_question(
    command: Command, asked: str, content: Path, base: str
) -> None:
    content.with_name("small.xlsx").write_bytes(sheets.as_workbook(contents.read(content)))
    done = command("evaluate", asked, "--against", base)
    assert done.exit_code == 0, done.exception
    lines = done.stdout.splitlines()
    heads, values = lines[0].split(), lines[1].split()
    assert heads[:4] == ["in", "scope", "answered", "helped"]
    assert values[:3] == [asked, "2", "0.5000"]
    assert any(line.startswith(f"worse   “{NONSENSE}”: join-how → ") for line in lines)
    assert lines[-1].endswith("1 worse, 0 other")


def test_the_base_in_the_database_is_judged_when_asked_for(
    command: Command, asked: str, content: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bot.sqlite3"
    settings = GOOD | {"DATABASE_URL": f"sqlite:///{file}"}
    sqlite3.connect(file).close()
    refused = command("evaluate", asked, "--database", **settings)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "bot migrate" in refused.stderr

    asyncio.run(_seed(f"sqlite:///{file}", content))
    done = command("evaluate", asked, "--database", "--against", str(content), "--json", **settings)
    assert done.exit_code == 0, done.exception
    told = json.loads(done.stdout)
    assert told["styles"]["odd"]["answered"] == 1
    assert told["changes"] == []


async def _seed(url: str, folder: Path) -> None:
    database = Database(url)
    await migrate(database, Base.metadata)
    async with database.write() as session:
        await store.seed(session, contents.read(folder))
    await database.close()


@pytest.mark.parametrize(
    "arguments", [["nowhere.jsonl"], ["bad.jsonl"], ["gbk.jsonl"], ["--against", "bad.jsonl"]]
)
def test_what_cannot_be_read_is_named_in_a_line(
    command: Command, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "bad.jsonl").write_text('{"q": 1}\n', encoding="utf-8")
    (tmp_path / "gbk.jsonl").write_bytes("工会".encode("gbk"))
    done = command("evaluate", *arguments)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), done.exception


def test_weights_are_fitted_to_a_folder_and_what_they_change_is_told(
    command: Command, content: Path, asked: str
) -> None:
    done = command("fit", asked, "--content", str(content))
    assert done.exit_code == 0, done.exception
    weights = read_weights(content / evaluate.WEIGHTS)
    assert 0 <= weights.offered <= 1
    check = len(trials.read_questions([trials.GOLDEN / "check.jsonl"]))
    before, after = (line.split() for line in done.stdout.splitlines()[1:3])
    assert (before[0], after[0], int(after[1]) + int(after[7])) == ("before", "after", check)
