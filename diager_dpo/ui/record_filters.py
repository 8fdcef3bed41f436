"""Which records are looked at: choices that stand in the address, so that the view can be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from diager_dpo.domain.words import Anomaly, Category, Flag, Purpose, Status
from diager_dpo.services.installation import Installation
from diager_dpo.services.operations import Operation
from diager_dpo.services.records import RecordFilter
from diager_dpo.services.register import HORIZON_DAYS
from diager_dpo.ui import address, formats
from diager_dpo.ui.language import _
from diager_dpo.ui.purpose_choice import ALL
from diager_dpo.ui.words import anomaly_names, category_name, flag_names, purpose_name, status_name

PURPOSE, STATUS, KEY = "purpose", "status", "key"
_TOO_EARLY = "as_of_too_early"
_ANY = "any"  # the default, so that it never shows in the address
_NARROWING = ("category", "operation", "flag", "anomaly", "month")
_LONGEST_HORIZON = 3_660
_LISTED = "records_listed"  # the choices whose pages are being turned

_CATEGORIES: Mapping[Purpose, tuple[Category, ...]] = {Purpose.PROSPECTING: (Category.PROSPECT, Category.CUSTOMER)}
_FLAGS = tuple(Flag[code.upper()] for code in Flag(255).codes)
_ANOMALIES = tuple(Anomaly[code.upper()] for code in Anomaly(511).codes)


@dataclass(frozen=True, slots=True)
class Vantage:
    """From which day one looks, and how far ahead."""

    as_of: date
    horizon_days: int


def first_day(installation: Installation) -> date:
    """The earliest day to look from: before the first charter there is no promise to measure records by."""
    promised = [each.effective for each in installation.charters.charters if not each.is_supplement]
    return min([*promised, installation.today()])


def day_of_record(today: date, first: date) -> date:
    """The day on which a single record is looked at: the same choice in the address as that of the figures."""
    with st.container(width=220):
        return _as_of(today, first)


def vantage(today: date, first: date) -> Vantage:
    """The two choices every figure of the page depends on. ``first``: the earliest day there is."""
    with st.container(horizontal=True):
        with st.container(width=220):
            as_of = _as_of(today, first)
        with st.container(width=220):
            horizon = address.count(
                _("Soon means within (days)"), key="horizon", default=HORIZON_DAYS, most=_LONGEST_HORIZON, step=30
            )
    return Vantage(as_of, horizon)


def draw_warning(seen: Vantage, today: date, first: date) -> None:
    """What a day other than today changes, and what it does not."""
    if st.session_state.get(_TOO_EARLY):
        st.warning(
            _(
                "No charter was in force before {day}: there was no promise to measure the records by. That day is "
                "shown instead.",
                day=formats.day(first),
            )
        )
    if seen.as_of < today:
        st.warning(
            _(
                "This day is past. The facts are those of the last scan, not those of that day: what has been erased, "
                "corrected or added since counts as it stands now."
            )
        )
    elif seen.as_of > today:
        st.caption(_("The facts are those of the last scan; only the day one looks from is another."))


def record_filter(purposes: Sequence[Purpose], operations: Sequence[Operation], as_of: date) -> RecordFilter | None:
    """The choices in their widgets, as the services ask for them; ``None`` until a purpose is chosen.

    Looking at a list is written down: no list is shown that nobody asked for.
    """
    first, second, third = st.columns([2, 2, 3])
    codes = {purpose.code: purpose for purpose in purposes}
    with first:
        chosen = address.option(
            _("Purpose"),
            [ALL, *codes],
            key=PURPOSE,
            code=str,
            name=lambda code: _("All purposes") if code == ALL else purpose_name(codes[code]),
            default=ALL,
        )
    if chosen == ALL:
        return None
    purpose = codes[chosen]
    with second:
        status = _one_of(_("Status"), STATUS, {status.code: status_name(status) for status in Status})
    with third:
        prefix = address.text(_("Key begins with"), key=KEY)
    with st.expander(
        _("More filters"), key="more_filters", expanded=any(name in st.query_params for name in _NARROWING)
    ):
        category, operation, flag, anomaly, month = _narrowing(purpose, operations, as_of)
    due_from = None if month is None else date.fromisoformat(f"{month}-01")
    return RecordFilter(
        purpose,
        Status.of(status) if status else None,
        Category.of(category) if category else None,
        operation,
        Flag[flag.upper()] if flag else Flag(0),
        Anomaly[anomaly.upper()] if anomaly else Anomaly(0),
        # Due in a month is whose last day is the day before one of its days.
        None if due_from is None else due_from - timedelta(days=1),
        None if due_from is None else _month_after(due_from) - timedelta(days=2),
        prefix,
    )


def page_of(wanted: RecordFilter, seen: Vantage) -> int:
    """The page of the list to show: the one in the address, or the first where the choices have just changed."""
    choices, before = (wanted, seen), st.session_state.get(_LISTED)
    st.session_state[_LISTED] = choices
    if before is not None and before != choices:
        address.keep_page(1)
    return address.number_of_page()


def _as_of(today: date, first: date) -> date:
    """A day before the first one is brought to it, so that a view of it can still be sent; see ``draw_warning``."""
    given = address.as_date(st.query_params.get("as_of", ""))
    st.session_state[_TOO_EARLY] = given is not None and given < first
    if st.session_state[_TOO_EARLY]:
        st.query_params["as_of"] = first.isoformat()
    return address.day(_("As of"), key="as_of", default=today, first=first)


def _narrowing(purpose: Purpose, operations: Sequence[Operation], as_of: date) -> tuple[str | None, ...]:
    with st.container(horizontal=True):
        categories = {each.code: category_name(each) for each in _CATEGORIES.get(purpose, ())}
        named = {each.key: each.name or each.key for each in operations} if purpose is Purpose.CONTESTS else {}
        return (
            _one_of(_("Category"), "category", categories),
            _one_of(_("Operation"), "operation", named),
            _one_of(_("Remark"), "flag", {each.codes[0]: flag_names(each)[0] for each in _FLAGS}),
            _one_of(_("Anomaly"), "anomaly", {each.codes[0]: anomaly_names(each)[0] for each in _ANOMALIES}),
            _one_of(_("Falls due in"), "month", _months(as_of)),
        )


def _one_of(label: str, key: str, names: Mapping[str, str]) -> str | None:
    """One code, or ``None`` for any. Where there is nothing to choose from, there is no widget."""
    if not names:
        st.session_state.pop(key, None)
        return None
    if st.session_state.get(key, _ANY) not in {_ANY, *names}:  # chosen for another purpose
        st.session_state[key] = _ANY
    with st.container(width=230):
        chosen = address.option(
            label,
            [_ANY, *names],
            key=key,
            code=str,
            name=lambda code: _("Any") if code == _ANY else names[code],
            default=_ANY,
        )
    return None if chosen == _ANY else chosen


def _months(as_of: date) -> dict[str, str]:
    month, months = as_of.replace(day=1), {}
    for _each in range(37):
        months[f"{month:%Y-%m}"] = formats.month(month)
        month = _month_after(month)
    return months


def _month_after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
