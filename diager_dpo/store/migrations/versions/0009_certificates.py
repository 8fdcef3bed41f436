"""Certificates of executed purges, each as it was issued."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one table, empty."""
    op.create_table(
        "purge_certificate",
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["purge"], ["purge.id"], name=op.f("fk_purge_certificate_purge")),
        sa.PrimaryKeyConstraint("purge", name=op.f("pk_purge_certificate")),
        sqlite_with_rowid=False,
    )
