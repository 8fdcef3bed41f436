"""A list of records, a page at a time: keys, dates and statuses, never a name."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from diager_dpo.domain.words import Anchor, Purpose
from diager_dpo.services.operations import Operation
from diager_dpo.services.records import RecordFilter, RecordLine, RecordPage
from diager_dpo.ui import address, formats, tables
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import sign_text
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.record_filters import PURPOSE
from diager_dpo.ui.words import anchor_name, anomaly_names, category_name, flag_names

RECORD, OF_OPERATION = "record", "of"
_OPENED = "records_opened"  # a browser remembers the row chosen in a list: after a record, it must be another list


def draw(page: RecordPage, wanted: RecordFilter, operations: Sequence[Operation]) -> None:
    """The page, and steps to the others. Choosing a row writes its key into the address and opens the record."""
    if not page.records and page.page > 1:  # an address from when there were more
        address.keep_page(page.pages)
        st.rerun()
    st.markdown(_found(page, wanted))
    if not page.records:
        tables.empty(
            _("No record meets all of these choices."),
            _("Take one of them back, or choose a figure in the table above."),
        )
        return
    chosen = tables.grid(
        _frame(page, wanted.purpose, {each.key: each.name for each in operations}),
        key=f"records_{st.session_state.get(_OPENED, 0)}",
        alt=_("{found}: key, status, last day and starting point of each.", found=records(page.total, wanted.purpose)),
        choose=True,
    )
    if chosen is not None:
        open_record(page.records[chosen])
        st.rerun()
    turned = tables.pager(page.page, page.pages, key="records")
    if turned != page.page:
        address.keep_page(turned)
        st.rerun()


def open_record(line: RecordLine) -> None:
    """Write the record into the address."""
    st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1
    st.query_params[RECORD] = line.person
    if line.operation:
        st.query_params[OF_OPERATION] = line.operation


def close_record() -> None:
    """Take the record out of the address again."""
    for name in (RECORD, OF_OPERATION):
        st.query_params.pop(name, None)


def opened() -> tuple[str, tuple[Purpose | None, str]] | None:
    """The key of the record in the address, with its purpose and operation as far as they stand there."""
    person = st.query_params.get(RECORD)
    if not person:
        return None
    code = st.query_params.get(PURPOSE, "").upper()
    return person, (Purpose[code] if code in Purpose.__members__ else None, st.query_params.get(OF_OPERATION, ""))


def _found(page: RecordPage, wanted: RecordFilter) -> str:
    found = records(page.total, wanted.purpose)
    if not page.total_is_exact:
        return _("More than {found}. Narrow the choice to count them.", found=found)
    return (
        ngettext("**{found}**. Choose it to see why.", "**{found}**. Choose one to see why.", page.total, found=found)
        if page.total
        else f"**{found}**"
    )


def _frame(page: RecordPage, purpose: Purpose, operations: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for line in page.records:
        row: dict[str, object] = {_("Key"): line.person}
        if purpose is Purpose.CONTESTS:
            row[_("Operation")] = operations.get(line.operation, line.operation)
        row[_("Status")] = sign_text(line.status)
        row[_("Last day")] = line.last_day
        row[_("Starting point")] = _starting_point(line)
        if purpose is Purpose.PROSPECTING:
            row[_("Category")] = category_name(line.category)
        row[_("To know")] = ", ".join([*flag_names(line.flags), *anomaly_names(line.anomalies)])
        rows.append(row)
    return pd.DataFrame(rows)


def _starting_point(line: RecordLine) -> str:
    if line.anchor is Anchor.NONE or line.anchor_on is None:
        return tables.NOTHING
    return f"{anchor_name(line.anchor)}, {formats.day(line.anchor_on, full=False)}"
