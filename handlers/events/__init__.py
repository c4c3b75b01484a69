"""Events: what is on nearby, signing up, waiting for a place, checking in, and thanks."""

from handlers.events import browsing, coming, leading, signing, telling
from handlers.events.words import capability

__all__ = ["browsing", "capability", "coming", "leading", "signing", "telling"]
