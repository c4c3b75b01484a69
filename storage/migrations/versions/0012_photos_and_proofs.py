"""photos and proofs"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
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
    op.drop_table("member_proofs")
    op.drop_column("page_links", "uses")
