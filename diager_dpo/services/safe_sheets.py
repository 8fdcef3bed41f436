"""Tables that leave the product: no cell becomes a formula, a link or another type in whatever opens them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter

from diager_dpo.services.errors import NotPossible

_LONGEST = 32_767  # what a cell of a spreadsheet holds
_DANGEROUS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

Cell = str | int | Decimal | date | None


def csv_table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, as spreadsheets of Windows expect it; days as ``YYYY-MM-DD``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([_plain(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_table(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet: texts as text, numbers as numbers, days as days.

    Raises:
        NotPossible: ``cell_too_long``: nothing is cut.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(title[:31])
        amount = book.add_format({"num_format": "#,##0.00"})
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    if len(cell) > _LONGEST:
                        raise NotPossible("cell_too_long", most=_LONGEST)
                    sheet.write_string(line, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(line, column, cell, day)
                elif isinstance(cell, Decimal):
                    sheet.write_number(line, column, float(cell), amount)
                elif cell is not None:
                    sheet.write_number(line, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return content.getvalue()


def _plain(cell: Cell) -> str | int | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, (int, Decimal)):
        return cell
    text = cell.isoformat() if isinstance(cell, date) else cell
    first = text.lstrip(" \u00a0")[:1] or text[:1]
    return f"'{text}" if first in _DANGEROUS and first else text
