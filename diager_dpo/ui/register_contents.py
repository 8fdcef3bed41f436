"""What stands where on the register, which is long: a line of links to its parts."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from diager_dpo.domain.words import Purpose
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.words import purpose_name

#: The parts below the purposes: the anchors of their headers, and their names here.
POINTS, COMPLETE, QUESTIONS, CONVENTIONS = "points", "complete", "questions", "conventions"
_PARTS = {
    POINTS: N_("Points of the register"),
    COMPLETE: N_("What is left to complete"),
    QUESTIONS: N_("Open questions"),
    CONVENTIONS: N_("Conventions"),
}

_STYLE = """<style>
.dpo-contents ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
.dpo-contents li { margin: 0; padding: 0; }
.dpo-contents a { color: inherit; }
@media print { .dpo-contents { display: none; } }
</style>"""


def draw(purposes: Iterable[Purpose]) -> None:
    """The line of links."""
    st.html(contents_html(purposes))


def contents_html(purposes: Iterable[Purpose]) -> str:
    """The links, in the order of the page."""
    parts = {each.code: purpose_name(each) for each in purposes} | {part: _(name) for part, name in _PARTS.items()}
    links = "".join(f'<li><a href="#{part}">{escape(name)}</a></li>' for part, name in parts.items())
    return f'{_STYLE}<nav class="dpo-contents" aria-label="{escape(_("On this page"))}"><ul>{links}</ul></nav>'
