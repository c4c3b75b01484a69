"""Events, who comes to them, and packs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("signs_up", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("code", name=op.f("uq_events_code")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_closes_at"), ["closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_published_at"), ["published_at"], unique=False)

    op.create_table(
        "packs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("numbered", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeem_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packs")),
        sa.UniqueConstraint("code", name=op.f("uq_packs_code")),
    )
    with op.batch_alter_table("packs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packs_closes_at"), ["closes_at"], unique=False)

    op.create_table(
        "event_pictures",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_pictures_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_pictures")),
    )
    op.create_table(
        "event_quotas",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("whose", sa.String(length=64), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_quotas_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_quotas")),
    )
    with op.batch_alter_table("event_quotas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_quotas_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_signups",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quota_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eve_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("morning_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_signups_event_id")),
        sa.ForeignKeyConstraint(["quota_id"], ["event_quotas.id"], name=op.f("fk_event_signups_quota_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_signups")),
        sa.UniqueConstraint("event_id", "openid", name=op.f("uq_event_signups_event_id_openid")),
    )
    with op.batch_alter_table("event_signups", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_signups_offered",
            ["offered_until"],
            unique=False,
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )
        batch_op.create_index(batch_op.f("ix_event_signups_openid"), ["openid"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_signups_phone_blind"), ["phone_blind"], unique=False)
        batch_op.create_index(
            "ix_event_signups_quota_id_state_number", ["quota_id", "state", "number"], unique=False
        )

    op.create_table(
        "pack_coupons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pack_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("openid_blind", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_pack_coupons_member_id")),
        sa.ForeignKeyConstraint(["pack_id"], ["packs.id"], name=op.f("fk_pack_coupons_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_coupons")),
        sa.UniqueConstraint("code", name=op.f("uq_pack_coupons_code")),
        sa.UniqueConstraint("pack_id", "member_id", name=op.f("uq_pack_coupons_pack_id_member_id")),
        sa.UniqueConstraint("pack_id", "number", name=op.f("uq_pack_coupons_pack_id_number")),
        sa.UniqueConstraint("pack_id", "openid", name=op.f("uq_pack_coupons_pack_id_openid")),
        sa.UniqueConstraint("pack_id", "openid_blind", name=op.f("uq_pack_coupons_pack_id_openid_blind")),
    )
    with op.batch_alter_table("pack_coupons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_coupons_openid"), ["openid"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pack_coupons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pack_coupons_openid"))

    op.drop_table("pack_coupons")
    with op.batch_alter_table("event_signups", schema=None) as batch_op:
        batch_op.drop_index("ix_event_signups_quota_id_state_number")
        batch_op.drop_index(batch_op.f("ix_event_signups_phone_blind"))
        batch_op.drop_index(batch_op.f("ix_event_signups_openid"))
        batch_op.drop_index(
            "ix_event_signups_offered",
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )

    op.drop_table("event_signups")
    with op.batch_alter_table("event_quotas", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_quotas_event_id"))

    op.drop_table("event_quotas")
    op.drop_table("event_pictures")
    with op.batch_alter_table("packs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_packs_closes_at"))

    op.drop_table("packs")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_published_at"))
        batch_op.drop_index(batch_op.f("ix_events_kind"))
        batch_op.drop_index(batch_op.f("ix_events_ends_at"))
        batch_op.drop_index(batch_op.f("ix_events_closes_at"))

    op.drop_table("events")
