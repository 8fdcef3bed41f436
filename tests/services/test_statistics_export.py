"""A view as a file: the rows of the screen, typed, without what is hidden, and written down."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.publication import publish
from diager_dpo.services.safe_sheets import csv_table, xlsx_table
from diager_dpo.services.statistics_export import EXPORTED, SheetForm, export_view
from diager_dpo.services.statistics_views import Sign, View, view
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import journal
from tests.services.sales_house import CLI, LARGE, SalesHouse

CROSS = View("family_region", "2026-09", "2026-10", "cross")


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    with pytest.MonkeyPatch.context() as patch, SalesHouse(folder, patch).installed() as installation:
        publish(installation, CLI)
        yield installation


def rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_holds_the_rows_of_the_screen_in_euros_and_no_hidden_value(there):
    found = rows(export_view(there, CLI, CROSS, SheetForm.CSV, str))
    assert found[0] == ["family", "region", "revenue", "orders", "basket", "months_shown", "months"]
    assert [row[2:4] for row in found[1:]] == [["hidden", "hidden"]] * 4  # two by two: one hides all
    month = sum(100_000 + 977 * unit for unit in range(12)) * 3 + LARGE
    whole = rows(export_view(there, CLI, View("family_region", "2026-10", "2026-10"), SheetForm.CSV, str))
    assert whole[1][:3] == ["2026-10-01", f"{month / 100:.2f}", Sign.NOT_PUBLISHED.value]
    assert str(LARGE) not in str(found) + str(whole)


def test_a_sheet_holds_numbers_and_days_and_never_a_formula():
    content = xlsx_table("x", ["a", "b", "c"], [["=1+1", Decimal("-12.50"), date(2026, 10, 1)]])
    with ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>-12.5</v>" in sheet
    assert "<f>" not in sheet
    assert csv_table(["a"], [[Decimal("-12.50")], ["-12"]]).decode("utf-8-sig") == "a\r\n-12.50\r\n'-12\r\n"


def test_an_export_is_written_down(there):
    export_view(there, CLI, CROSS, SheetForm.XLSX, str)
    with reading(there.store) as connection:
        query = select(journal.c.payload).where(journal.c.action == EXPORTED).order_by(journal.c.number.desc())
        details = json.loads(connection.scalars(query).first())["details"]
    assert details == {
        "table": "family_region",
        "from": "2026-09",
        "to": "2026-10",
        "layout": "cross",
        "format": "xlsx",
    }


@pytest.mark.parametrize(
    "asked", [View("unit", "2026-10", "2026-10"), View("family_region", "2026-10", "2026-10", "unit")]
)
def test_what_is_outside_the_plan_is_no_file_and_no_entry(there, asked):
    def entries():
        with reading(there.store) as connection:
            return len(connection.scalars(select(journal.c.number)).all())

    before = entries()
    with pytest.raises(NotPossible) as refused:
        export_view(there, CLI, asked, SheetForm.CSV, str)
    assert refused.value.code == "view_not_published"
    assert entries() == before


def test_who_may_not_see_takes_nothing_away(there):
    for ask in (lambda who: export_view(there, who, CROSS, SheetForm.CSV, str), lambda who: view(there, who, CROSS)):
        with pytest.raises(Refused):
            ask(Identity("local", "nobody"))
