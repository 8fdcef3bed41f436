"""The tables of the store.

Days are integers (days since 1970-01-01; ``domain.civil``), instants ISO 8601 text in UTC, codes the numbers of
``domain.words``. Tables that grow with the company are keyed (source, person, …), so that they can be distributed or
partitioned by person.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

from diager_dpo.domain.words import Kind

# Keys of the source. PostgreSQL orders them by bytes, as SQLite does.
Key = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# What this installation is: its random id, the marker of its demonstration, the version that wrote it last.
installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

account = Table(
    "account",
    metadata,
    Column("issuer", Text, primary_key=True),  # who vouches for the identity; one at a time
    Column("subject", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("disabled_at", Text),
    Column("last_used_at", Text),
    sqlite_with_rowid=False,
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("purpose", SmallInteger),  # binds operators and approvers
    Column("recipient", Text),  # which recipient of the charter somebody is, in its words; NULL: none that it names
    Column("granted_at", Text, nullable=False),
    Column("revoked_at", Text),
    Index(None, "issuer", "subject"),
)

# Who is signed in. The browser holds a random token, the store its hash only: reading the store opens no session.
session = Table(
    "session",
    metadata,
    Column("token_hash", Text, primary_key=True),  # SHA-256, hexadecimal
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("proven_at", Text),  # when its person last proved who they are; NULL where the provider does not say
    Column("provider_session", Text),  # the provider's own name of it (sid), by which the provider ends it
    sqlite_with_rowid=False,
)

# Passwords of local accounts, where no provider vouches for people. Their names and roles are in account, role_grant.
credential = Table(
    "credential",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),  # argon2id
    Column("must_change", SmallInteger, nullable=False),  # 1: made by somebody else, good for one sign-in
    Column("changed_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Sign-ins that failed, by a digest of the name that was given: whether an account has that name makes no difference.
failed_sign_in = Table(
    "failed_sign_in",
    metadata,
    Column("name_hash", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Who looked at which records: never a value of a person. The key of one record that was opened stands in ``person`` and
# must go with the person. Kept for twelve months.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),  # list, record, search
    Column("purpose", SmallInteger),
    Column("filter", Text, nullable=False),  # canonical JSON; codes and dates only
    Column("person", Key),
    Column("n", BigInteger, nullable=False),  # how many answers there were
    CheckConstraint("kind in ('list', 'record', 'search')", name="kind"),
    CheckConstraint("person is null or kind = 'record'", name="person"),
    Index(None, "at"),
    Index(None, "issuer", "subject", "at"),
    Index(None, "person"),
)

# What people decided and changed, in the transaction of the change: append-only, chained and signed (services.journal).
# Triggers (migration 0005) refuse what is no next entry.
journal = Table(
    "journal",
    metadata,
    Column("log", Text, nullable=False),  # which journal: the random id of this installation's
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("at", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("payload", Text, nullable=False),  # canonical JSON (RFC 8785)
    Column("previous", Text, nullable=False),  # hash of the entry before; empty for the first
    Column("key", Text, nullable=False),  # which key signed: SHA-256 of the public key
    Column("hash", Text, nullable=False),  # SHA-256 over every column but this and the next
    Column("signature", Text, nullable=False),  # Ed25519
    Index(None, "action"),
    Index(None, "object"),
    sqlite_with_rowid=False,
)

# Why somebody decided something, in their words: apart from the decision, which holds a digest of it only, so that the
# text can be erased and the decision stands.
reason = Table(
    "reason",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("salt", Text, nullable=False),  # hexadecimal
)

scan = Table(
    "scan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),  # running, done, failed
    Column("day", Integer, nullable=False),  # the day of the scan: facts after it are in the future
    Column("replayed", SmallInteger, nullable=False),  # 1 where the day was given instead of read from the clock
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("heartbeat_at", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("expected", BigInteger),
    Column("persons", BigInteger),
    Column("records", BigInteger),
    Column("added", BigInteger),
    Column("changed", BigInteger),
    Column("removed", BigInteger),
    Column("error", Text),  # a code of the catalogs, never a value of the source
    CheckConstraint("state in ('running', 'done', 'failed')", name="state"),
    Index(None, "source", "state"),
)

# What each scan counted on its own day: the trend.
scan_total = Table(
    "scan_total",
    metadata,
    Column("scan", ForeignKey("scan.id"), primary_key=True),
    Column("purpose", SmallInteger, primary_key=True),
    Column("status", SmallInteger, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("oldest_due_from", Integer),  # only for status due; not before the charter version that set it
    sqlite_with_rowid=False,
)

finding = Table(
    "finding",
    metadata,
    Column("scan", ForeignKey("scan.id"), primary_key=True),
    Column("anomaly", SmallInteger, primary_key=True),
    Column("fact", Text, primary_key=True),
    Column("column", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("examples", Text, nullable=False),  # JSON list of keys
    sqlite_with_rowid=False,
)

alert = Table(
    "alert",
    metadata,
    Column("scan", ForeignKey("scan.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("purpose", SmallInteger, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Rules behind verdicts; a record refers to one by id. Kept for ever: a record of a former scan may still name it.
rule = Table(
    "rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("purpose", SmallInteger, nullable=False),
    Column("category", SmallInteger, nullable=False),
    Column("duration", Text, nullable=False),
    Column("charter", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("effective", Integer, nullable=False),
    Index(None, "purpose", "category", "duration", "charter", "clause", "effective", unique=True),
)

operation = Table(
    "operation",
    metadata,
    Column("source", Key, primary_key=True),
    Column("operation", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("opens_on", Integer),
    Column("closes_on", Integer),
    Column("last_day", Integer),
    Column("prolonged_on", Integer),  # the day a scan first saw a later last day than announced before
    sqlite_with_rowid=False,
)

_UNDETERMINED = f"kind = {int(Kind.UNDETERMINED)} AND last_day IS NULL"

# The deadline index: one row a record.
record = Table(
    "record",
    metadata,
    Column("source", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("purpose", SmallInteger, primary_key=True),
    Column("operation", Key, primary_key=True),  # empty outside contests
    Column("category", SmallInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("anchor", SmallInteger, nullable=False),
    Column("anchor_on", Integer),
    Column("rule", Integer, nullable=False),
    Column("running_until", Integer),  # 9999-12-31 where the relation is on without a known end
    Column("last_day", Integer),
    Column("inactive_from", Integer),
    Column("flags", SmallInteger, nullable=False),
    Column("anomalies", SmallInteger, nullable=False),
    # A 64-bit digest of the whole row: what a scan reads back to find the rows that changed (store.fingerprints). A row
    # without one counts as changed.
    Column("fingerprint", BigInteger, nullable=False, default=0),
    Index(None, "source", "purpose", "last_day"),
    Index(  # one record in fifty: why a record has no deadline is asked for all of them at once
        "ix_record_undetermined",
        *("source", "purpose", "category", "anomalies", "operation"),
        sqlite_where=text(_UNDETERMINED),
        postgresql_where=text(_UNDETERMINED),
    ),
    sqlite_with_rowid=False,
)

# The index counted: a few thousand rows whatever the size of the company, from which every count of every day follows.
# Days that are not (domain.civil.NO_DAY) are stored as such here, because they are part of the key.
calendar = Table(
    "calendar",
    metadata,
    Column("source", Key, primary_key=True),
    Column("purpose", SmallInteger, primary_key=True),
    Column("category", SmallInteger, primary_key=True),
    Column("kind", SmallInteger, primary_key=True),
    Column("rule", Integer, primary_key=True),
    Column("running_until", Integer, primary_key=True),
    Column("last_day", Integer, primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

source_check = Table(
    "source_check",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("checked_at", Text, nullable=False),
    Column("clean", SmallInteger, nullable=False),
    Column("report", Text, nullable=False),  # JSON: list of problems, each with its code and what it is about
    Index(None, "source"),
)

# A list of records that people decide to erase. ``version`` rises with every change: who decides names what they saw.
purge = Table(
    "purge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),  # what receipts in the source call it; random, hexadecimal
    Column("source", Key, nullable=False),
    Column("purpose", SmallInteger, nullable=False),
    Column("operation", Key, nullable=False),  # empty outside contests
    Column("as_of", Integer, nullable=False),
    Column("ground", Text, nullable=False),  # due: their last day has passed; request: GDPR 17, named persons
    Column("by_hand", SmallInteger, nullable=False),  # 1: the operator of the source erases, a scan verifies
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("charters", Text, nullable=False),  # JSON list of the versions in force
    Column("source_digest", Text, nullable=False),
    Column("schema_fingerprint", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of the list as it is now (domain.purges.canonical)
    Column("proposed", Integer, nullable=False),  # items when it was proposed
    Column("people", BigInteger, nullable=False),  # records of that purpose when it was proposed
    Column("proposed_at", Text, nullable=False),
    Column("proposer_issuer", Text, nullable=False),
    Column("proposer_subject", Text, nullable=False),
    Column("proposal_reason", ForeignKey("reason.id")),
    Column("decided_at", Text),  # approved or rejected
    Column("approver_issuer", Text),
    Column("approver_subject", Text),
    Column("decision_reason", ForeignKey("reason.id")),
    Column("expires_at", Text),  # of the approval
    Column("fence", BigInteger, nullable=False),  # rises with every worker that takes the purge over
    Column("started_at", Text),
    Column("heartbeat_at", Text),
    Column("finished_at", Text),
    Column("stopped", Text),  # the code of why it needs attention
    CheckConstraint("approver_issuer <> proposer_issuer or approver_subject <> proposer_subject", name="four_eyes"),
    CheckConstraint(
        "state in ('proposed', 'cancelled') or (approver_issuer is not null and approver_subject is not null)",
        name="decided",
    ),
    CheckConstraint("ground in ('due', 'request')", name="ground"),
    Index(None, "source", "state"),
    sqlite_autoincrement=True,
)

# Its records. ``person`` holds the key until it is erased, then only what the keys of this installation make of it.
purge_item = Table(
    "purge_item",
    metadata,
    Column("purge", ForeignKey("purge.id"), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("person", Key),
    Column("pseudonym", Text),  # HMAC-SHA-256, hexadecimal; dropped once no backup holds the person any more
    Column("category", SmallInteger, nullable=False),
    Column("anchor", SmallInteger, nullable=False),
    Column("anchor_on", Integer),
    Column("rule", Integer, nullable=False),
    Column("last_day", Integer),
    Column("live", SmallInteger, nullable=False),  # purposes that live on, as bits (domain.erasure)
    Column("state", Text, nullable=False),
    Column("why", Text),  # a code: why it was set aside, skipped or failed
    Column("until", Integer),  # set aside until that day, inclusive
    Column("reason", ForeignKey("reason.id")),  # of whoever set it aside
    CheckConstraint("person is not null or state = 'erased'", name="person"),
    Index(None, "person"),
    Index(None, "purge", "state"),
    sqlite_with_rowid=False,
)

# What a purge takes, by place: planned in the dry run, gone in the end, left when it was looked at again.
purge_place = Table(
    "purge_place",
    metadata,
    Column("purge", ForeignKey("purge.id"), primary_key=True),
    Column("table", Text, primary_key=True),
    Column("column", Text, primary_key=True),  # empty: whole rows
    Column("planned", BigInteger, nullable=False),
    Column("unlinked", BigInteger, nullable=False),  # rows that stay after their last purpose
    Column("gone", BigInteger, nullable=False),
    Column("remaining", BigInteger),  # NULL until it was looked at again
    sqlite_with_rowid=False,
)

# Where else a person's values stand: never which values.
purge_residue = Table(
    "purge_residue",
    metadata,
    Column("purge", ForeignKey("purge.id"), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("table", Text, primary_key=True),
    Column("column", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# Who must be told of an executed purge (GDPR 19, 28), and who recorded that it was done.
purge_notice = Table(
    "purge_notice",
    metadata,
    Column("purge", ForeignKey("purge.id"), primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("told_at", Text),
    Column("issuer", Text),
    Column("subject", Text),
    sqlite_with_rowid=False,
)

# What was certified of an executed purge, byte for byte as it was signed: issued once, given out as often as asked.
purge_certificate = Table(
    "purge_certificate",
    metadata,
    Column("purge", ForeignKey("purge.id"), primary_key=True),
    Column("issued_at", Text, nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON (RFC 8785) with its signature
    sqlite_with_rowid=False,
)

# Records that were purged of persons who are still known for another purpose: out of scope until a later fact.
purged_record = Table(
    "purged_record",
    metadata,
    Column("source", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("purpose", SmallInteger, primary_key=True),
    Column("operation", Key, primary_key=True),
    Column("on", Integer, nullable=False),
    Column("purge", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Persons of whom nothing is left: recognised should they come back, and forgotten once no backup can bring them.
gone_person = Table(
    "gone_person",
    metadata,
    Column("source", Key, primary_key=True),
    Column("pseudonym", Text, primary_key=True),  # HMAC-SHA-256 of the key, hexadecimal
    Column("purpose", SmallInteger, primary_key=True),
    Column("operation", Key, primary_key=True),
    Column("mark", BigInteger, nullable=False),  # a keyed 64-bit hash: finds candidates among millions of keys
    Column("purge", Integer, nullable=False),
    Column("forget_on", Integer),  # NULL: nobody said how long backups are kept
    Index(None, "source", "mark"),
    sqlite_with_rowid=False,
)

# Who came back, as each scan saw it. receipts: the source is as it was before a purge; key: the key is there again.
came_back = Table(
    "came_back",
    metadata,
    Column("scan", ForeignKey("scan.id"), primary_key=True),
    Column("purge", Integer, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    CheckConstraint("cause in ('receipts', 'key')", name="cause"),
    sqlite_with_rowid=False,
)

# Suspensions of purges. Without a person: everybody; without a purpose: every purpose.
hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Key, nullable=False),
    Column("person", Key),
    Column("purpose", SmallInteger),
    Column("kind", Text, nullable=False),  # litigation, restriction (GDPR 18), authority
    Column("reason", ForeignKey("reason.id"), nullable=False),
    Column("owner_issuer", Text, nullable=False),
    Column("owner_subject", Text, nullable=False),
    Column("review_on", Integer, nullable=False),
    Column("since", Integer, nullable=False),
    Column("placed_at", Text, nullable=False),
    Column("placer_issuer", Text, nullable=False),
    Column("placer_subject", Text, nullable=False),
    Column("lifted_at", Text),
    Column("lifter_issuer", Text),
    Column("lifter_subject", Text),
    Column("lift_reason", ForeignKey("reason.id")),
    CheckConstraint("kind in ('litigation', 'restriction', 'authority')", name="kind"),
    Index(None, "source", "person"),
)

# A date the DPO stated where the source has none, for the records that name it.
qualification = Table(
    "qualification",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Key, nullable=False),
    Column("purpose", SmallInteger, nullable=False),
    Column("cause", Text, nullable=False),  # what made its records undetermined, a code
    Column("stated_on", Integer, nullable=False),
    Column("reason", ForeignKey("reason.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("withdrawn_at", Text),
)

qualified_record = Table(
    "qualified_record",
    metadata,
    Column("source", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("purpose", SmallInteger, primary_key=True),
    Column("operation", Key, primary_key=True),
    Column("qualification", ForeignKey("qualification.id"), nullable=False),
    Index(None, "qualification"),
    sqlite_with_rowid=False,
)

# The entries of contests with the consent behind each, as the scan or a live look found them: record, and its proof.
entry_consent = Table(
    "entry_consent",
    metadata,
    Column("source", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("operation", Key, primary_key=True),
    Column("kind", SmallInteger, nullable=False),  # this and the next two as in ``record``
    Column("last_day", Integer),
    Column("flags", SmallInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),  # domain.evidence.ConsentState
    Column("missing", SmallInteger, nullable=False),  # bits of domain.evidence.Missing
    Column("entered_on", Integer),
    Column("given_on", Integer),
    Column("withdrawn_on", Integer),
    Index(None, "source", "operation", "person"),
    sqlite_with_rowid=False,
)

# The same counted: what the cards of contests show on any day. Days that are not stand as ``domain.civil.NO_DAY``.
entry_count = Table(
    "entry_count",
    metadata,
    Column("source", Key, primary_key=True),
    Column("operation", Key, primary_key=True),
    Column("kind", SmallInteger, primary_key=True),
    Column("last_day", Integer, primary_key=True),
    Column("flags", SmallInteger, primary_key=True),
    Column("state", SmallInteger, primary_key=True),
    Column("missing", SmallInteger, primary_key=True),
    Column("withdrawn_on", Integer, primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What people said by mail, by telephone or in person, recorded here and perhaps not yet in the company's database.
# ``person`` is a pseudonym once the person is erased.
recorded_refusal = Table(
    "recorded_refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Key, nullable=False),
    Column("person", Key, nullable=False),
    Column("kind", Text, nullable=False),  # withdrawal (GDPR 7), objection (GDPR 21)
    Column("operation", Key, nullable=False),  # empty for an objection
    Column("about", SmallInteger, nullable=False),  # words.Subject; 0 for an objection
    Column("on", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("reason", ForeignKey("reason.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("exported_at", Text),  # handed to whoever looks after the company's database
    Column("withdrawn_at", Text),  # recorded by mistake
    Column("withdrawer_issuer", Text),
    Column("withdrawer_subject", Text),
    Column("withdraw_reason", ForeignKey("reason.id")),
    CheckConstraint("kind in ('withdrawal', 'objection')", name="kind"),
    CheckConstraint("(kind = 'objection') = (operation = '')", name="operation"),
    Index(None, "source", "person"),
)

# Who objects to prospecting, as long as they are known: an objection that the source has lost stands nonetheless.
opposed_person = Table(
    "opposed_person",
    metadata,
    Column("source", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("on", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),  # microseconds since 1970 in UTC
    Column("pure", SmallInteger, nullable=False),  # 1: a day without a time
    Column("origin", Text, nullable=False),  # scan, recorded
    Column("points_read", SmallInteger, nullable=False),  # 1: their contact points are on the opt-out list
    CheckConstraint("origin in ('scan', 'recorded')", name="origin"),
    sqlite_with_rowid=False,
)

# The opt-out list (liste repoussoir): keyed hashes of contact points, never purged by itself. ``person`` is a pseudonym
# once the person is erased.
opt_out_point = Table(
    "opt_out_point",
    metadata,
    Column("source", Key, primary_key=True),
    Column("point", Text, primary_key=True),  # HMAC-SHA-256 of the kind and the normalised point, hexadecimal
    Column("person", Key, primary_key=True),
    Column("on", Integer, nullable=False),  # the day of the objection
    Column("review_on", Integer, nullable=False),  # to be re-examined from that day
    Index(None, "source", "person"),
    sqlite_with_rowid=False,
)

# What was said of a consent whose own record is erased, and of objections of persons who are: an event a row.
consent_proof = Table(
    "consent_proof",
    metadata,
    Column("source", Key, primary_key=True),
    Column("pseudonym", Text, primary_key=True),  # HMAC-SHA-256 of the person's key, hexadecimal
    Column("operation", Key, primary_key=True),  # empty for an objection
    Column("about", SmallInteger, primary_key=True),  # words.Subject; 0 with an empty operation: an objection
    Column("event", SmallInteger, primary_key=True),  # words.ConsentEvent
    Column("at", BigInteger, primary_key=True),  # microseconds since 1970 in UTC
    Column("on", Integer, nullable=False),
    Column("pure", SmallInteger, nullable=False),
    Column("notice_version", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("mark", BigInteger, nullable=False),  # a keyed 64-bit hash: finds candidates among millions of keys
    Column("keep_until", Integer, nullable=False),
    Index(None, "source", "mark"),
    sqlite_with_rowid=False,
)

# What was announced of an operation's duration, where the DPO stated or corrected it. The latest that stands counts.
announcement = Table(
    "announcement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Key, nullable=False),
    Column("operation", Key, nullable=False),
    Column("keep_until", Integer),
    Column("keep_for", Text),  # ISO 8601
    Column("source_said", Integer),  # the last day that followed from the source when it was announced
    Column("source_says", Integer),  # the same at the last scan
    Column("reason", ForeignKey("reason.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("replaced_at", Text),
    CheckConstraint("(keep_until is null) <> (keep_for is null)", name="duration"),
    Index(None, "source", "operation"),
)

# The publication plans behind what was published, as they were written.
published_plan = Table(
    "published_plan",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the text
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Months of commercial statistics. A published one is frozen: triggers (migration 0010) refuse any change of it.
published_month = Table(
    "published_month",
    metadata,
    Column("source", Key, primary_key=True),
    Column("month", Text, primary_key=True),  # 2026-10
    Column("state", Text, nullable=False),  # published, not_publishable
    Column("reason", Text, nullable=False),  # domain.statistics.block.Reason; empty where it is published
    Column("published_at", Text, nullable=False),
    Column("plan", ForeignKey("published_plan.digest"), nullable=False),
    Column("lines", BigInteger, nullable=False),  # of the whole month when it was read
    Column("mark", Text, nullable=False),  # keyed hash of its lines and cents: whether something came later
    CheckConstraint("state in ('published', 'not_publishable')", name="state"),
    sqlite_with_rowid=False,
)

# Their cells, "*" for a total. What is NULL is hidden, and hidden in every measure.
published_cell = Table(
    "published_cell",
    metadata,
    Column("source", Key, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("table", Text, primary_key=True),
    Column("family", Key, primary_key=True),
    Column("region", Key, primary_key=True),
    Column("channel", Key, primary_key=True),
    Column("revenue", BigInteger),  # cents
    Column("orders", BigInteger),
    Column("enterprises", Integer),  # the first number of their band
    CheckConstraint(
        "(revenue is null) = (orders is null) and (revenue is null) = (enterprises is null)", name="pattern"
    ),
    sqlite_with_rowid=False,
)

# Published months whose lines in the source are no longer those that were published.
late_sales = Table(
    "late_sales",
    metadata,
    Column("source", Key, primary_key=True),
    Column("month", Text, primary_key=True),
    Column("lines", BigInteger, nullable=False),  # more than were published, or fewer
    Column("mark", Text, nullable=False),  # as in published_month, of the lines as they were seen last
    Column("noticed_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

# The publication that runs, or the last one.
publication = Table(
    "publication",
    metadata,
    Column("source", Key, primary_key=True),
    Column("state", Text, nullable=False),  # running, done, failed
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("month", Text, nullable=False),  # being protected; empty before the first
    Column("done", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("error", Text),
    CheckConstraint("state in ('running', 'done', 'failed')", name="state"),
    sqlite_with_rowid=False,
)

# Each version of the register is one change of it; a change is never rewritten. What people wrote lies in ``reason``,
# where it can be erased; ``text_digest`` binds it to the row.
register_version = Table(
    "register_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # domain.register_content.ChangeKind
    Column("activity", Key, nullable=False),  # of a purpose or of an added activity; empty: every one
    Column("item", Key, nullable=False),  # a field or a convention; empty: the activity itself
    Column("choices", Text, nullable=False),  # codes of domain.register_fields.CHOICES, by commas
    Column("severity", Text),
    Column("due", Integer),
    Column("text", ForeignKey("reason.id"), nullable=False),
    Column("text_digest", Text, nullable=False),
    Column("reason", ForeignKey("reason.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Index(None, "activity", "item"),
)
