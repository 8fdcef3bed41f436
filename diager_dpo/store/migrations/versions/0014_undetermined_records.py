"""Records without a deadline are few, and asked for by their cause: an index of them alone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NAME = "ix_record_undetermined"


def upgrade() -> None:
    """Add the index; its condition is what the queries say, word for word."""
    where = sa.text("kind = 2 AND last_day IS NULL")
    op.create_index(
        _NAME,
        "record",
        ["source", "purpose", "category", "anomalies", "operation"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_index(_NAME, "record")
