"""The provider's own name of a session, by which it ends it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the sessions that are open have none."""
    op.add_column("session", sa.Column("provider_session", sa.Text(), nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("session", "provider_session")
