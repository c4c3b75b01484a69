"""knowledge urgent: how many emergencies are heard and how many alarms are false, and the weights for it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.failures import fail
from knowledge import alarms, contents, urgent_fitting
from knowledge.entries import Broken
from knowledge.urgency import KINDS, SHIPPED, Urgency, to_text


def urgent(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Lists of messages, as in knowledge/golden/urgent")
    ] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Fit the weights first; takes some minutes")] = False,
) -> None:
    """How many urgent messages are heard, and how many ordinary ones are taken for one."""
    if fit:
        SHIPPED.write_text(to_text(urgent_fitting.fit(contents.read().told())), encoding="utf-8")
    urgency = Urgency()
    try:
        known = {path.stem: alarms.read_known(path) for path in files or sorted(alarms.LISTS.glob("*.jsonl"))}
    except UnicodeDecodeError as problem:
        fail(f"not UTF-8: {problem.reason} at byte {problem.start}")
    except (Broken, OSError) as problem:
        fail(str(problem))
    width = max(map(len, known))
    heads = ["urgent", "heard", *KINDS, "ordinary", "false"]
    typer.echo("  ".join(["".ljust(width), *heads]))
    for name, some in known.items():
        found = alarms.judge(urgency, some)
        heard = [_share(found.heard, found.urgent), *(_share(found.by_kind[kind]) for kind in KINDS)]
        cells = [str(found.urgent), *heard, str(found.ordinary), _share(found.false, found.ordinary)]
        typer.echo(
            "  ".join([name.ljust(width), *(c.rjust(len(h)) for c, h in zip(cells, heads, strict=True))])
        )


def _share(share: float, of: int = 1) -> str:
    return f"{share:.3f}" if of else "-"


COMMANDS = (urgent,)
