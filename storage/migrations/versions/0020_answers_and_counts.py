"""answers of pages and counts of mass sends"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "page_answers",
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("showing", sa.String(length=32), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "showing", name=op.f("pk_page_answers")),
    )
    with op.batch_alter_table("mass_sends", schema=None) as batch_op:
        for name in ("total", "filtered", "failed", "gone"):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("mass_sends", schema=None) as batch_op:
        for name in ("gone", "failed", "filtered", "total"):
            batch_op.drop_column(name)
    op.drop_table("page_answers")
