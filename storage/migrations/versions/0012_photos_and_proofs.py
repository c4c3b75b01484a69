"""photos and proofs"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("key", name=op.f("uq_photos_key")),
    )
    op.create_index(op.f("ix_photos_due_at"), "photos", ["due_at"])
    op.create_index(op.f("ix_photos_openid"), "photos", ["openid"])
    op.create_table(
        "member_proofs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_proofs_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_proofs")),
    )
    op.create_index(op.f("ix_member_proofs_member_id"), "member_proofs", ["member_id"])
    op.create_index(op.f("ix_member_proofs_openid"), "member_proofs", ["openid"])
    op.add_column("page_links", sa.Column("uses", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_table("member_proofs")
    op.drop_column("page_links", "uses")
