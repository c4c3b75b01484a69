"""lists of digests, photos that were handed in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LISTS = sa.text("listed IS NOT NULL")


def upgrade() -> None:
    op.add_column("messages", sa.Column("listed", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_messages_listed",
        "messages",
        ["openid"],
        sqlite_where=_LISTS,
        postgresql_where=_LISTS,
    )
    op.drop_column("subscriptions", "shown")
    op.drop_column("subscriptions", "shown_at")
    op.add_column("photos", sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE photos SET handed_in_at = sent_at")


def downgrade() -> None:
    op.drop_column("photos", "handed_in_at")
    op.add_column(
        "subscriptions", sa.Column("shown", sa.String(length=64), server_default="", nullable=False)
    )
    op.add_column("subscriptions", sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_messages_listed", table_name="messages")
    op.drop_column("messages", "listed")
