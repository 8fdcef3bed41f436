"""`sources check`: the source file beside the live schema. What it can find is listed in ``problems.Code``.

Not clean: counts work, purges do not. Nothing is written, and no value of a column leaves the database.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from diager_dpo.source.check_erasure import erasure_problems
from diager_dpo.source.check_facts import fact_problems
from diager_dpo.source.check_links import link_problems
from diager_dpo.source.check_receipts import receipts_problems
from diager_dpo.source.check_rows import deletion_problems, refusal_problems
from diager_dpo.source.check_tables import key_value_problems, table_problems, unseen_problems
from diager_dpo.source.constraints import hidden_parts
from diager_dpo.source.errors import SourceConnectionError
from diager_dpo.source.problems import Code, Problem, Severity, problem
from diager_dpo.source.schema import Schema, read_schema
from diager_dpo.source.source_file import SourceFile

__all__ = ["CheckReport", "Code", "Problem", "Severity", "TableCounts", "check"]


@dataclass(frozen=True, slots=True)
class TableCounts:
    """How many tables of the schema the file declares as what; the receipts table counts nowhere."""

    personal: int
    not_personal: int
    other_persons: int
    undeclared: int


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found. ``fingerprint``: of the tables an erasure depends on; another one means another schema."""

    problems: tuple[Problem, ...]
    tables: TableCounts
    fingerprint: str

    @property
    def clean(self) -> bool:
        """Whether nothing stands in the way of a purge; warnings do not."""
        return all(found.severity is not Severity.BLOCKING for found in self.problems)


def check(engine: sa.Engine, source: SourceFile) -> CheckReport:
    """Compare ``source`` with the schema that ``engine`` reaches; blocking problems come first.

    Raises:
        SourceConnectionError: the database cannot be reached, or is lost on the way.
    """
    try:
        with engine.connect() as connection:
            return _check(connection, source)
    except SQLAlchemyError as error:
        failure = SourceConnectionError.of(error)
    raise failure  # not chained: the text of a driver may quote a row


def schema_fingerprint(schema: Schema, source: SourceFile) -> str:
    """The fingerprint of the tables an erasure reads or changes: declared, on a path, and the receipts."""
    links = (link for described in source.tables.values() for link in described.persons)
    paths = {step.there.table for link in links for step in link.steps}
    return schema.fingerprint(paths.union(source.tables, {source.receipts} if source.receipts else ()))


def _check(connection: sa.Connection, source: SourceFile) -> CheckReport:
    schema = read_schema(connection)
    found = [
        *(problem(Code.SCHEMA_HIDDEN, part=part) for part in hidden_parts(connection)),
        *fact_problems(connection, source),
        *table_problems(schema, source),
        *key_value_problems(connection, schema, source),
        *unseen_problems(schema, source),
        *link_problems(connection, schema, source),
        *erasure_problems(connection, schema, source),
        *deletion_problems(schema, source),
        *refusal_problems(schema, source),
        *receipts_problems(schema, source),
    ]
    found.sort(key=lambda it: it.severity is Severity.WARNING)
    return CheckReport(tuple(dict.fromkeys(found)), _counts(schema, source), schema_fingerprint(schema, source))


def _counts(schema: Schema, source: SourceFile) -> TableCounts:
    present = set(schema.tables) - {source.receipts}
    personal, nobody, others = (present & set(it) for it in (source.tables, source.not_personal, source.other_persons))
    return TableCounts(len(personal), len(nobody), len(others), len(present - personal - nobody - others))
