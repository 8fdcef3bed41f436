"""The register's versions: each change of what the DPO completes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "register_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("activity", Key, nullable=False),
        sa.Column("item", Key, nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["text"], ["reason.id"], name=op.f("fk_register_version_text")),
        sa.ForeignKeyConstraint(["reason"], ["reason.id"], name=op.f("fk_register_version_reason")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_register_version")),
    )
    op.create_index(op.f("ix_register_version_activity_item"), "register_version", ["activity", "item"], unique=False)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("register_version")
