"""What workers who wait for a person said of themselves, for whoever calls them back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "handover_words",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_handover_words_handover_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_words")),
    )
    with op.batch_alter_table("handover_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_words_handover_id"), ["handover_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_words_openid"), ["openid"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("handover_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_words_openid"))
        batch_op.drop_index(batch_op.f("ix_handover_words_handover_id"))

    op.drop_table("handover_words")
