"""What `sources check` found, as a person would say it: one sentence for what is wrong, one for what to do.

Screens and command line say the same. ``source.problems`` lists the codes and the values of each.
"""

from collections.abc import Callable, Iterable, Mapping

from diager_dpo.domain.words import Purpose
from diager_dpo.source.grants import WriteAccess
from diager_dpo.source.problems import Code, Problem, Severity
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.words import purpose_name

_SELECT = N_("Mend the SELECT in the source file.")
_AS = N_("Give the column the name the fact asks for, with AS, in the SELECT of the source file.")
_DROP = N_("Take it out of the SELECT, or give it the name of a column the fact knows.")
_ONCE = N_("Return it once only.")
_CAST = N_("Convert it in the SELECT to what is expected.")
_OPAQUE = N_("Use a key that says nothing of the person: keys are kept in the store.")
_LOOKKEY = N_("Look at a few values. If they are names, use another key.")
_DECLARE_TABLE = N_(
    "Declare it in the source file: under [tables] if it leads to persons, else under [not_personal] or "
    "[other_persons] with the reason."
)
_RENAME = N_("Correct the name in the source file, or take it out if it is gone for good.")
_DECLARE_COLUMN = N_(
    "Say in the source file what the column is for: its purposes and how it is erased, or key, "
    "structure, refusal or not_personal."
)
_PATH = N_("Correct the path under person in the source file.")
_NOTPROCESSED = N_("Take the purpose out of the column, or out of not_processed.")
_DBKEY = N_("Ask the operator of the database for a primary key or a unique constraint.")
_FILEKEY = N_("Name under key the columns of the primary key or of a unique constraint.")
_ENGINE = N_("Ask the operator of the database for an engine with transactions, such as InnoDB.")
_SEEN_TRIGGER = N_(
    "Look at what it does. If it keeps no copy of what is erased, add “{entry}” to triggers under [seen]."
)
_SEEN_CASCADE = N_("If this is wanted, add “{entry}” to cascades under [seen]; else declare the table.")
_UNSEEN = N_("Take the entry out of [seen].")
_LINK = N_(
    "Declare the table with this column under person or, if the key must stay, add “{entry}” to keys "
    "under [seen] with the reason."
)
_READER = N_(
    "Ask the operator of the database for the right to see them; the check cannot speak of what it is not shown."
)
_LOOK = N_("Look at this column yourself.")
_MANNER = N_("Choose another manner of erasing for this column in the source file.")
_STRUCTURE = N_("Declare it as key or structure in the source file: it goes with its row.")
_COMPUTED = N_("Erase the columns it is computed from, and declare it as structure.")
_SHORTER = N_("Choose a shorter constant, or another manner of erasing.")
_RANDOM = N_("Erase it by random or null.")
_TRY = N_("Try the value of erasure on a copy of the database.")
_ORDER = N_("Declare the referring table so that its rows go first, or keep the row and erase its columns.")
_LIVE = N_("Keep the row of the other table while this purpose lives: add the purpose there.")
_REFUSAL = N_("Declare the column as refusal: a refusal stays as long as its row.")
_RECEIPTS = N_("Have the operator of the database create the table as this command prints it: {command}.")

#: Each code with what is wrong and what to do.
_SAID: Mapping[Code, tuple[str, str]] = {
    Code.FACT_FAILS: (N_("The SELECT for {fact} does not run ({reason})."), _SELECT),
    Code.FACT_COLUMN_MISSING: (N_("The SELECT for {fact} does not return the column {column}."), _AS),
    Code.FACT_COLUMN_UNKNOWN: (N_("The SELECT for {fact} returns a column {column} that nothing reads."), _DROP),
    Code.FACT_COLUMN_DOUBLE: (N_("The SELECT for {fact} returns the column {column} twice."), _ONCE),
    Code.FACT_COLUMN_TYPE: (N_("In {fact}, the column {column} is of type {found}; expected: {expected}."), _CAST),
    Code.FACT_KEY_LIKE_EMAIL: (
        N_("In {fact}, {found} of {sampled} keys in the column {column} read like e-mail addresses."),
        _OPAQUE,
    ),
    Code.FACT_KEY_LIKE_NAME: (
        N_("In {fact}, {found} of {sampled} keys in the column {column} read like names."),
        _LOOKKEY,
    ),
    Code.TABLE_UNDECLARED: (N_("The source file says nothing of the table {table}."), _DECLARE_TABLE),
    Code.TABLE_MISSING: (
        N_("The table {table}, which the source file names under {section}, is not in the database."),
        _RENAME,
    ),
    Code.COLUMN_UNDECLARED: (N_("The source file says nothing of the column {place}."), _DECLARE_COLUMN),
    Code.COLUMN_MISSING: (
        N_("The column {place}, which the source file names under {role}, is not in the database."),
        _RENAME,
    ),
    Code.PATH_UNRESOLVED: (N_("From {table}, the path “{path}” breaks off at {column}."), _PATH),
    Code.PURPOSE_NOT_PROCESSED: (
        N_("{place} serves the purpose {purpose}, which the source file calls not processed."),
        _NOTPROCESSED,
    ),
    Code.TABLE_WITHOUT_KEY: (N_("The table {table} has no key: no single row of it can be erased."), _DBKEY),
    Code.KEY_NOT_UNIQUE: (N_("In {table}, several rows may share the declared key ({key})."), _FILEKEY),
    Code.KEY_LIKE_EMAIL: (N_("{found} of {sampled} keys in {place} read like e-mail addresses."), _OPAQUE),
    Code.KEY_LIKE_NAME: (N_("{found} of {sampled} keys in {place} read like names."), _LOOKKEY),
    Code.NO_TRANSACTIONS: (N_("The table {table} knows no transactions: an erasure could stop half way."), _ENGINE),
    Code.TRIGGER_UNSEEN: (
        N_("The trigger {trigger} of {table} acts when rows change, and nobody has said that it was seen."),
        _SEEN_TRIGGER,
    ),
    Code.CASCADE_UNSEEN: (
        N_("When rows of {target} go, the database changes {place} by itself ({action})."),
        _SEEN_CASCADE,
    ),
    Code.SEEN_MISSING: (N_("“{entry}” is called seen, but nothing in the database answers to it."), _UNSEEN),
    Code.LINK_UNDECLARED: (N_("{place} is a foreign key to persons ({target}), and nothing declares it."), _LINK),
    Code.LINK_LIKELY: (
        N_("{place} looks like a key to persons: {found} of {sampled} values are keys of {target}."),
        _LINK,
    ),
    Code.LINK_AMONG_NOBODY: (
        N_("{place} is a foreign key to persons ({target}) in a table said to lead to nobody."),
        _LINK,
    ),
    Code.LINK_LIKELY_AMONG_NOBODY: (
        N_(
            "{place}, in a table said to lead to nobody, looks like a key to persons: {found} of {sampled} "
            "values are keys of {target}."
        ),
        _LINK,
    ),
    Code.SCHEMA_HIDDEN: (N_("The account is not shown all {part} of the database."), _READER),
    Code.TABLE_NOT_READ: (N_("The values of {place} could not be looked at."), _LOOK),
    Code.ERASE_NOT_NULL: (N_("{place} must not be empty, and its erasure would empty it."), _MANNER),
    Code.ERASE_KEY: (N_("{place} is part of a key, and cannot be erased on its own."), _STRUCTURE),
    Code.ERASE_COMPUTED: (N_("{place} is computed by the database, and cannot be overwritten."), _COMPUTED),
    Code.ERASE_REFERRED: (N_("A foreign key of {other} refers to {place}, which would be overwritten."), _MANNER),
    Code.ERASE_FOREIGN_KEY: (
        N_("{place} is a foreign key to {target}: the value of erasure would refer to nothing."),
        _MANNER,
    ),
    Code.ERASE_TYPE: (N_("{place} is of type {type}, which cannot take the value of erasure ({manner})."), _MANNER),
    Code.ERASE_TOO_LONG: (N_("{place} holds {length} characters; the value of erasure needs {needed}."), _SHORTER),
    Code.ERASE_NOT_A_CHOICE: (N_("The constant for {place} is not one of the choices of its type ({type})."), _MANNER),
    Code.ERASE_UNIQUE: (
        N_("No two rows may share the value of {place} ({unique}), and its erasure would give all of them the same."),
        _RANDOM,
    ),
    Code.ERASE_CHECK: (N_("A condition of the database forbids the value of erasure in {place} ({manner})."), _MANNER),
    Code.ERASE_CHECK_UNKNOWN: (
        N_("Whether the conditions of the database allow the value of erasure in {place} could not be tried."),
        _TRY,
    ),
    Code.DELETE_REFUSED: (N_("Rows of {target} could not be deleted: {place} would still refer to them."), _ORDER),
    Code.DELETE_ERASES_LIVE: (
        N_(
            "When rows of {target} go, the database deletes rows of {table} by {column} that the purpose "
            "{purpose} still needs."
        ),
        _LIVE,
    ),
    Code.REFUSAL_ERASED: (N_("{place} carries an objection, and would be erased."), _REFUSAL),
    Code.REFUSAL_UNDECLARED: (N_("{place} carries an objection, and is declared as something else."), _REFUSAL),
    Code.RECEIPTS_MISSING: (N_("The table of receipts, {table}, is not in the database."), _RECEIPTS),
    Code.RECEIPTS_COLUMN: (
        N_("The table of receipts lacks the column {place}, or cannot hold in it what it must."),
        _RECEIPTS,
    ),
    Code.RECEIPTS_KEY: (N_("In the table of receipts, {table}, the pair of purge and item is not unique."), _RECEIPTS),
}

#: Why a SELECT does not run, by the code of its error.
_REASON: Mapping[str, str] = {
    "unknown_table": N_("it names a table that is not there"),
    "unknown_column": N_("it names a column that is not there"),
    "not_allowed": N_("the account may not read it"),
    "source_timed_out": N_("it takes too long"),
}
_PART: Mapping[str, str] = {"tables": N_("tables"), "triggers": N_("triggers")}


def problem_sentence(problem: Problem) -> str:
    """What is wrong and what to do, as plain text."""
    return " ".join(_(text, **_values(problem, str)) for text in _SAID[problem.code])


def problem_markdown(problem: Problem) -> tuple[str, str]:
    """What is wrong, and what to do, as Markdown: names of the database stand as code."""
    wrong, to_do = _SAID[problem.code]
    return _(wrong, **_values(problem, _code)), _(to_do, **_values(problem, _code))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Blocking ones first, else as found: a stable order."""
    return sorted(problems, key=lambda problem: problem.severity is not Severity.BLOCKING)


def _code(name: str) -> str:
    return f"`{name.replace('`', '')}`" if name else ""


def _values(problem: Problem, named: Callable[[str], str]) -> dict[str, str]:
    """Every value as people read it; names of the database through ``named``."""
    given = dict(problem.values)
    values = {name: formats.number(it) if isinstance(it, int) else named(it) for name, it in given.items()}
    values["table"], values["column"] = named(problem.table), named(problem.column)
    values["place"] = named(".".join(filter(None, (problem.table, problem.column))))
    if "reason" in given:
        refused = N_("the database refuses it: {error}")
        reason = _REASON.get(str(given["reason"]))
        values["reason"] = _(reason) if reason else _(refused, error=str(given.get("error", "")))
    if "part" in given:
        values["part"] = _(_PART.get(str(given["part"]), N_("tables")))
    if "purpose" in given:
        values["purpose"] = purpose_name(Purpose.of(str(given["purpose"]))).lower()
    return values


def write_warning(writable: Iterable[WriteAccess]) -> str:
    """What an account could do that need not; it works all the same."""
    tables = ", ".join(f"{access.table} ({', '.join(access.privileges)})" for access in writable)
    return _("The account could write: {tables}. Give it SELECT only; see docs/source-accounts.md.", tables=tables)
