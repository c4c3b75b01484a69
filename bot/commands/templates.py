"""notice: the templates of subscription notices."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.console import By, Result, allowed, with_database
from bot.commands.failures import fail
from bot.platform import utc_now
from messages import tickets
from messages.tickets import Template
from storage.database import Database
from union.rights import Right

app = typer.Typer(help="Templates of subscription notices.", no_args_is_help=True)

Topic = Annotated[
    str, typer.Argument(help="jobs, training, welfare, notices, stations or a topic of your own")
]


@app.command("templates")
def show(as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False) -> None:
    """The template of each topic, with what stands in its fields."""

    async def _work(database: Database) -> list[Template]:
        async with database.read() as session:
            return list((await tickets.templates_by_topic(session)).values())

    found = with_database(_work)
    rows = [
        {
            "topic": one.topic,
            "template": one.template_id,
            "lasting": one.lasting,
            "page": one.page,
            **one.fields,
        }
        for one in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo("\t".join(f"{name} {value}" for name, value in row.items() if value != ""))
    typer.echo(f"{len(rows)} templates")


@app.command()
def declare(
    topic: Topic,
    template_id: Annotated[str, typer.Argument(help="As the platform's console shows it")],
    field: Annotated[
        list[str], typer.Option(help="thing1=title, thing2=text, time3=date, or phrase4=words of your own")
    ],
    by: By,
    lasting: Annotated[bool, typer.Option("--lasting", help="One consent is for all that follows")] = False,
    page: Annotated[str, typer.Option(help="What a tap opens")] = "",
) -> None:
    """Have a topic's notices go by a template."""
    fields = dict(_pair(one) for one in field)
    template = Template(topic, template_id, lasting, fields, page)
    _change(by, lambda session: tickets.declare(session, template, by, utc_now()))
    typer.echo(f"{topic} goes by {template_id}")


@app.command()
def withdraw(topic: Topic, by: By) -> None:
    """Send no subscription notices of a topic any more."""
    if not _change(by, lambda session: tickets.withdraw(session, topic)):
        fail(f"{topic} has no template")
    typer.echo(f"{topic} has no template any more")


def _pair(given: str) -> tuple[str, str]:
    name, equals, source = given.partition("=")
    if not (name and equals and source):
        fail(f"{given!r} is not FIELD=WHAT")
    return name, source


def _change(by: str, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    async def _work(database: Database) -> Result:
        async with database.write() as session:
            await allowed(session, by, Right.OPERATE)
            return await work(session)

    return with_database(_work)
