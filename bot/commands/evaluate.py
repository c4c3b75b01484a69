"""knowledge evaluate and fit: how well questions are answered whose right topics are known, and the weights for it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from bot.commands.console import run
from bot.commands.console import settings as read_settings
from bot.commands.failures import fail
from bot.library import CHINA, tellable
from bot.platform import utc_now
from knowledge import contents, fitting, records, sheets, store, trials
from knowledge.entries import Broken, Entry, Problem
from knowledge.matcher import Snapshot
from knowledge.trials import Change, Difference, Figures, Question
from knowledge.weights import Weights
from storage.base import Base
from storage.database import Database, is_away
from storage.migrations import pending

WEIGHTS = "weights.yaml"
_COLUMNS = (
    *("in_scope", "answered", "helped", "wrong", "top1", "top3"),
    *("out_of_scope", "accepted", "suggested"),
)

Files: TypeAlias = Annotated[
    list[Path] | None, typer.Argument(help="Files of questions, as in knowledge/golden")
]


def evaluate(
    files: Files = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Say what is other than with this content: a folder, or a file as exported"),
    ] = None,
    database: Annotated[bool, typer.Option("--database", help="Ask what the database holds")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """How many questions are answered right, of the golden ones or those of files."""
    asked = _read(files or sorted(trials.GOLDEN.glob("*.jsonl")))
    questions = [question for some in asked.values() for question in some]
    before = None if against is None else Snapshot(_entries(against))
    snapshot = Snapshot(run(_stored()) if database else _entries(contents.CONTENT))
    by_file = {name: trials.judge(snapshot, some) for name, some in asked.items()}
    by_style = trials.judge_styles(snapshot, questions)
    differences = () if before is None else trials.compare(before, snapshot, questions)
    if as_json:
        typer.echo(_as_json(by_file, by_style, differences))
        return
    _show({**by_file, "all": trials.judge(snapshot, questions)})
    typer.echo()
    _show(by_style)
    if before is not None:
        _tell(differences)


def fit(
    files: Files = None,
    content: Annotated[
        Path, typer.Option(help="Folder of YAML files that gets the weights")
    ] = contents.CONTENT,
) -> None:
    """Fit the weights of the matcher to the content and the golden questions for it, and those of files."""
    entries = _entries(content)
    asked = _read([trials.GOLDEN / "fit.jsonl", *(files or [])])
    start = Weights.shipped()
    fitted = fitting.fit(entries, [question for some in asked.values() for question in some], start)
    (content / WEIGHTS).write_text(fitted.to_yaml(), encoding="utf-8")
    check = _read([trials.GOLDEN / "check.jsonl"])["check"]
    before, after = Snapshot(entries, start), Snapshot(entries, fitted)
    _show({"before": trials.judge(before, check), "after": trials.judge(after, check)})
    _tell(trials.compare(before, after, check))


def _read(paths: Iterable[Path]) -> dict[str, list[Question]]:
    """The questions of each file; golden ones by the short name."""
    try:
        return {
            path.stem if path.parent == trials.GOLDEN else str(path): trials.read_questions([path])
            for path in paths
        }
    except UnicodeDecodeError as problem:
        fail(f"not UTF-8: {problem.reason} at byte {problem.start}")
    except (Broken, OSError) as problem:
        fail(str(problem))


def _entries(path: Path) -> tuple[Entry, ...]:
    """Of a folder with its own catalogue, or of a file with the topics of the shipped one."""
    try:
        if path.is_dir():
            return contents.read(path).told()
        problems: list[Problem] = []
        read = sheets.read_records if path.suffix == ".xlsx" else contents.read_records
        found = list(read(path, problems))
        return records.gather(found, contents.read_catalogue(), problems).told()
    except Broken as broken:
        fail(str(broken))


async def _stored() -> list[Entry]:
    """The entries that the bot tells today from its database."""
    database = Database(read_settings().database_url)
    try:
        if await pending(database, Base.metadata):
            fail("the database is not at the newest schema: run `python -m bot migrate`")
        async with database.read() as session:
            content = await store.load(session)
    except Exception as problem:
        if not is_away(problem):
            raise
        fail(f"the database cannot be reached ({type(problem).__name__})")
    finally:
        await database.close()
    return tellable(content, utc_now().astimezone(CHINA).date())[0]


def _as_json(
    by_file: Mapping[str, Figures], by_style: Mapping[str, Figures], differences: Iterable[Difference]
) -> str:
    changes = [
        {
            "q": one.question.text,
            "right": sorted(one.question.right),
            "before": str(one.before),
            "after": str(one.after),
            "change": one.change.value,
        }
        for one in differences
    ]
    files = {name: asdict(figures) for name, figures in by_file.items()}
    styles = {name: asdict(figures) for name, figures in by_style.items()}
    return json.dumps({"files": files, "styles": styles, "changes": changes}, ensure_ascii=False)


def _show(rows: Mapping[str, Figures]) -> None:
    heads = [column.replace("_", " ").rjust(6) for column in _COLUMNS]
    width = max(map(len, rows), default=0)
    typer.echo("  ".join(["".ljust(width), *heads]))
    for name, figures in rows.items():
        cells = [cell.rjust(len(head)) for cell, head in zip(_cells(figures), heads, strict=True)]
        typer.echo("  ".join([name.ljust(width), *cells]))


def _cells(figures: Figures) -> list[str]:
    cells = []
    for asked, *shares in (_COLUMNS[:6], _COLUMNS[6:]):
        number = getattr(figures, asked)
        cells.append(str(number))
        cells += [f"{getattr(figures, share):.4f}" if number else "-" for share in shares]
    return cells


def _tell(differences: Iterable[Difference]) -> None:
    typer.echo()
    found = sorted(differences, key=lambda one: list(Change).index(one.change))
    for one in found:
        typer.echo(f"{one.change:6}  {one}")
    typer.echo(", ".join(f"{sum(one.change is change for one in found)} {change}" for change in Change))


COMMANDS = (evaluate, fit)
