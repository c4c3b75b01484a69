"""broadcast: what is said to many at once, from the draft to the result."""

from bot.commands.broadcasts import drafts, results
from bot.commands.broadcasts.steps import app

__all__ = ["app"]

for command in (*drafts.COMMANDS, results.result):
    app.command()(command)
