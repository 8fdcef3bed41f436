"""The journal takes the place of the decisions, which no released version wrote.

Its triggers refuse any change but a next entry: hygiene, not security. Whoever may change the store may also remove a
trigger; the chain, its signatures and the pins are what finds that. PostgreSQL's role of the product should not own the
tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END""",
    # Also what refuses INSERT OR REPLACE and an upsert where a connection has not set recursive_triggers.
    """CREATE TRIGGER journal_in_order BEFORE INSERT ON journal
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM journal)
OR NEW.previous IS NOT coalesce((SELECT hash FROM journal ORDER BY number DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'journal is append-only'; END $$""",
    """CREATE FUNCTION journal_check_order() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF NEW.number IS DISTINCT FROM (SELECT coalesce(max(number), 0) + 1 FROM journal)
OR NEW.previous IS DISTINCT FROM coalesce((SELECT hash FROM journal ORDER BY number DESC LIMIT 1), '')
THEN RAISE EXCEPTION 'journal is append-only'; END IF;
RETURN NEW; END $$""",
    """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal
FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
    """CREATE TRIGGER journal_in_order BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_check_order()""",
)


def upgrade() -> None:
    """Drop the decisions; add the journal and its triggers."""
    op.drop_index(op.f("ix_decision_action"), table_name="decision")
    op.drop_table("decision")
    op.create_table(
        "journal",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_journal_action"), "journal", ["action"])
    op.create_index(op.f("ix_journal_object"), "journal", ["object"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
