"""Why one record stands where it stands: its answer, its life as a line, each step, and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from diager_dpo.domain.explanation import Explanation
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.operations import Operation
from diager_dpo.services.records import PersonExplanation
from diager_dpo.ui import formats, life_line, tables
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.look import chip_text
from diager_dpo.ui.purge_way import prepare
from diager_dpo.ui.record_list import close_record
from diager_dpo.ui.step_sentences import step_sentence, supplements
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name


def draw(
    here: Visit,
    person: PersonExplanation,
    chosen: tuple[Purpose | None, str],
    operations: Sequence[Operation],
) -> None:
    """The chosen record of a person in full, the person's other records folded below."""
    if st.button(_("Back to the list"), key="back", icon=":material/arrow_back:"):
        close_record()
        st.rerun()
    told = sorted(person.purposes, key=lambda each: (each.purpose, each.operation) != chosen)
    st.header(_("Record {key}", key=formats.plain(person.person)), anchor=False)
    if not told:
        tables.empty(
            _("The last scan found no record with this key that you may see."),
            _("Check the key, or go back to the list."),
        )
        return
    today, names = here.installation.today(), {each.key: each.name for each in operations}
    _tell(here, told[0], names, today)
    if told[1:]:
        st.header(_("Other records of this person"), anchor=False)
        st.caption(_("Each purpose has a clock of its own: the end of one does not end the others."))
        for each in told[1:]:
            with st.expander(f"{_title(each, names)} {chip_text(each.status)}"):
                life_line.draw(each, today)
                _steps(here, each)


def standing(explained: Explanation) -> str:
    """Where the record stands on the day, in one sentence."""
    day = formats.day(explained.as_of)
    last_day = explained.last_day and formats.day(explained.last_day)
    match explained.status:
        case Status.DUE:
            return _("On {day}, this record is due: its last day was {last_day}.", day=day, last_day=last_day)
        case Status.HELD:
            return _held(explained, day)
        case Status.RUNNING:
            return _("On {day}, the relation is on: there is no deadline yet.", day=day)
        case Status.UNDETERMINED:
            return _("On {day}, no deadline can be computed: the record is to be qualified.", day=day)
        case _:
            return _("On {day}, this record may be kept, until {last_day} inclusive.", day=day, last_day=last_day)


def _held(explained: Explanation, day: str) -> str:
    """A hold stops the erasure, not the clock: the last day may be behind."""
    if explained.last_day is None:
        return _("On {day}, its purge is on hold.", day=day)
    last_day = formats.day(explained.last_day)
    if explained.last_day < explained.as_of:
        return _("On {day}, its purge is on hold; its last day was {last_day}.", day=day, last_day=last_day)
    return _("On {day}, its purge is on hold; its last day is {last_day}.", day=day, last_day=last_day)


def _tell(here: Visit, explained: Explanation, names: Mapping[str, str], today: date) -> None:
    st.markdown(f"{_title(explained, names)} {chip_text(explained.status)}")
    st.subheader(standing(explained), anchor=False)
    life_line.draw(explained, today)
    st.header(_("Step by step"), anchor=False)
    _steps(here, explained)
    st.header(_("What comes next"), anchor=False)
    st.markdown(_next(explained))
    if explained.status is Status.DUE:
        prepare(here, explained.purpose, explained.operation)
    if explained.status is Status.UNDETERMINED:
        link(here, "source", _("Open the source"))


def _title(explained: Explanation, names: Mapping[str, str]) -> str:
    name = purpose_name(explained.purpose)
    if not explained.operation:
        return f"**{name}**"
    return f"**{name}**, {formats.plain(names.get(explained.operation, explained.operation))}"


def _steps(here: Visit, explained: Explanation) -> None:
    names = supplements(here.installation.charters)
    said = (formats.plain(step_sentence(step, names)) for step in explained.steps)
    st.markdown("\n".join(f"{n}. {sentence}" for n, sentence in enumerate(said, 1)))


def _next(explained: Explanation) -> str:
    match explained.status:
        case Status.DUE:
            return _("It belongs in a purge, which two people decide. Until then it is late.")
        case Status.HELD:
            return _("Nothing, as long as the hold stands. Once it is lifted, the last day applies again, unchanged.")
        case Status.UNDETERMINED if explained.operation:
            return _("Give the duration announced for the operation in the source, then scan again: the rest follows.")
        case Status.UNDETERMINED:
            return _("Correct the date in the source, then scan again: the deadline follows by itself.")
        case Status.RUNNING:
            return _("Nothing, as long as the relation is on. Its end starts the clock at the next scan.")
        case _:
            return _("Nothing before that day. Every scan recomputes it from the facts.")
