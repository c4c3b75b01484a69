"""template messages for a worker's own transactions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "service_templates",
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("matter", name=op.f("pk_service_templates")),
    )
    op.add_column("messages", sa.Column("own", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("msg_id", sa.String(length=32), nullable=True))
    op.add_column("contacts", sa.Column("no_templates_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "no_templates_at")
    op.drop_column("messages", "msg_id")
    op.drop_column("messages", "given_at")
    op.drop_column("messages", "own")
    op.drop_table("service_templates")
