"""Tables of the tests' own stay apart from those that migrations know."""

from sqlalchemy.orm import DeclarativeBase


class Scratch(DeclarativeBase):
    """The base of tables that only tests make."""
