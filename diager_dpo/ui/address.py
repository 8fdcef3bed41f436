"""Filters in the address, so that a view can be sent to a colleague.

Streamlit's own ``bind="query-params"`` writes options as they read, so that a link made in French means nothing in
English. Here the address holds codes (``?purpose=prospecting&as_of=2027-03-01``). A filter at its default is not in the
address; one that cannot be read is ignored. ``key`` is both the widget's key and the name in the address.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import streamlit as st

T = TypeVar("T")

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2199, 12, 31)  # as far as a calendar of screens goes


def option(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    code: Callable[[T], str],
    name: Callable[[T], str],
    default: T,
    buttons: bool = False,
) -> T:
    """One of several: a list to choose from or, for a few short ones, ``buttons`` side by side."""
    codes = {code(each): each for each in options}
    _read(key, code(default), lambda text: text if text in codes else None)

    def shown(text: str) -> str:
        return name(codes[text])

    if buttons:
        st.segmented_control(label, list(codes), key=key, format_func=shown, required=True)
    else:
        st.selectbox(label, list(codes), key=key, format_func=shown)
    chosen = str(st.session_state[key])
    if chosen not in codes:  # left by another screen, whose filter of this name knows other options
        chosen = code(default)
    _write(key, chosen, code(default))
    return codes[chosen]


def day(label: str, *, key: str, default: date, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
    """A civil day; one in the address that lies outside the range counts as none."""
    _read(key, default, lambda text: _date(text, first, last))
    # Not ``required``: the label would then say so in English.
    st.date_input(label, key=key, min_value=first, max_value=last, format="DD/MM/YYYY")
    value: date = st.session_state[key] or default
    _write(key, value.isoformat(), default.isoformat())
    return value


def count(label: str, *, key: str, default: int, least: int = 0, most: int = 1_000_000, step: int = 1) -> int:
    """A whole number."""
    _read(key, default, lambda text: int(text) if text.isdecimal() and least <= int(text) <= most else None)
    value = int(st.number_input(label, least, most, step=step, key=key))
    _write(key, str(value), str(default))
    return value


def text(label: str, *, key: str, longest: int = 200) -> str:
    """A word to search for: keys, never names."""
    _read(key, "", lambda given: given[:longest])
    value = st.text_input(label, key=key, max_chars=longest).strip()
    _write(key, value, "")
    return value


def number_of_page(key: str = "page") -> int:
    """The page of a long list, from 1; there is no widget behind it (see ``tables.pager``)."""
    given = st.query_params.get(key, "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 10 else 1


def keep_page(value: int, key: str = "page") -> None:
    """Write the page of a long list into the address."""
    _write(key, str(value), "1")


def _read(key: str, default: T, read: Callable[[str], T | None]) -> None:
    """Take a filter from the address: at the first run of a page, and when the address changed without the widget."""
    written = f"_address_{key}"
    given = st.query_params.get(key)
    if key not in st.session_state or given != st.session_state.get(written):
        parsed = None if given is None else read(given)
        st.session_state[key] = default if parsed is None else parsed
        st.session_state[written] = given


def _write(key: str, value: str, default: str) -> None:
    if value == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value
    st.session_state[f"_address_{key}"] = st.query_params.get(key)


def as_date(given: str) -> date | None:
    """A day as the address writes it; ``None`` where it is none."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _date(given: str, first: date, last: date) -> date | None:
    parsed = as_date(given)
    return parsed if parsed is not None and first <= parsed <= last else None
