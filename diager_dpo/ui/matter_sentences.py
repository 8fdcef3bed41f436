"""What needs somebody, in one sentence each. Plain text: the name of an operation is not escaped."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from diager_dpo.services.matters import Matter
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.words import of_purpose

_Sentence: TypeAlias = Callable[[int, Mapping[str, str]], str]

MATTERS: Mapping[str, _Sentence] = {
    "never_scanned": lambda _n, _values: _(
        "The source has never been scanned: nothing is known of what the company holds."
    ),
    "source_unchecked": lambda _n, _values: _(
        "The source file was never compared with the schema of the source: purges are not possible."
    ),
    "scan_failed": lambda _n, _values: _("The last scan failed: the figures are those of the scan before."),
    "due_today": lambda n, values: ngettext(
        "{n} record {of} has passed its last day, since today.",
        "{n} records {of} have passed their last day, since today.",
        n,
        **values,
    ),
    "due": lambda n, values: ngettext(
        "{n} record {of} has passed its last day, for {days}.",
        "{n} records {of} have passed their last day, the oldest for {days}.",
        n,
        **values,
    ),
    "facts_missing": lambda n, values: ngettext(
        "The source file gives no facts {of}: {n} person cannot be decided.",
        "The source file gives no facts {of}: {n} persons cannot be decided.",
        n,
        **values,
    ),
    "no_announced_duration": lambda n, values: ngettext(
        "The operation “{name}” announced no retention: {n} entry has no deadline.",
        "The operation “{name}” announced no retention: {n} entries have no deadline.",
        n,
        **values,
    ),
    "source_not_clean": lambda n, values: ngettext(
        "The source file does not fit the schema: {n} problem blocks purges.",
        "The source file does not fit the schema: {n} problems block purges.",
        n,
        **values,
    ),
    "undetermined": lambda n, values: ngettext(
        "{n} record {of} has no deadline and must be qualified.",
        "{n} records {of} have no deadline and must be qualified.",
        n,
        **values,
    ),
    "held_past_last_day": lambda n, values: ngettext(
        "{n} record {of} on hold has passed its last day: it may serve the dispute only.",
        "{n} records {of} on hold have passed their last day: they may serve the dispute only.",
        n,
        **values,
    ),
    "anomalies": lambda n, values: ngettext(
        "{n} fact of the source cannot be, and was set aside.",
        "{n} facts of the source cannot be, and were set aside.",
        n,
        **values,
    ),
    "due_soon": lambda n, values: ngettext(
        "{n} record {of} reaches its last day within {days}.",
        "{n} records {of} reach their last day within {days}.",
        n,
        **values,
    ),
    "conventions_unconfirmed": lambda n, values: ngettext(
        "{n} convention waits to be confirmed by the DPO.",
        "{n} conventions wait to be confirmed by the DPO.",
        n,
        **values,
    ),
    "flag_contact_after_end": lambda n, values: ngettext(
        "{n} record {of}: the person was in contact after the end of the relation.",
        "{n} records {of}: the person was in contact after the end of the relation.",
        n,
        **values,
    ),
    "flag_no_consent": lambda n, values: ngettext(
        "{n} record {of} has no recorded consent.",
        "{n} records {of} have no recorded consent.",
        n,
        **values,
    ),
    "flag_proof_incomplete": lambda n, values: ngettext(
        "{n} record {of} has an incomplete proof of consent.",
        "{n} records {of} have an incomplete proof of consent.",
        n,
        **values,
    ),
    "flag_gap_longer_than_retention": lambda n, values: ngettext(
        "{n} record {of}: the relation began anew after a gap longer than the retention.",
        "{n} records {of}: the relation began anew after a gap longer than the retention.",
        n,
        **values,
    ),
    "flag_inactive": lambda n, values: ngettext(
        "{n} record {of}: the relation is on, but inactive for more than three years.",
        "{n} records {of}: the relation is on, but inactive for more than three years.",
        n,
        **values,
    ),
    "flag_operation_prolonged": lambda n, values: ngettext(
        "{n} record {of} of an operation that was prolonged.",
        "{n} records {of} of an operation that was prolonged.",
        n,
        **values,
    ),
    "scan_old": lambda _n, values: _("The last scan ended on {day}: the figures are not those of today.", **values),
}


def matter_sentence(matter: Matter) -> str:
    """One matter, in the language of the run. ``services.matters.MATTER_CODES`` lists every code there is."""
    code = "due_today" if matter.code == "due" and not matter.days else matter.code
    values = {
        "of": of_purpose(matter.purpose) if matter.purpose else "",
        "days": formats.days(matter.days or 0),
        "name": matter.subject,
        "day": formats.day(matter.on) if matter.on else "",
    }
    return MATTERS[code](matter.count, values)
