"""why a listing was published against what its words are suspected of"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("listings", sa.Column("overruled", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("listings", "overruled")
