"""The commands, one module a subject."""

import typer

from bot.commands import (
    accesses,
    approvals,
    backups,
    calendars,
    corrections,
    imports,
    jobs,
    knowledge,
    members,
    menus,
    operations,
    organisations,
    phones,
    pushes,
    questions,
    replies,
    routes,
    scenes,
    staff,
    stations,
    trainings,
    units,
)

app = typer.Typer(
    name="bot",
    help="A WeChat service-account bot for a city trade union.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for module in (operations, phones, questions, backups):
    for command in module.COMMANDS:
        app.command()(command)
app.add_typer(accesses.app, name="access")
app.add_typer(approvals.app, name="approve")
app.add_typer(calendars.app, name="calendar")
app.add_typer(members.app, name="export")
imports.app.command("units")(units.bring)
app.add_typer(imports.app, name="import")
app.add_typer(jobs.app, name="job")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(corrections.app, name="member")
app.add_typer(menus.app, name="menu")
app.add_typer(organisations.app, name="organisation")
app.add_typer(pushes.app, name="push")
app.add_typer(replies.app, name="reply")
app.add_typer(routes.notices, name="notice")
app.add_typer(routes.app, name="route")
app.add_typer(scenes.app, name="scene")
app.add_typer(staff.app, name="staff")
app.add_typer(stations.app, name="station")
app.add_typer(trainings.app, name="training")
app.add_typer(units.app, name="unit")
