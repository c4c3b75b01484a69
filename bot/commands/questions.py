"""ask: a question to the knowledge base, without settings and without a database."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.failures import fail
from knowledge import contents
from knowledge.entries import Broken
from knowledge.explaining import explained
from knowledge.matcher import Snapshot
from knowledge.questions import reading_line
from knowledge.snapshots import SHOWN
from knowledge.understanding import Reading, offers, read
from knowledge.urgency import Urgency
from knowledge.weights import Weights

app = typer.Typer()


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; none with --jsonl")] = None,
    jsonl: Annotated[bool, typer.Option(help="Questions and answers as JSON, one a line")] = False,
    knowledge: Annotated[
        Path | None, typer.Option(help="Ask this knowledge base (JSON lines) instead")
    ] = None,
    explain: Annotated[bool, typer.Option(help="Say why")] = False,
) -> None:
    """What a worker would be answered."""
    snapshot = _snapshot(knowledge)
    if jsonl:
        _answer_lines(snapshot, Urgency())
    elif question:
        typer.echo(_shown(snapshot, read(snapshot, question, None)))
        if explain:
            typer.echo(explained(snapshot, question))
    else:
        fail("ask what? python -m bot ask 怎么入会")


def _snapshot(knowledge: Path | None) -> Snapshot:
    try:
        if knowledge is None:
            return Snapshot(contents.read().told())
        with knowledge.open(encoding="utf-8") as lines:
            return Snapshot(contents.read_jsonl(lines), Weights.of_any_base())
    except UnicodeDecodeError as problem:
        fail(f"{knowledge} is not UTF-8: {problem.reason} at byte {problem.start}")
    except (Broken, OSError) as problem:
        fail(str(problem))


def _answer_lines(snapshot: Snapshot, urgency: Urgency) -> None:
    topics: dict[str, str] = {}
    # Bytes: the contract is UTF-8, whatever the terminal speaks.
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            fields = json.loads(line)
            question, session = str(fields["q"]), str(fields.get("session", f"line {number}"))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            fail(f"line {number} is not an object with a q")
        reading = read(snapshot, question, topics.get(session))
        if reading.entries:
            topics[session] = reading.entries[-1].topic
        answer = reading_line(snapshot, question, reading, urgent=bool(urgency.kind(question)))
        # Half a character that came escaped goes back escaped. Output that is a pipe would wait for the whole input.
        sys.stdout.buffer.write(answer.encode(errors="backslashreplace") + b"\n")
        sys.stdout.buffer.flush()


def _shown(snapshot: Snapshot, reading: Reading) -> str:
    told = reading.entries or ((reading.aside,) if reading.aside else ())
    if told:
        return "\n\n".join(f"{entry.answer}\n[{entry.id}] {entry.source}" for entry in told)
    near = "\n".join(
        f"{one.score:.2f}  {one.entry.question}  [{one.entry.id}]" for one in offers(snapshot, reading, SHOWN)
    )
    return f"{reading.outcome}\n{near}".strip()
