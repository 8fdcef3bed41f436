"""The check of the source: does its file fit the database, and if not, what must be done first."""

from collections.abc import Iterable

import streamlit as st

from diager_dpo.domain.permissions import Action, may
from diager_dpo.services.errors import DpoError
from diager_dpo.services.source_state import SourceCheck, check
from diager_dpo.source.problems import Problem, Severity
from diager_dpo.ui import failures, formats
from diager_dpo.ui.check_sentences import problem_markdown
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.visit import Visit

_SHOWN = 40  # of one remedy; whoever mends these meets the rest at the next check


def draw(here: Visit, checked: SourceCheck | None) -> None:
    """When it was checked, what was found, blocking problems first, and a button to check again."""
    if checked is None:
        st.markdown(
            _("Never checked. A check compares the source file with the database, column by column; it writes nothing.")
        )
    else:
        st.markdown(check_sentence(checked))
        _problems(checked, Severity.BLOCKING, _("These make any purge impossible; counts work all the same:"))
        _problems(checked, Severity.WARNING, _("These should be looked at; they block nothing:"))
    if not may(here.grants, Action.SCAN):
        if checked is None:
            st.markdown(_("The DPO or an administrator can run it."))
    elif st.button(_("Check now"), key="check_now", type="secondary" if checked else "primary"):
        try:
            with st.spinner(_("Comparing the source file with the database")):
                check(here.installation, here.actor)
        except DpoError as error:
            failures.show(error)
        else:
            st.rerun()


def check_sentence(checked: SourceCheck) -> str:
    """When, and how many tables the file declares as what; Markdown."""
    tables = checked.report.tables
    said = _(
        "Checked on {moment}. Tables: **{personal}** lead to persons, **{nobody}** to nobody, **{others}** to other "
        "people.",
        moment=formats.instant(checked.checked_at),
        personal=formats.number(tables.personal),
        nobody=formats.number(tables.not_personal),
        others=formats.number(tables.other_persons),
    )
    if tables.undeclared:
        undeclared = ngettext("**{n} is not declared.**", "**{n} are not declared.**", tables.undeclared)
        return f"{said} {undeclared}"
    if not checked.report.problems:
        return f"{said} {_('✓ Nothing was found.')}"
    return said


def by_remedy(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """What is wrong, under what to do about it, in the order in which it was found; Markdown."""
    remedies: dict[str, list[str]] = {}
    for problem in problems:
        wrong, to_do = problem_markdown(problem)
        remedies.setdefault(to_do, []).append(wrong)
    return remedies


def _problems(checked: SourceCheck, severity: Severity, introduction: str) -> None:
    remedies = by_remedy(each for each in checked.report.problems if each.severity is severity)
    if not remedies:
        return
    st.markdown(f"{'‖' if severity is Severity.BLOCKING else '△'} {introduction}")
    for to_do, wrong in remedies.items():
        with st.container(border=True, gap="xsmall"):
            st.markdown("\n".join(f"- {each}" for each in wrong[:_SHOWN]))
            if len(wrong) > _SHOWN:
                st.markdown(ngettext("… and {n} more.", "… and {n} more.", len(wrong) - _SHOWN))
            st.markdown(_("**To do:** {to_do}", to_do=to_do))
