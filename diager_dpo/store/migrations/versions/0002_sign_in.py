"""Passwords of local accounts, failed sign-ins, and when a session's person last proved who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of local accounts and one column of sessions."""
    op.create_table(
        "credential",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.SmallInteger(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_credential")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("name_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_failed_sign_in")),
        sqlite_with_rowid=False,
    )
    op.add_column("session", sa.Column("proven_at", sa.Text(), nullable=True))
