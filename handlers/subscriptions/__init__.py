"""Hearing of what is new: asked for in words, with consent, shown, changed and ended at any time."""

from handlers.subscriptions import changing, telling
from handlers.subscriptions.words import capability

__all__ = ["capability", "changing", "telling"]
