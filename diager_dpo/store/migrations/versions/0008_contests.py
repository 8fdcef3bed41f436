"""What contests need: entries with their proof, recorded refusals, the opt-out list, kept proofs, announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add seven tables, empty: the next scan fills those that a scan fills."""
    op.create_table(
        "entry_consent",
        sa.Column("source", Key, nullable=False),
        sa.Column("person", Key, nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("missing", sa.SmallInteger(), nullable=False),
        sa.Column("entered_on", sa.Integer(), nullable=True),
        sa.Column("given_on", sa.Integer(), nullable=True),
        sa.Column("withdrawn_on", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source", "person", "operation", name=op.f("pk_entry_consent")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_entry_consent_source_operation_person"), "entry_consent", ["source", "operation", "person"]
    )
    op.create_table(
        "entry_count",
        sa.Column("source", Key, nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("flags", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("missing", sa.SmallInteger(), nullable=False),
        sa.Column("withdrawn_on", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source",
            "operation",
            "kind",
            "last_day",
            "flags",
            "state",
            "missing",
            "withdrawn_on",
            name=op.f("pk_entry_count"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recorded_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("person", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("about", sa.SmallInteger(), nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("exported_at", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.Column("withdrawer_issuer", sa.Text(), nullable=True),
        sa.Column("withdrawer_subject", sa.Text(), nullable=True),
        sa.Column("withdraw_reason", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'objection') = (operation = '')", name=op.f("ck_recorded_refusal_operation")),
        sa.CheckConstraint("kind in ('withdrawal', 'objection')", name=op.f("ck_recorded_refusal_kind")),
        sa.ForeignKeyConstraint(["reason"], ["reason.id"], name=op.f("fk_recorded_refusal_reason")),
        sa.ForeignKeyConstraint(["withdraw_reason"], ["reason.id"], name=op.f("fk_recorded_refusal_withdraw_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_refusal")),
    )
    op.create_index(op.f("ix_recorded_refusal_source_person"), "recorded_refusal", ["source", "person"])
    op.create_table(
        "opposed_person",
        sa.Column("source", Key, nullable=False),
        sa.Column("person", Key, nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("pure", sa.SmallInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("points_read", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("origin in ('scan', 'recorded')", name=op.f("ck_opposed_person_origin")),
        sa.PrimaryKeyConstraint("source", "person", name=op.f("pk_opposed_person")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opt_out_point",
        sa.Column("source", Key, nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("person", Key, nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "point", "person", name=op.f("pk_opt_out_point")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_opt_out_point_source_person"), "opt_out_point", ["source", "person"])
    op.create_table(
        "consent_proof",
        sa.Column("source", Key, nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("about", sa.SmallInteger(), nullable=False),
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("pure", sa.SmallInteger(), nullable=False),
        sa.Column("notice_version", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("keep_until", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source", "pseudonym", "operation", "about", "event", "at", name=op.f("pk_consent_proof")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_consent_proof_source_mark"), "consent_proof", ["source", "mark"])
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("keep_until", sa.Integer(), nullable=True),
        sa.Column("keep_for", sa.Text(), nullable=True),
        sa.Column("source_said", sa.Integer(), nullable=True),
        sa.Column("source_says", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.Text(), nullable=True),
        sa.CheckConstraint("(keep_until is null) <> (keep_for is null)", name=op.f("ck_announcement_duration")),
        sa.ForeignKeyConstraint(["reason"], ["reason.id"], name=op.f("fk_announcement_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_source_operation"), "announcement", ["source", "operation"])
