"""Purges, suspensions, dates that were stated, who is gone and who came back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables of purges, holds and qualifications."""
    op.create_table(
        "gone_person",
        sa.Column("source", Key, nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("forget_on", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source", "pseudonym", "purpose", "operation", name=op.f("pk_gone_person")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_gone_person_source_mark"), "gone_person", ["source", "mark"], unique=False)
    op.create_table(
        "purged_record",
        sa.Column("source", Key, nullable=False),
        sa.Column("person", Key, nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "person", "purpose", "operation", name=op.f("pk_purged_record")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
    )
    op.create_table(
        "came_back",
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cause in ('receipts', 'key')", name=op.f("ck_came_back_cause")),
        sa.ForeignKeyConstraint(["scan"], ["scan.id"], name=op.f("fk_came_back_scan")),
        sa.PrimaryKeyConstraint("scan", "purge", "cause", name=op.f("pk_came_back")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("person", Key, nullable=True),
        sa.Column("purpose", sa.SmallInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("owner_issuer", sa.Text(), nullable=False),
        sa.Column("owner_subject", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.Text(), nullable=False),
        sa.Column("placer_issuer", sa.Text(), nullable=False),
        sa.Column("placer_subject", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.Text(), nullable=True),
        sa.Column("lifter_issuer", sa.Text(), nullable=True),
        sa.Column("lifter_subject", sa.Text(), nullable=True),
        sa.Column("lift_reason", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('litigation', 'restriction', 'authority')", name=op.f("ck_hold_kind")),
        sa.ForeignKeyConstraint(["lift_reason"], ["reason.id"], name=op.f("fk_hold_lift_reason")),
        sa.ForeignKeyConstraint(["reason"], ["reason.id"], name=op.f("fk_hold_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_source_person"), "hold", ["source", "person"], unique=False)
    op.create_table(
        "purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("by_hand", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("charters", sa.Text(), nullable=False),
        sa.Column("source_digest", sa.Text(), nullable=False),
        sa.Column("schema_fingerprint", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.Column("proposer_issuer", sa.Text(), nullable=False),
        sa.Column("proposer_subject", sa.Text(), nullable=False),
        sa.Column("proposal_reason", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("approver_issuer", sa.Text(), nullable=True),
        sa.Column("approver_subject", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("heartbeat_at", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("stopped", sa.Text(), nullable=True),
        sa.CheckConstraint("ground in ('due', 'request')", name=op.f("ck_purge_ground")),
        sa.CheckConstraint(
            "state in ('proposed', 'cancelled') or (approver_issuer is not null and approver_subject is not null)",
            name=op.f("ck_purge_decided"),
        ),
        sa.CheckConstraint(
            "approver_issuer <> proposer_issuer or approver_subject <> proposer_subject",
            name=op.f("ck_purge_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["decision_reason"], ["reason.id"], name=op.f("fk_purge_decision_reason")),
        sa.ForeignKeyConstraint(["proposal_reason"], ["reason.id"], name=op.f("fk_purge_proposal_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
        sa.UniqueConstraint("uuid", name=op.f("uq_purge_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_purge_source_state"), "purge", ["source", "state"], unique=False)
    op.create_table(
        "qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["reason"], ["reason.id"], name=op.f("fk_qualification_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    op.create_table(
        "purge_item",
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("person", Key, nullable=True),
        sa.Column("pseudonym", sa.Text(), nullable=True),
        sa.Column("category", sa.SmallInteger(), nullable=False),
        sa.Column("anchor", sa.SmallInteger(), nullable=False),
        sa.Column("anchor_on", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=True),
        sa.Column("live", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.CheckConstraint("person is not null or state = 'erased'", name=op.f("ck_purge_item_person")),
        sa.ForeignKeyConstraint(["purge"], ["purge.id"], name=op.f("fk_purge_item_purge")),
        sa.ForeignKeyConstraint(["reason"], ["reason.id"], name=op.f("fk_purge_item_reason")),
        sa.PrimaryKeyConstraint("purge", "item", name=op.f("pk_purge_item")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_purge_item_person"), "purge_item", ["person"], unique=False)
    op.create_index(op.f("ix_purge_item_purge_state"), "purge_item", ["purge", "state"], unique=False)
    op.create_table(
        "purge_notice",
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("told_at", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["purge"], ["purge.id"], name=op.f("fk_purge_notice_purge")),
        sa.PrimaryKeyConstraint("purge", "recipient", name=op.f("pk_purge_notice")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "purge_place",
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("unlinked", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["purge"], ["purge.id"], name=op.f("fk_purge_place_purge")),
        sa.PrimaryKeyConstraint("purge", "table", "column", name=op.f("pk_purge_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "purge_residue",
        sa.Column("purge", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["purge"], ["purge.id"], name=op.f("fk_purge_residue_purge")),
        sa.PrimaryKeyConstraint("purge", "item", "table", "column", "key", name=op.f("pk_purge_residue")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "qualified_record",
        sa.Column("source", Key, nullable=False),
        sa.Column("person", Key, nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=False),
        sa.Column("operation", Key, nullable=False),
        sa.Column("qualification", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["qualification"], ["qualification.id"], name=op.f("fk_qualified_record_qualification")
        ),
        sa.PrimaryKeyConstraint("source", "person", "purpose", "operation", name=op.f("pk_qualified_record")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_qualified_record_qualification"), "qualified_record", ["qualification"], unique=False)
