"""A worker joins the union, and a member changes details, moves or leaves."""

from handlers.membership import changing, joining, telling
from handlers.membership.words import capability

__all__ = ["capability", "changing", "joining", "telling"]
