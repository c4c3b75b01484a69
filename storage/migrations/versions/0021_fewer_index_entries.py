"""wire ids and replies are indexed only where there are any"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_reply_to")
        batch_op.drop_constraint("uq_messages_wire_id", type_="unique")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_reply_to", ["reply_to"], **_where("reply_to IS NOT NULL"))
        batch_op.create_index(
            "uq_messages_wire_id", ["wire_id"], unique=True, **_where("wire_id IS NOT NULL")
        )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("uq_messages_wire_id")
        batch_op.drop_index("ix_messages_reply_to")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_unique_constraint("uq_messages_wire_id", ["wire_id"])
        batch_op.create_index("ix_messages_reply_to", ["reply_to"])
