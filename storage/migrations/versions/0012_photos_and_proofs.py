"""photos and proofs"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("page_links", sa.Column("uses", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("page_links", "uses")
