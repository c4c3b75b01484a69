"""answers of pages"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0018"
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


def downgrade() -> None:
    op.drop_table("page_answers")
