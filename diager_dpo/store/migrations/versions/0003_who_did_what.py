"""Who looked at what, who decided what, when an account was last used, and as which recipient somebody is entitled."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the access log, the decisions, and a column each to accounts and grants."""
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=True),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("person", Key, nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('list', 'record', 'search')", name=op.f("ck_access_log_kind")),
        sa.CheckConstraint("person is null or kind = 'record'", name=op.f("ck_access_log_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"])
    op.create_index(op.f("ix_access_log_issuer_subject_at"), "access_log", ["issuer", "subject", "at"])
    op.create_index(op.f("ix_access_log_person"), "access_log", ["person"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_action"), "decision", ["action"])
    op.add_column("account", sa.Column("last_used_at", sa.Text(), nullable=True))
    op.add_column("role_grant", sa.Column("recipient", sa.Text(), nullable=True))
