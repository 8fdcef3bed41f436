"""What `sources check` can find, as codes. The sentence a person reads is in the catalogs.

Every problem names a table and a column where it is about one; what stands beside each code below are its further
values. No value holds data of a person: names of tables, columns and constraints, and counts, only.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """BLOCKING: counts work, purges do not. WARNING: somebody should look."""

    BLOCKING = "blocking"
    WARNING = "warning"


class Code(StrEnum):
    """One kind of problem. "column" of a fact is a column of its SELECT; its table is empty."""

    # Facts
    FACT_FAILS = "fact_fails"  # fact, error (class of the driver's error)
    FACT_COLUMN_MISSING = "fact_column_missing"  # column; fact
    FACT_COLUMN_UNKNOWN = "fact_column_unknown"  # warning. column; fact
    FACT_COLUMN_DOUBLE = "fact_column_double"  # column; fact
    FACT_COLUMN_TYPE = "fact_column_type"  # column; fact, expected, found
    FACT_KEY_LIKE_EMAIL = "fact_key_like_email"  # column; fact, found, sampled
    FACT_KEY_LIKE_NAME = "fact_key_like_name"  # warning. column; fact, found, sampled
    # Tables and columns
    TABLE_UNDECLARED = "table_undeclared"  # table
    TABLE_MISSING = "table_missing"  # table; section of the file
    COLUMN_UNDECLARED = "column_undeclared"  # table, column
    COLUMN_MISSING = "column_missing"  # table, column; role: columns, key, person, operation, where, through, residue
    PATH_UNRESOLVED = "path_unresolved"  # table, column where it ends; path, as written
    PURPOSE_NOT_PROCESSED = "purpose_not_processed"  # warning. table, column; purpose: the file says it has no data
    # Keys and engines
    TABLE_WITHOUT_KEY = "table_without_key"  # table
    KEY_NOT_UNIQUE = "key_not_unique"  # table; key
    KEY_LIKE_EMAIL = "key_like_email"  # table, column; found, sampled
    KEY_LIKE_NAME = "key_like_name"  # warning. table, column; found, sampled
    NO_TRANSACTIONS = "no_transactions"  # table
    TRIGGER_UNSEEN = "trigger_unseen"  # table; trigger, entry to add
    CASCADE_UNSEEN = "cascade_unseen"  # table (of the rows that go), column; target, action, entry to add
    SEEN_MISSING = "seen_missing"  # warning. entry: nothing of the schema answers to it any more
    # Keys to persons that nothing declares
    LINK_UNDECLARED = "link_undeclared"  # table, column; target, entry: a foreign key to a person's table
    LINK_LIKELY = "link_likely"  # table, column; target, sampled, found, entry: looks like one
    LINK_AMONG_NOBODY = "link_among_nobody"  # warning. table, column; target, entry to add
    LINK_LIKELY_AMONG_NOBODY = "link_likely_among_nobody"  # warning. table, column; target, sampled, found, entry
    SCHEMA_HIDDEN = "schema_hidden"  # warning. part: "tables" or "triggers" this account is not shown whole (MariaDB)
    TABLE_NOT_READ = "table_not_read"  # warning. table, column: the database would not compare or look at its values
    # What an erasure would break
    ERASE_NOT_NULL = "erase_not_null"  # table, column
    ERASE_KEY = "erase_key"  # table, column: it is part of a key
    ERASE_COMPUTED = "erase_computed"  # table, column: the database computes it
    ERASE_REFERRED = "erase_referred"  # table, column; other: a foreign key refers to it
    ERASE_FOREIGN_KEY = "erase_foreign_key"  # table, column; target
    ERASE_TYPE = "erase_type"  # table, column; manner, type
    ERASE_TOO_LONG = "erase_too_long"  # table, column; length, needed
    ERASE_NOT_A_CHOICE = "erase_not_a_choice"  # table, column; type
    ERASE_UNIQUE = "erase_unique"  # table, column; unique: the columns of the constraint
    ERASE_CHECK = "erase_check"  # table, column; manner
    ERASE_CHECK_UNKNOWN = "erase_check_unknown"  # warning. table, column: a condition could not be tried
    DELETE_REFUSED = "delete_refused"  # table, column; target: rows of table would refer to a deleted row of target
    DELETE_ERASES_LIVE = "delete_erases_live"  # table, column; target, purpose: a cascade takes rows still needed
    REFUSAL_ERASED = "refusal_erased"  # table, column: it carries an objection
    REFUSAL_UNDECLARED = "refusal_undeclared"  # table, column: the same, declared as something else
    # Receipts
    RECEIPTS_MISSING = "receipts_missing"  # table; command
    RECEIPTS_COLUMN = "receipts_column"  # table, column; command: missing, or unable to hold what it must
    RECEIPTS_KEY = "receipts_key"  # table; command: (purge, item) is not unique


_WARNINGS = frozenset(
    {
        Code.FACT_COLUMN_UNKNOWN,
        Code.FACT_KEY_LIKE_NAME,
        Code.PURPOSE_NOT_PROCESSED,
        Code.KEY_LIKE_NAME,
        Code.SEEN_MISSING,
        Code.LINK_AMONG_NOBODY,
        Code.LINK_LIKELY_AMONG_NOBODY,
        Code.SCHEMA_HIDDEN,
        Code.TABLE_NOT_READ,
        Code.ERASE_CHECK_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found. ``values`` are pairs of a name and what it is, in the order in which ``Code`` lists them."""

    code: Code
    table: str
    column: str
    values: tuple[tuple[str, str | int], ...]
    severity: Severity


def problem(code: Code, table: str = "", column: str = "", /, **values: str | int) -> Problem:
    """A problem with the severity of its code."""
    severity = Severity.WARNING if code in _WARNINGS else Severity.BLOCKING
    return Problem(code, table, column, tuple(values.items()), severity)
