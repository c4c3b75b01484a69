"""Training: find a course, sign up, wait for a seat, check in, and say how it was."""

from handlers.training import browsing, learning, leaving, signing, telling
from handlers.training.words import capability

__all__ = ["browsing", "capability", "learning", "leaving", "signing", "telling"]
