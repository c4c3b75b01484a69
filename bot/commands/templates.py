"""template: the platform's templates for a worker's own transactions."""

from typing import Annotated, Any

import typer

from bot.commands.console import By, with_database
from bot.commands.failures import fail
from bot.commands.routes import Json, change, pair, show_rows
from bot.platform import utc_now
from messages import transactions
from messages.transactions import Matter, Misfit, Service
from storage.base import CHINA
from storage.database import Database

app = typer.Typer(help="Template messages about a worker's own transactions.", no_args_is_help=True)

_Matter = Annotated[Matter, typer.Argument(help="What the worker has begun")]


@app.command("list")
def list_templates(as_json: Json = False) -> None:
    """The template of each matter, what stands in its fields, and why one is put aside."""

    async def _work(database: Database) -> list[Service]:
        async with database.read() as session:
            return list((await transactions.declared(session)).values())

    show_rows([_row(one) for one in with_database(_work)], as_json, "templates")


@app.command()
def declare(
    matter: _Matter,
    template_id: Annotated[str, typer.Argument(help="As the platform's console shows it")],
    field: Annotated[
        list[str],
        typer.Option(
            help="thing1=title, thing2=text, thing3=next, time4=date, or phrase5=words of its own list"
        ),
    ],
    by: By,
    page: Annotated[str, typer.Option(help="What a tap opens")] = "",
) -> None:
    """Have notices of a matter go by a template where nothing else is open; one put aside is tried again."""
    service = Service(matter, template_id, dict(pair(one) for one in field), page)
    try:
        change(by, lambda session: transactions.declare(session, service, by, utc_now()))
    except Misfit as misfit:
        fail(str(misfit))
    typer.echo(f"{matter} goes by {template_id}")


@app.command()
def withdraw(matter: _Matter, by: By) -> None:
    """Send no template messages of a matter any more."""
    if not change(by, lambda session: transactions.withdraw(session, matter)):
        fail(f"{matter} has no template")
    typer.echo(f"{matter} has no template any more")


def _row(one: Service) -> dict[str, Any]:
    row = {"matter": one.matter, "template": one.template_id, "page": one.page, **one.fields}
    if one.refused_until is not None and one.refused_until > utc_now():
        until = one.refused_until.astimezone(CHINA).isoformat(" ", "minutes")[:16]
        row |= {"put_aside_until": until, "reason": one.reason}
    return row
