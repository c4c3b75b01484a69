"""who approved listings and who applied"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("listings", sa.Column("approved_by", sa.String(length=64), nullable=True))
    op.add_column("listings", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("listings", sa.Column("applicants_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("listings", sa.Column("applicants_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("job_applications", sa.Column("start_due_on", sa.Date(), nullable=True))
    op.drop_index("ix_job_applications_starts_on", table_name="job_applications")
    op.create_index("ix_job_applications_start_due_on", "job_applications", ["start_due_on"])
    op.execute(
        "UPDATE job_applications SET start_due_on = COALESCE(starts_on, date(applied_at)) WHERE state = 'hired'"
    )
    # Of those that were closed or taken back since, only when is known.
    op.execute("UPDATE listings SET approved_at = published_at WHERE published_at IS NOT NULL")
    op.execute("UPDATE listings SET approved_by = decided_by WHERE state = 'open'")


def downgrade() -> None:
    op.drop_index("ix_job_applications_start_due_on", table_name="job_applications")
    op.create_index("ix_job_applications_starts_on", "job_applications", ["starts_on"])
    op.drop_column("job_applications", "start_due_on")
    op.drop_column("listings", "applicants_seen_at")
    op.drop_column("listings", "applicants_told_at")
    op.drop_column("listings", "approved_at")
    op.drop_column("listings", "approved_by")
