"""Until which day something can still be done: the bot asks for the date, counts, and reminds."""

from handlers.deadlines import counting
from handlers.deadlines.words import capability

__all__ = ["capability", "counting"]
