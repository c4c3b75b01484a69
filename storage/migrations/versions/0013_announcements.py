"""announcements"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "recipient_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_lists")),
        sa.UniqueConstraint("tag", name=op.f("uq_recipient_lists_tag")),
    )
    op.create_table(
        "broadcast_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_broadcast_steps_broadcast_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_steps")),
    )
    with op.batch_alter_table("broadcast_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcast_steps_broadcast_id"), ["broadcast_id"], unique=False)

    op.create_table(
        "list_recipients",
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["recipient_lists.id"], name=op.f("fk_list_recipients_list_id")),
        sa.PrimaryKeyConstraint("list_id", "openid", name=op.f("pk_list_recipients")),
    )
    with op.batch_alter_table("list_recipients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_recipients_openid"), ["openid"], unique=False)

    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.drop_column("launched_at")
        batch_op.drop_column("edition")

    with op.batch_alter_table("list_recipients", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_recipients_openid"))

    op.drop_table("list_recipients")
    with op.batch_alter_table("broadcast_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_broadcast_steps_broadcast_id"))

    op.drop_table("broadcast_steps")
    op.drop_table("recipient_lists")
