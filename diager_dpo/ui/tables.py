"""Tables: numbers and dates as people write them, whatever the language of their browser.

``plain`` is a true HTML table: it prints, and a screen reader reads it. Use it up to a hundred rows. ``grid`` is
Streamlit's: it scrolls, sorts and lets rows be chosen. Column names are texts already translated.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, TypeAlias, cast

import numpy as np
import pandas as pd
import streamlit as st
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_float_dtype, is_integer_dtype

from diager_dpo.ui import formats
from diager_dpo.ui.language import _

Width: TypeAlias = Literal["small", "medium", "large"]

NOTHING = "\u2013"  # an en dash: there is no value, and that is no zero


def plain(frame: pd.DataFrame, *, alt: str | None = None) -> None:
    """A table to read and print; every value as people write it. Values of the data are made harmless."""
    shown: dict[Any, Any] = dict.fromkeys(frame.columns, _cell)
    st.table(frame.style.format(shown, na_rep=NOTHING), hide_index=True, border="horizontal", alt=alt)


def grid(
    frame: pd.DataFrame,
    *,
    key: str,
    alt: str,
    choose: bool = False,
    widths: Mapping[str, Width] | None = None,
    height: int | None = None,
) -> int | None:
    """A table to search in. Returns the place of the row that was chosen, where ``choose`` is set."""
    columns: dict[str, Any] = {}
    for name in frame.columns:
        width = (widths or {}).get(name)
        if is_datetime64_any_dtype(frame[name]) or _holds_dates(frame[name]):
            columns[name] = st.column_config.DateColumn(name, format="DD/MM/YYYY", width=width)
        elif not _is_number(frame[name]):
            columns[name] = st.column_config.TextColumn(name, width=width)
        elif width:
            columns[name] = st.column_config.Column(name, width=width)
    numbers: dict[Any, Any] = {name: _number for name in frame.columns if _is_number(frame[name])}
    chosen = st.dataframe(
        frame.style.format(numbers, na_rep=NOTHING) if numbers else frame,
        key=key,
        alt=alt,
        hide_index=True,
        column_config=columns,
        height=height or "auto",
        placeholder=NOTHING,
        on_select="rerun" if choose else "ignore",
        selection_mode="single-row",
    )
    rows = cast("Any", chosen)["selection"]["rows"] if choose else []
    return int(rows[0]) if rows else None


def empty(reason: str, next_step: str | None = None) -> None:
    """What stands in the place of a table without rows: why, and what to do first."""
    st.info(reason if next_step is None else f"{reason} {next_step}")


def pager(page: int, pages: int, *, key: str) -> int:
    """Steps through pages counted from 1; the page to show."""
    if pages <= 1:
        return 1
    left, middle, right = st.columns([1, 2, 1], vertical_alignment="center")
    if left.button(_("Previous"), key=f"{key}_previous", disabled=page <= 1, width="stretch"):
        page -= 1
    if right.button(_("Next"), key=f"{key}_next", disabled=page >= pages, width="stretch"):
        page += 1
    middle.caption(
        _("Page {page} of {pages}", page=formats.number(page), pages=formats.number(pages)), text_alignment="center"
    )
    return page


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN is the value that differs from itself
        return NOTHING
    if isinstance(value, (bool, np.bool_)):
        return _("yes") if value else _("no")
    if isinstance(value, (int, float)) or hasattr(value, "dtype"):
        return _number(value)
    if isinstance(value, date):
        return formats.day(value, full=False)
    return formats.plain(str(value))


def _number(value: Any) -> str:
    return formats.number(value, 0 if float(value).is_integer() else 1)


def _is_number(column: pd.Series) -> bool:
    return (is_integer_dtype(column) or is_float_dtype(column)) and not is_bool_dtype(column)


def _holds_dates(column: pd.Series) -> bool:
    present = column.dropna()
    return len(present) > 0 and isinstance(present.iloc[0], date)
