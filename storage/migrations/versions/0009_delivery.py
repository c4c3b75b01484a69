"""delivery"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DUE = "due_at IS NOT NULL AND status <> 'queued'"


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("mass", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("approver", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.String(length=64), server_default="", nullable=False),
        sa.Column("expanded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("media_id", sa.String(length=255), nullable=True),
        sa.Column("media_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.SmallInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("broadcast_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("mass_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("topic", sa.String(length=32), nullable=True))
        batch_op.drop_index("ix_messages_due_at")
        batch_op.create_index("ix_messages_due_at", ["due_at"], **_where(_DUE))
        batch_op.create_index(
            "ix_messages_broadcast",
            ["broadcast_id", "due_at", "id"],
            **_where("status = 'queued' AND broadcast_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_messages_lane",
            ["lane", "due_at", "id"],
            **_where("status = 'queued' AND broadcast_id IS NULL"),
        )
        batch_op.create_index("ix_messages_mass_id", ["mass_id"], **_where("mass_id IS NOT NULL"))
        batch_op.create_index(
            "uq_messages_broadcast_id_openid",
            ["broadcast_id", "openid"],
            unique=True,
            **_where("broadcast_id IS NOT NULL"),
        )
    op.create_table(
        "mass_bookings",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("booked_by", sa.String(length=64), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", "number", name=op.f("pk_mass_bookings")),
        sa.UniqueConstraint("broadcast_id", name=op.f("uq_mass_bookings_broadcast_id")),
    )
    op.create_table(
        "mass_sends",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("msg_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_sends")),
        sa.UniqueConstraint("client_id", name=op.f("uq_mass_sends_client_id")),
    )
    with op.batch_alter_table("mass_sends", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mass_sends_broadcast_id"), ["broadcast_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mass_sends_msg_id"), ["msg_id"], unique=False)

    op.create_table(
        "notice_templates",
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_notice_templates")),
    )
    op.create_table(
        "routes",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shut_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_routes")),
    )
    op.create_table(
        "tickets",
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("popups", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("openid", "template_id", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shut_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_column("shut_at")

    op.drop_table("tickets")
    op.drop_table("routes")
    op.drop_table("notice_templates")
    with op.batch_alter_table("mass_sends", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mass_sends_msg_id"))
        batch_op.drop_index(batch_op.f("ix_mass_sends_broadcast_id"))

    op.drop_table("mass_sends")
    op.drop_table("mass_bookings")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("uq_messages_broadcast_id_openid")
        batch_op.drop_index("ix_messages_mass_id")
        batch_op.drop_index("ix_messages_lane")
        batch_op.drop_index("ix_messages_broadcast")
        batch_op.drop_index("ix_messages_due_at")
        batch_op.create_index("ix_messages_due_at", ["due_at"], **_where("due_at IS NOT NULL"))
        batch_op.drop_column("topic")
        batch_op.drop_column("mass_id")
        batch_op.drop_column("broadcast_id")
        batch_op.drop_column("lane")

    op.drop_table("broadcasts")
