"""broadcast: what is said to many at once."""

from bot.commands.broadcasts import drafts, results
from bot.commands.broadcasts.conduct import app

__all__ = ["app", "drafts", "results"]
