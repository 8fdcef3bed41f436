"""Facts that cannot be right: how many, where, what became of them, and keys to look them up."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from diager_dpo.domain.facts import Finding
from diager_dpo.domain.words import Anomaly, Purpose
from diager_dpo.services.matters import Matter, Urgency
from diager_dpo.services.source_state import SourceAlert
from diager_dpo.ui import formats
from diager_dpo.ui.fact_words import place_words
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.links import link
from diager_dpo.ui.matter_sentences import matter_markdown, rules
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.why import why
from diager_dpo.ui.words import anomaly_names, purpose_name

_EXAMPLES = 6

#: What becomes of such a fact (rules, order of decision, 1), and who can mend it.
_BECAME: Mapping[Anomaly, str] = {
    Anomaly.FUTURE_DATE: N_("It lies after the day of the scan: set aside, and the next valid fact is used."),
    Anomaly.PLACEHOLDER_DATE: N_("It stands for no date at all: set aside, and the next valid fact is used."),
    Anomaly.END_BEFORE_START: N_("The end is set aside; the relation counts without it."),
    Anomaly.OPEN_WITH_PAST_END: N_("The relation is called open: it counts as running until the source is corrected."),
    Anomaly.UNKNOWN_PERSON: N_("The fact names a person that the source does not return: it counts for nobody."),
    Anomaly.DUPLICATE_PERSON: N_("The person comes twice: the rows are read as one person."),
    Anomaly.NULL_KEY: N_("Without a key nobody can say whose row it is: it counts for nobody."),
    Anomaly.UNREADABLE_DATE: N_("It is no date: set aside, and the next valid fact is used."),
    Anomaly.KEEP_CONFLICT: N_("The operation announces a day and a duration that differ: the day stands."),
}
#: The purpose whose records a fact leads to.
_OF_FACT: Mapping[str, Purpose] = {
    "persons": Purpose.PROSPECTING,
    "relations": Purpose.CUSTOMER_MANAGEMENT,
    "objections": Purpose.PROSPECTING,
    "vouchers": Purpose.ACCOUNTING,
    "operations": Purpose.CONTESTS,
    "entries": Purpose.CONTESTS,
    "consents": Purpose.CONTESTS,
}
#: Such rows lead to no record: there is none to open.
_OF_NOBODY = Anomaly.UNKNOWN_PERSON | Anomaly.NULL_KEY


def draw(here: Visit, findings: Sequence[Finding], operations: Mapping[str, str]) -> None:
    """One entry a kind, most frequent first: what became of such facts, where they are, the way to their records."""
    for kind, group in by_kind(findings).items():
        with st.container(border=True, gap="xsmall"):
            st.markdown(kind_markdown(kind, group))
            st.markdown("\n".join(place_markdown(each, _names(each, operations)) for each in group))
            touched = (
                {}
                if kind & _OF_NOBODY
                else dict.fromkeys(_OF_FACT[each.fact] for each in group if each.fact in _OF_FACT)
            )
            with st.container(horizontal=True, gap="small"):
                for purpose in touched:
                    said = _("See the records concerned, {purpose}", purpose=purpose_name(purpose).lower())
                    link(here, "deadlines", said, purpose=purpose.code, anomaly=kind.codes[0])


def draw_alerts(here: Visit, alerts: Sequence[SourceAlert]) -> None:
    """What only a person can settle, as the overview says it."""
    why(key="alerts", rule=rules([_matter(alert) for alert in alerts]))
    for alert in alerts:
        told, way = st.columns([3, 1], vertical_alignment="center", gap="xxsmall")
        told.markdown(f"‖ {matter_markdown(_matter(alert))}")
        filters = {"operation": alert.operation} if alert.operation else {}
        said = ngettext("See the record", "See the {n} records", alert.count)
        with way:
            link(here, "deadlines", said, purpose=alert.purpose.code, **filters)


def _matter(alert: SourceAlert) -> Matter:
    subject = alert.operation_name or alert.operation
    return Matter(alert.code, Urgency.BLOCKING, alert.count, alert.purpose, subject=subject)


def _names(finding: Finding, operations: Mapping[str, str]) -> Mapping[str, str]:
    """Only the keys of operations have a name that may be shown."""
    return operations if finding.fact == "operations" else {}


def _key(key: str, names: Mapping[str, str]) -> str:
    said = formats.plain(key)
    return f"{formats.plain(names[key])} :small[({said})]" if names.get(key) else said


def by_kind(findings: Sequence[Finding]) -> dict[Anomaly, list[Finding]]:
    """The findings under their kind, the most frequent kind first."""
    kinds: dict[Anomaly, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.anomaly, []).append(finding)
    return dict(sorted(kinds.items(), key=lambda kind: -sum(each.count for each in kind[1])))


def kind_markdown(kind: Anomaly, findings: Sequence[Finding]) -> str:
    """What is wrong, how often, and what became of it."""
    count = formats.number(sum(each.count for each in findings))
    return _("**{name}: {count}.** {became}", name=anomaly_names(kind)[0], count=count, became=_(_BECAME[kind]))


def place_markdown(finding: Finding, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Where, how often, and a few keys, so that whoever looks after the source finds the rows.

    ``names``: what the company calls its operations, by their keys.
    """
    spelled, count = ".".join(filter(None, (finding.fact, finding.column))), formats.number(finding.count)
    place = f"{place_words(finding.fact, finding.column)} :small[`{spelled}`]"
    if not finding.examples:
        return _("- {place}: {count}", place=place, count=count)
    shown = finding.examples[:_EXAMPLES]
    keys = ", ".join(_key(key, names) for key in shown)
    if finding.count > len(shown):
        return _("- {place}: {count}, for example {keys}", place=place, count=count, keys=keys)
    return _("- {place}: {count}, namely {keys}", place=place, count=count, keys=keys)
