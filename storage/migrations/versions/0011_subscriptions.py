"""subscriptions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ON = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("wish", sa.String(length=160), nullable=False),
        sa.Column("frequency", sa.String(length=16), nullable=False),
        sa.Column("wording", sa.String(length=32), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(length=64), server_default="", nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_index(op.f("ix_subscriptions_openid"), "subscriptions", ["openid"])
    op.create_index(
        "ix_subscriptions_wish",
        "subscriptions",
        ["topic", "frequency", "wish", "openid"],
        sqlite_where=_ON,
        postgresql_where=_ON,
    )
    op.create_index(
        "uq_subscriptions_on",
        "subscriptions",
        ["openid", "topic", "wish"],
        unique=True,
        sqlite_where=_ON,
        postgresql_where=_ON,
    )
    op.add_column("courses", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("stations", sa.Column("news_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("stations", "news_at")
    op.drop_column("courses", "published_at")
    op.drop_table("subscriptions")
