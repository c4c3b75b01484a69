"""ask: a question to the knowledge base, without settings and without a database."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import fail
from knowledge import entries
from knowledge.matcher import Snapshot, Verdict
from knowledge.questions import verdict_line


def ask(
    question: Annotated[str | None, typer.Argument(help="The question; none with --jsonl")] = None,
    jsonl: Annotated[bool, typer.Option(help="Questions and answers as JSON, one a line")] = False,
    knowledge: Annotated[
        Path | None, typer.Option(help="Ask this knowledge base (JSON lines) instead")
    ] = None,
) -> None:
    """What a worker would be answered."""
    try:
        if knowledge:
            with knowledge.open(encoding="utf-8") as lines:
                found = entries.read_jsonl(lines)
        else:
            found = entries.read(entries.CONTENT)
    except UnicodeDecodeError as problem:
        fail(f"{knowledge} is not UTF-8: {problem.reason} at byte {problem.start}")
    except (entries.Broken, OSError) as problem:
        fail(str(problem))
    snapshot = Snapshot(found)
    if jsonl:
        _answer_lines(snapshot)
    elif question:
        typer.echo(_shown(snapshot.match(question)))
    else:
        fail("ask what? python -m bot ask 怎么入会")


def _answer_lines(snapshot: Snapshot) -> None:
    # Bytes: the contract is UTF-8, whatever the terminal speaks.
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            question = str(json.loads(line)["q"])
        except (ValueError, KeyError, TypeError, RecursionError):
            fail(f"line {number} is not an object with a q")
        answer = verdict_line(question, snapshot.match(question))
        # Half a character that came escaped goes back escaped. Output that is a pipe would wait for the whole input.
        sys.stdout.buffer.write(answer.encode(errors="backslashreplace") + b"\n")
        sys.stdout.buffer.flush()


def _shown(verdict: Verdict) -> str:
    if verdict.entry is not None:
        return f"{verdict.entry.answer}\n[{verdict.entry.id}] {verdict.entry.source}"
    near = "\n".join(
        f"{one.score:.2f}  {one.entry.question}  [{one.entry.id}]" for one in verdict.candidates[:4]
    )
    return f"{verdict.outcome}\n{near}".strip()


COMMANDS = (ask,)
