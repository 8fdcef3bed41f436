"""The opt-out list as a person would say it."""

from collections.abc import Mapping

import pandas as pd

from diager_dpo.domain.contact_points import PointKind
from diager_dpo.services.opt_out import CheckedAddresses, OptOutState
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext

KINDS: Mapping[PointKind, str] = {PointKind.EMAIL: N_("E-mail address"), PointKind.PHONE: N_("Telephone number")}


def answer(state: OptOutState) -> str:
    """The answer of the screen in one sentence."""
    if not state.points:
        return _("The opt-out list is empty.")
    return ngettext(
        "{n} address or number of {persons} may no longer be solicited.",
        "{n} addresses and numbers of {persons} may no longer be solicited.",
        state.points,
        persons=ngettext("{n} person", "{n} people", state.persons),
    )


def review(state: OptOutState) -> str:
    """What waits to be re-examined, or when the first will."""
    if state.to_re_examine:
        return ngettext(
            "{n} entry of the list is past its three years and to be re-examined; it counts until you decide.",
            "{n} entries of the list are past their three years and to be re-examined; they count until you decide.",
            state.to_re_examine,
        )
    if state.next_review is not None:
        return _("Nothing is to be re-examined before {day}.", day=formats.day(state.next_review))
    return _("Nothing is to be re-examined.")


def found(checked: CheckedAddresses) -> str:
    """What a check said, in one sentence."""
    if not checked.addresses:
        return _("There is no e-mail address and no telephone number in it. Names, cities and postcodes are ignored.")
    read = ngettext(
        "{n} address or number was read in {lines}.",
        "{n} addresses and numbers were read in {lines}.",
        checked.addresses,
        lines=ngettext("{n} line", "{n} lines", checked.lines),
    )
    if not checked.opposed:
        return read + " " + _("None is opposed.")
    return (
        read
        + " "
        + ngettext("{n} is opposed: do not solicit it.", "{n} are opposed: do not solicit them.", len(checked.opposed))
    )


def as_table(checked: CheckedAddresses, most: int | None = None) -> pd.DataFrame:
    """What is opposed, where it stands in the file and since when."""
    return pd.DataFrame(
        [
            {
                _("Line"): each.line,
                _("Column"): each.column,
                _("Kind"): _(KINDS[each.kind]),
                _("Address or number"): each.address,
                _("Opposed since"): each.since,
            }
            for each in checked.opposed[:most]
        ]
    ).astype(object)
