"""Where the product erases itself, the table of its receipts must be there and able to hold them."""

from collections.abc import Iterator

from diager_dpo.source.problems import Code, Problem, problem
from diager_dpo.source.receipts import receipts_table
from diager_dpo.source.schema import Schema, TypeKind
from diager_dpo.source.source_file import ErasureMode, SourceFile

COMMAND = "python -m diager_dpo sources receipts-ddl"
# A wider type, or one of the database's own for instants and documents, serves as well.
_ACCEPTED = {
    "purge": {TypeKind.TEXT, TypeKind.UUID},
    "item": {TypeKind.INTEGER},
    "fence": {TypeKind.INTEGER},
    "counts": {TypeKind.TEXT, TypeKind.JSON},
    "done_at": {TypeKind.TEXT},
}


def receipts_problems(schema: Schema, source: SourceFile) -> Iterator[Problem]:
    """Only where ``erasure = "direct"``; each problem names the command that prints the definition."""
    if source.erasure is not ErasureMode.DIRECT or source.receipts is None:
        return
    table = schema.tables.get(source.receipts)
    if table is None:
        yield problem(Code.RECEIPTS_MISSING, source.receipts, command=COMMAND)
        return
    for wanted in receipts_table(source.receipts).columns:
        column = table.column(wanted.name)
        least = 36 if wanted.name == "purge" else 32 if wanted.name == "done_at" else 0
        short = column is not None and column.length is not None and column.length < least
        if column is None or column.kind not in _ACCEPTED[wanted.name] or short:
            yield problem(Code.RECEIPTS_COLUMN, table.name, wanted.name, command=COMMAND)
    if not table.is_key(("purge", "item")):
        yield problem(Code.RECEIPTS_KEY, table.name, command=COMMAND)
    if not table.transactional:
        yield problem(Code.NO_TRANSACTIONS, table.name)
