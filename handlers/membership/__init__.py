"""A worker joins the union, and a member changes details, moves, leaves or comes back."""

from handlers.membership import cards, changing, joining, mistakes, returning, telling
from handlers.membership.words import capability

__all__ = ["capability", "cards", "changing", "joining", "mistakes", "returning", "telling"]
