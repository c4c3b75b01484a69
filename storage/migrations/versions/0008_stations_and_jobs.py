"""stations_and_jobs"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "listings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("trade", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("pay", sa.String(length=64), nullable=False),
        sa.Column("pay_high", sa.Float(), nullable=False),
        sa.Column("pay_unit", sa.String(length=16), nullable=False),
        sa.Column("paid", sa.String(length=16), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("hours", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.String(length=128), nullable=False),
        sa.Column("licence", sa.String(length=18), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("code", name=op.f("uq_listings_code")),
    )
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_listings_state_district", ["state", "district", "published_at"], unique=False
        )
        batch_op.create_index(
            "ix_listings_state_pay_unit", ["state", "pay_unit", "published_at"], unique=False
        )
        batch_op.create_index("ix_listings_state_published_at", ["state", "published_at"], unique=False)
        batch_op.create_index("ix_listings_state_trade", ["state", "trade", "published_at"], unique=False)
        batch_op.create_index(
            "ix_listings_state_trade_district", ["state", "trade", "district", "published_at"], unique=False
        )

    op.create_table(
        "station_editions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_editions")),
    )
    op.create_table(
        "stations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("services", sa.String(length=256), nullable=False),
        sa.Column("hours", sa.String(length=256), nullable=False),
        sa.Column("telephone", sa.String(length=32), nullable=False),
        sa.Column("keeper", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=64), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
        sa.UniqueConstraint("code", name=op.f("uq_stations_code")),
    )
    op.create_table(
        "job_applications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("consent", sa.String(length=32), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("start_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started", sa.Boolean(), nullable=True),
        sa.Column("pay_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("got_paid", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_job_applications_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_applications")),
        sa.UniqueConstraint("listing_id", "openid", name=op.f("uq_job_applications_listing_id_openid")),
    )
    with op.batch_alter_table("job_applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_applications_openid"), ["openid"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_applications_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "listing_pairs",
        sa.Column("pair", sa.String(length=2), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listing_pairs_listing_id")),
        sa.PrimaryKeyConstraint("pair", "listing_id", name=op.f("pk_listing_pairs")),
    )
    with op.batch_alter_table("listing_pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_pairs_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "station_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_station_reports_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_reports")),
    )
    with op.batch_alter_table("station_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_station_reports_openid"), ["openid"], unique=False)
        batch_op.create_index(
            "ix_station_reports_station_id_settled_at", ["station_id", "settled_at"], unique=False
        )
        batch_op.create_index(
            "uq_station_reports_open",
            ["station_id", "problem", "openid"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("station_reports", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_station_reports_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.drop_index("ix_station_reports_station_id_settled_at")
        batch_op.drop_index(batch_op.f("ix_station_reports_openid"))

    op.drop_table("station_reports")
    with op.batch_alter_table("listing_pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_pairs_listing_id"))

    op.drop_table("listing_pairs")
    with op.batch_alter_table("job_applications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_applications_starts_on"))
        batch_op.drop_index(batch_op.f("ix_job_applications_openid"))

    op.drop_table("job_applications")
    op.drop_table("stations")
    op.drop_table("station_editions")
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.drop_index("ix_listings_state_trade_district")
        batch_op.drop_index("ix_listings_state_trade")
        batch_op.drop_index("ix_listings_state_published_at")
        batch_op.drop_index("ix_listings_state_pay_unit")
        batch_op.drop_index("ix_listings_state_district")

    op.drop_table("listings")
