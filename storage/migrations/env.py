"""Alembic's door: the caller hands in the connection and the metadata of all packages."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.base import UTCDateTime
from storage.sealing import Blind, Sealed


def _render(kind: str, value: Any, autogen: AutogenContext) -> str | Literal[False]:
    # A migration is history: it must not change when our column types do.
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, Sealed | Blind):
        return "sa.LargeBinary()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=_render,
    compare_type=True,
)
context.run_migrations()
