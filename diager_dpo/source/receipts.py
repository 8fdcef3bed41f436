"""The table of the source in which an erasure leaves its receipts: written in the transaction that erases.

It says what was done to which item of which purge, and no value of a person: after a crash, it alone tells what
happened. The company's administrator creates it; the product prints its definition and never creates it.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateTable

_DIALECTS: dict[str, type[sa.Dialect]] = {
    "sqlite": sqlite.dialect,
    "postgresql": postgresql.dialect,
    "mysql": mysql.dialect,
    "mariadb": mysql.dialect,
}
DIALECTS = tuple(sorted(_DIALECTS))


class UnknownDialectError(Exception):
    """``sources receipts-ddl`` was asked for a database it cannot spell."""

    code = "unknown_dialect"

    def __init__(self, dialect: str) -> None:
        self.values = {"dialect": dialect, "known": ", ".join(DIALECTS)}
        super().__init__(f"{self.code} ({dialect})")


def receipts_table(name: str, metadata: sa.MetaData | None = None) -> sa.Table:
    """The receipts table: one row for each item of a purge.

    ``purge``: its random id; ``item``: its position in the approved list, not the person; ``fence``: rises with every
    worker that takes the purge over, so that a late one cannot write; ``counts``: JSON, rows and fields by table and
    column, no value; ``done_at``: ISO 8601 in UTC.
    """
    return sa.Table(
        name,
        metadata if metadata is not None else sa.MetaData(),
        sa.Column("purge", sa.String(64), primary_key=True),
        sa.Column("item", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("done_at", sa.String(32), nullable=False),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
    )


def receipts_ddl(dialect: str, table_name: str) -> str:
    """The CREATE TABLE statement for one of ``DIALECTS``, ending in ";" and a line end.

    Raises:
        UnknownDialectError: the statement cannot be spelt for this database.
    """
    if dialect not in _DIALECTS:
        raise UnknownDialectError(dialect)
    statement = CreateTable(receipts_table(table_name)).compile(dialect=_DIALECTS[dialect]())
    lines = (line.rstrip().replace("\t", "  ") for line in str(statement).strip().splitlines())
    return "\n".join(lines) + ";\n"
