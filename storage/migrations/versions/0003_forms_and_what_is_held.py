"""forms and what is held"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forms", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("form", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("form_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("form_reminded", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("desk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(
            "ix_conversations_form_at",
            ["form_at"],
            unique=False,
            sqlite_where=sa.text("form_at IS NOT NULL"),
            postgresql_where=sa.text("form_at IS NOT NULL"),
        )

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_messages_held",
            ["openid"],
            unique=False,
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_held",
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.drop_column("expires_at")
        batch_op.drop_column("settled_at")

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_conversations_form_at",
            sqlite_where=sa.text("form_at IS NOT NULL"),
            postgresql_where=sa.text("form_at IS NOT NULL"),
        )
        batch_op.drop_column("desk")
        batch_op.drop_column("form_reminded")
        batch_op.drop_column("form_at")
        batch_op.drop_column("form")
        batch_op.drop_column("forms")
