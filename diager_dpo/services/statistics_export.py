"""A view of the published tables as a file, written down in the journal."""

from collections.abc import Callable
from enum import StrEnum

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.services import journal
from diager_dpo.services.access import require, require_in
from diager_dpo.services.installation import Installation
from diager_dpo.services.safe_sheets import Cell, csv_table, xlsx_table
from diager_dpo.services.statistics_views import Sign, Value, View, view
from diager_dpo.store.engine import writing

EXPORTED = "statistics_exported"


class SheetForm(StrEnum):
    """What a view is written as."""

    XLSX = "xlsx"
    CSV = "csv"


def export_view(
    installation: Installation, actor: Identity, asked: View, form: SheetForm, words: Callable[[str], str]
) -> bytes:
    """The rows of a view, with typed cells; ``words``: the text of the code of a column, of a sign and of the title.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``; ``view_not_published`` for whatever the plan does not publish.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    sheet = view(installation, actor, asked).sheet
    head = [words(code) for code in sheet.head]
    rows = [[_cell(value, words) for value in row] for row in sheet.rows]
    content = csv_table(head, rows) if form is SheetForm.CSV else xlsx_table(words("title"), head, rows)
    details: dict[str, str | int | None] = {
        "table": asked.table, "from": asked.from_month, "to": asked.to_month, "layout": asked.layout,
        "format": form.value,
    }  # fmt: skip
    with writing(installation.store) as connection:
        require_in(connection, actor, Action.SEE_STATISTICS)
        journal.record(installation, connection, actor, action=EXPORTED, about="statistics", details=details)
    return content


def _cell(value: Value, words: Callable[[str], str]) -> Cell:
    return words(value.value) if isinstance(value, Sign) else value
