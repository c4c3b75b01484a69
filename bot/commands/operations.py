"""serve, migrate, settings, doctor."""

import json
import socket
from typing import Annotated

import typer

from bot import doctor as checks
from bot import settings as options
from bot.app import Role, reach
from bot.commands.console import run
from bot.commands.console import settings as read_settings
from bot.commands.failures import fail
from bot.logs import configure
from bot.processes import Processes
from bot.server import listen
from bot.server import serve as serve_one
from bot.settings import Misconfigured
from dialogue import Clash
from knowledge.entries import Broken
from storage.database import Database

app = typer.Typer()


@app.command()
def serve(
    role: Annotated[Role, typer.Option(help="web answers WeChat, worker delivers, all does both")] = "all",
    processes: Annotated[int, typer.Option(min=1, help="How many processes share the address")] = 1,
    socket_fd: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
) -> None:
    """Migrate the database and answer WeChat until stopped."""
    configure()
    given = read_settings()
    if socket_fd is not None:
        listener = socket.socket(fileno=socket_fd)
    else:
        try:
            listener = listen(given.host, given.port)
        except OSError as error:
            fail(f"cannot listen on {given.host}:{given.port}: {error.strerror}")
    try:
        keyring = given.keyring()
        if processes > 1:
            run(reach(Database(given.database_url, keyring)))
            Processes(processes, role, listener).run()
        else:
            run(serve_one(given, role, listener))
    except Misconfigured as problem:
        fail(f"not configured: {problem}")
    except (Broken, Clash) as problem:
        fail(str(problem))


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    configure()
    given = read_settings()
    try:
        run(reach(Database(given.database_url, given.keyring())))
    except Misconfigured as problem:
        fail(f"not configured: {problem}")
    typer.echo("the database is up to date")


@app.command()
def settings(
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Every setting with its default and meaning."""
    rows = list(options.table())
    if as_json:
        typer.echo(
            json.dumps([{"name": n, "default": d, "meaning": m} for n, d, m in rows], ensure_ascii=False)
        )
        return
    width = max(len(name) for name, _, _ in rows)
    for name, default, meaning in rows:
        typer.echo(f"{name:{width}}  {meaning}" + (f" [{default}]" if default else ""))


@app.command()
def doctor() -> None:
    """Check the configuration, the database and the connection with WeChat, in plain words."""
    configure(pretty=True)
    findings = run(checks.examine(read_settings()))
    for finding in findings:
        mark = "BAD " if not finding.good else "note" if finding.warning else "ok  "
        typer.echo(f"{mark} {finding.subject}: {finding.text}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
