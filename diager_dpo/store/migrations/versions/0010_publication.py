"""What was published of commercial statistics, month by month; triggers keep a published month as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

SQLITE = (
    """CREATE TRIGGER published_cell_no_update BEFORE UPDATE ON published_cell
BEGIN SELECT RAISE(ABORT, 'published months are frozen'); END""",
    """CREATE TRIGGER published_cell_no_delete BEFORE DELETE ON published_cell
BEGIN SELECT RAISE(ABORT, 'published months are frozen'); END""",
    """CREATE TRIGGER published_cell_no_insert BEFORE INSERT ON published_cell
WHEN EXISTS (SELECT 1 FROM published_month WHERE source = NEW.source AND month = NEW.month AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'published months are frozen'); END""",
    """CREATE TRIGGER published_month_no_update BEFORE UPDATE ON published_month WHEN OLD.state = 'published'
BEGIN SELECT RAISE(ABORT, 'published months are frozen'); END""",
    """CREATE TRIGGER published_month_no_delete BEFORE DELETE ON published_month WHEN OLD.state = 'published'
BEGIN SELECT RAISE(ABORT, 'published months are frozen'); END""",
    # Also what refuses INSERT OR REPLACE where a connection has not set recursive_triggers.
    """CREATE TRIGGER published_month_no_insert BEFORE INSERT ON published_month
WHEN EXISTS (SELECT 1 FROM published_month WHERE source = NEW.source AND month = NEW.month AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'published months are frozen'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION published_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'published months are frozen'; END $$""",
    """CREATE FUNCTION published_check() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF EXISTS (SELECT 1 FROM published_month WHERE source = NEW.source AND month = NEW.month AND state = 'published')
THEN RAISE EXCEPTION 'published months are frozen'; END IF;
RETURN NEW; END $$""",
    """CREATE TRIGGER published_cell_no_change BEFORE UPDATE OR DELETE ON published_cell
FOR EACH ROW EXECUTE FUNCTION published_refuse()""",
    """CREATE TRIGGER published_cell_no_truncate BEFORE TRUNCATE ON published_cell
FOR EACH STATEMENT EXECUTE FUNCTION published_refuse()""",
    """CREATE TRIGGER published_cell_no_insert BEFORE INSERT ON published_cell
FOR EACH ROW EXECUTE FUNCTION published_check()""",
    """CREATE TRIGGER published_month_no_change BEFORE UPDATE OR DELETE ON published_month
FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION published_refuse()""",
    """CREATE TRIGGER published_month_no_truncate BEFORE TRUNCATE ON published_month
FOR EACH STATEMENT EXECUTE FUNCTION published_refuse()""",
)


def upgrade() -> None:
    """Add the tables, empty, and their triggers."""
    op.create_table(
        "published_plan",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_published_plan")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_month",
        sa.Column("source", Key, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('published', 'not_publishable')", name=op.f("ck_published_month_state")),
        sa.ForeignKeyConstraint(["plan"], ["published_plan.digest"], name=op.f("fk_published_month_plan")),
        sa.PrimaryKeyConstraint("source", "month", name=op.f("pk_published_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_cell",
        sa.Column("source", Key, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("family", Key, nullable=False),
        sa.Column("region", Key, nullable=False),
        sa.Column("channel", Key, nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.Column("orders", sa.BigInteger(), nullable=True),
        sa.Column("enterprises", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(revenue is null) = (orders is null) and (revenue is null) = (enterprises is null)",
            name=op.f("ck_published_cell_pattern"),
        ),
        sa.PrimaryKeyConstraint(
            "source", "month", "table", "family", "region", "channel", name=op.f("pk_published_cell")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "late_sales",
        sa.Column("source", Key, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("noticed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "month", name=op.f("pk_late_sales")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "publication",
        sa.Column("source", Key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('running', 'done', 'failed')", name=op.f("ck_publication_state")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_publication")),
        sqlite_with_rowid=False,
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
