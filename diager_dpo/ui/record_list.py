"""A list of records, a page at a time: keys, dates and statuses, never a name.

A true table: each key is a link to its record, which opens in another window too; it prints, a screen reader reads it,
and on a phone each record is a small block of its own.
"""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from diager_dpo.domain.words import Anchor, Purpose
from diager_dpo.services.operations import Operation
from diager_dpo.services.records import RecordFilter, RecordLine, RecordPage
from diager_dpo.ui import address, formats, tables
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.look import STATUS_SIGN, sign_style
from diager_dpo.ui.plain_links import HIDDEN, plain_link
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.record_filters import PURPOSE
from diager_dpo.ui.words import anchor_name, anomaly_names, category_name, flag_names, status_name

RECORD, OF_OPERATION = "record", "of"

_STYLE = """<style>
.dpo-records { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.dpo-records th, .dpo-records td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  font-weight: 400; border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.dpo-records thead th { font-size: .875rem; opacity: .85; }
.dpo-records .set { white-space: nowrap; }
@media (max-width: 640px) {
  .dpo-records thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .dpo-records tbody, .dpo-records tr, .dpo-records tbody th, .dpo-records td { display: block; border: 0; }
  .dpo-records tr { padding: .6rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  .dpo-records tbody th, .dpo-records td { padding: .1rem 0; }
  .dpo-records td:empty { display: none; }
  .dpo-records td[data-name]::before { content: attr(data-name) " "; opacity: .8; }
}
</style>"""


def draw(page: RecordPage, wanted: RecordFilter, operations: Sequence[Operation]) -> None:
    """The page, and steps to the others."""
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
    names = {each.key: each.name for each in operations}
    st.html(records_html(page, wanted.purpose, names, st.query_params.to_dict()))
    turned = tables.pager(page.page, page.pages, key="records")
    if turned != page.page:
        address.keep_page(turned)
        st.rerun()


def draw_invitation() -> None:
    """In the place of a list, while nobody has asked for one."""
    tables.empty(
        _("Choose a purpose, or a figure in the table above, to see its records."),
        _("That you looked is then written in the access log."),
    )


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


def records_html(page: RecordPage, purpose: Purpose, operations: Mapping[str, str], along: Mapping[str, str]) -> str:
    """One row a record. ``along``: what of the address goes along with the links."""
    head = [_("Key"), _("Status"), _("Last day"), _("Event"), *_own_columns(purpose), _("To know")]
    heads = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in head)
    rows = "".join(_row(line, purpose, operations, along) for line in page.records)
    caption = escape(
        _("{found}: key, status, last day and event of each.", found=records(page.total, purpose)), quote=True
    )
    return (
        f'{_STYLE}<table class="dpo-records" role="table"><caption style="{HIDDEN}">{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _found(page: RecordPage, wanted: RecordFilter) -> str:
    found = records(page.total, wanted.purpose)
    if not page.total_is_exact:
        return _("More than {found}. Narrow the choice to count them.", found=found)
    return (
        ngettext("**{found}**. Choose it to see why.", "**{found}**. Choose one to see why.", page.total, found=found)
        if page.total
        else f"**{found}**"
    )


def _own_columns(purpose: Purpose) -> list[str]:
    own = {Purpose.CONTESTS: [_("Operation")], Purpose.PROSPECTING: [_("Category")]}
    return own.get(purpose, [])


def _row(line: RecordLine, purpose: Purpose, operations: Mapping[str, str], along: Mapping[str, str]) -> str:
    opens = {**along, RECORD: line.person} | ({OF_OPERATION: line.operation} if line.operation else {})
    key = plain_link("deadlines", opens, shown=line.person, name=_("Record {key}", key=line.person), bare=False)
    sign = f'<span aria-hidden="true" style="{sign_style(line.status)}">{STATUS_SIGN[line.status]}</span> '
    last_day = formats.day(line.last_day, full=False) if line.last_day else tables.NOTHING
    cells = [
        _cell(sign + escape(status_name(line.status)), kind="set"),
        _cell(escape(last_day), _("Last day"), kind="set"),
        _cell(escape(_event(line)), _("Event")),
    ]
    if purpose is Purpose.CONTESTS:
        cells.append(_cell(escape(operations.get(line.operation) or line.operation), _("Operation")))
    if purpose is Purpose.PROSPECTING:
        cells.append(_cell(escape(category_name(line.category))))
    cells.append(_cell(escape(", ".join([*flag_names(line.flags), *anomaly_names(line.anomalies)]))))
    return f'<tr role="row"><th scope="row" role="rowheader" class="set">{key}</th>{"".join(cells)}</tr>'


def _cell(html: str, name: str = "", kind: str = "") -> str:
    """``name``: what stands before the value on a phone, where no head does."""
    named = f' data-name="{escape(_("{name}:", name=name), quote=True)}"' if name else ""
    return f'<td role="cell" class="{kind}"{named}>{html}</td>'


def _event(line: RecordLine) -> str:
    """What the clock starts from or, for an objection or a withdrawal, what stopped it."""
    if line.anchor is Anchor.NONE or line.anchor_on is None:
        return tables.NOTHING
    return f"{anchor_name(line.anchor)}, {formats.day(line.anchor_on, full=False)}"
