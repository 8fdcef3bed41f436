"""How many records stand where: one figure a status, with what it means and what it is made of."""

import streamlit as st

from diager_dpo.domain.words import Status
from diager_dpo.services.counting import Counts
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.links import leads, link
from diager_dpo.ui.look import chip
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.why import why
from diager_dpo.ui.words import status_name, status_sentence

#: Worst first: what is read first is what somebody has to do something about.
ORDER = (Status.DUE, Status.DUE_SOON, Status.UNDETERMINED, Status.HELD, Status.KEPT, Status.RUNNING)

#: Six in a row where there is room for six, else three, on a phone two: none stands alone on a row of its own.
_STYLE = """<style>
.st-key-status_totals { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; }
.st-key-status_totals > * { width: 100% !important; }
@media (min-width: 1340px) { .st-key-status_totals { grid-template-columns: repeat(6, minmax(0, 1fr)); } }
@media (max-width: 640px) { .st-key-status_totals { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
</style>"""


def draw(visit: Visit, counts: Counts) -> None:
    """The six figures; behind each, its purposes and the way to their records."""
    st.html(_STYLE)
    with st.container(key="status_totals"):
        for status in ORDER:
            with st.container(gap="xxsmall"):
                chip(status)
                total = sum(purpose.of(status) for purpose in counts.purposes)
                st.metric(status_name(status), formats.number(total), label_visibility="collapsed")
                _why(visit, counts, status)


def _why(visit: Visit, counts: Counts, status: Status) -> None:
    present = [purpose for purpose in counts.purposes if purpose.of(status)]

    def links() -> None:
        for purpose in present:
            label = records(purpose.of(status), purpose.purpose)
            link(visit, "deadlines", label, purpose=purpose.purpose.code, status=status.code)

    facts = [records(purpose.of(status), purpose.purpose) for purpose in present]
    why(
        key=f"status_{status.code}",
        rule=status_sentence(status),
        facts=[] if leads(visit, "deadlines") else facts or [_("There is none.")],
        scanned_at=counts.scanned_at,
        links=links,
    )
