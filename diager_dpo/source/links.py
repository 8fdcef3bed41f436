"""The ways from a row to a person, read from their text: ``"deal_id -> deal.id"``, ``"deal.contact_id"``."""

from collections.abc import Mapping, Sequence

from diager_dpo.source.source_file import Condition, PersonLink, Scalar, Step, TableColumn


class LinkError(ValueError):
    """``code``: ``not_a_step`` or ``not_reached``; ``found`` and ``expected`` as the file would spell them."""

    def __init__(self, code: str, found: str, expected: str) -> None:
        self.code = code
        self.found = found
        self.expected = expected
        super().__init__(code)


def person_link(
    table: str, column: str, through: Sequence[str], where: Mapping[str, Scalar], kind: str | None
) -> PersonLink:
    """One link of ``table``: steps from table to table, then the column that holds the person; ``LinkError``."""
    steps: list[Step] = []
    reached = table
    for text in through:
        step = _step(text, reached)
        steps.append(step)
        reached = step.there.table
    conditions = tuple(Condition(name, value) for name, value in where.items())
    return PersonLink(_column_of(reached, column), conditions, tuple(steps), kind)


def qualified(text: str) -> TableColumn | None:
    """``table.column`` (the last dot separates), or ``None``."""
    table, _, column = text.strip().rpartition(".")
    return TableColumn(table, column) if table and column else None


def _step(text: str, reached: str) -> Step:
    here, arrow, there = text.partition("->")
    target = qualified(there)
    if not arrow or not here.strip() or target is None:
        raise LinkError("not_a_step", text, "deal_id -> deal.id")
    return Step(_column_of(reached, here), target)


def _column_of(reached: str, text: str) -> TableColumn:
    named = qualified(text)
    if named is None:
        return TableColumn(reached, text.strip())
    if named.table != reached:
        raise LinkError("not_reached", text.strip(), f"{reached}.{named.column}")
    return named
