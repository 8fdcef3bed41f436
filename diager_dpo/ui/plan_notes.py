"""The publication plan as people read it: what exists, when a figure is hidden, and where each rule comes from."""

import streamlit as st

from diager_dpo.domain.statistics.plan import PublicationPlan, Rule
from diager_dpo.services.statistics_views import Seen
from diager_dpo.ui import formats
from diager_dpo.ui.language import Language, _, current
from diager_dpo.ui.statistics_words import table_name


def draw(plan: PublicationPlan, seen: Seen) -> None:
    """Behind a button: the rules with their sources, and how much of the table is shown."""
    with st.popover(_("What is published, and why are figures hidden?"), type="tertiary"):
        st.markdown(
            _(
                "What is not in the plan does not exist. Version {version} has, for each closed month: {tables}. A "
                "month is published {days} after it closes, once, and never changes.",
                version=formats.plain(plan.version),
                tables=formats.listing([table_name(it) for it in plan.tables]),
                days=formats.days(plan.publish_after_days),
            )
        )
        rules = plan.rules
        said = [
            (_("fewer than {n} enterprises", n=rules.frequency.number), rules.frequency),
            (_("natural persons only, fewer than {n}", n=rules.natural_persons.number), rules.natural_persons),
            (_("one enterprise makes {n} % or more", n=rules.dominance.number), rules.dominance),
            (
                _("without the two largest, less than {n} % of the largest is left", n=rules.p_percent.number),
                rules.p_percent,
            ),
        ]
        st.markdown(_("A figure gives a customer away, and is hidden, where:"))
        st.markdown("\n".join(f"- {text}. *{_source(rule)}*" for text, rule in said))
        st.markdown(
            _(
                "Others are hidden with it, so that it cannot be worked out from totals, from another view or by a "
                "customer who knows its own figures. Insee's rules bind official statistics; here they are a benchmark."
            )
        )
        st.markdown(shown(seen))


def shown(seen: Seen) -> str:
    """How much of the cells below the totals is shown."""
    it = seen.figures.shown
    if not it.of_cells:
        return ""
    cells = _(
        "Of this table and period, {shown} of {all} cells are shown.",
        shown=formats.number(it.cells), all=formats.number(it.of_cells),
    )  # fmt: skip
    if it.cents is None or not it.of_cents or it.of_cents <= 0:
        return cells
    share = formats.percent(it.cents / it.of_cents, 1)
    return cells + " " + _("They hold {share} of the net sales.", share=share)


def _source(rule: Rule) -> str:
    return formats.plain(rule.source.en if current() is Language.ENGLISH else rule.source.fr)
