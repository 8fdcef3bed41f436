"""What the register must say of each purpose, and what it says: a tint and a sign a state, the words one click away.

A true table: a screen reader names row and column, the keyboard opens each cell, and paper shows all statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from diager_dpo.domain.charter import Completion, Field, Statement
from diager_dpo.domain.register import Cell, FieldState, RegisterEntry
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.look import ACCENT
from diager_dpo.ui.own_words import in_language, inside
from diager_dpo.ui.words import field_name, purpose_name

SIGN: Mapping[FieldState, str] = {FieldState.STATED: "✓", FieldState.NOT_STATED: "○", FieldState.COMPLETED: "◆"}
_WORD: Mapping[FieldState, str] = {
    FieldState.STATED: N_("stated"),
    FieldState.NOT_STATED: N_("not stated"),
    FieldState.COMPLETED: N_("completed"),
}
_MEANING: Mapping[FieldState, str] = {
    FieldState.STATED: N_("the charter says it; open the cell to read the words and their clause"),
    FieldState.NOT_STATED: N_("the charter does not say it, which does not mean that there is none"),
    FieldState.COMPLETED: N_("the charter does not say it, and the DPO has: who, when and why"),
}

_STYLE = f"""<style>
.dpo-matrix-frame {{ overflow-x: auto; }}
.dpo-matrix {{ border-collapse: separate; border-spacing: 3px; font-size: .875rem; }}
.dpo-matrix caption {{ text-align: left; padding: 0 0 .6rem; line-height: 1.6; color: inherit; }}
.dpo-matrix th {{ text-align: left; vertical-align: bottom; font-weight: 600; padding: .35rem .5rem; }}
.dpo-matrix th small {{ display: block; font-weight: 400; font-size: .93em; }}
.dpo-matrix tbody th {{ font-weight: 400; vertical-align: top; min-width: 11rem;
  width: 1%; }}
.dpo-matrix td {{ padding: .35rem .5rem; vertical-align: top; border-radius: .25rem; min-width: 8rem;
  width: calc(100% / var(--columns));
  border: 1px solid transparent; }}
.dpo-matrix .stated {{ background: color-mix(in srgb, {ACCENT} 34%, transparent); }}
.dpo-matrix .completed {{ background: color-mix(in srgb, {ACCENT} 15%, transparent); border: 1px solid {ACCENT}; }}
.dpo-matrix .not_stated {{ background: color-mix(in srgb, currentColor 4%, transparent); }}
.dpo-matrix summary {{ cursor: pointer; list-style: none; text-decoration: underline dotted; }}
.dpo-matrix .said {{ margin: .4rem 0 .2rem; }}
.dpo-matrix cite {{ display: block; font-style: normal; font-size: .93em; }}
@media print {{ .dpo-matrix-frame {{ overflow: visible; }} .dpo-matrix {{ font-size: 8pt; }}
  .dpo-matrix td {{ min-width: 0; }}
  .dpo-matrix tbody th {{ min-width: 7rem; }} .dpo-matrix tr {{ break-inside: avoid; }}
  .dpo-matrix details::details-content {{ content-visibility: visible; block-size: auto; }} }}
</style>"""


def draw(entries: Sequence[RegisterEntry]) -> None:
    """The table, with what each sign means above it."""
    head = "".join(map(_head, entries))
    rows = "".join(_row(field, entries) for field in Field)
    width = min(100, 40 + 15 * len(entries))  # one purpose alone does not fill a line
    label = escape(_("What the register must say of each purpose, and what it says"), quote=True)
    st.html(
        f"{_STYLE}<div class='dpo-matrix-frame' role='region' aria-label='{label}' tabindex='0'>"
        f"<table class='dpo-matrix' style='--columns: {len(entries)}; width: {width}%'><caption>{_legend()}</caption>"
        f"<thead><tr><th scope='col'>{escape(_('Point'))}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def state_word(state: FieldState) -> str:
    """Not stated: never "none"."""
    return _(_WORD[state])


def _legend() -> str:
    return "<br>".join(
        escape(_("{sign} {state}: {meaning}.", sign=SIGN[state], state=state_word(state), meaning=_(_MEANING[state])))
        for state in FieldState
    )


def _head(entry: RegisterEntry) -> str:
    note = f"<small>{escape(_('supplement to the charter'))}</small>" if entry.is_supplement else ""
    return f"<th scope='col'>{escape(purpose_name(entry.purpose))}{note}</th>"


def _row(field: Field, entries: Iterable[RegisterEntry]) -> str:
    cells = "".join(_cell(entry.cell(field), is_supplement=entry.is_supplement) for entry in entries)
    return f"<tr><th scope='row'>{escape(field_name(field))}</th>{cells}</tr>"


def _cell(cell: Cell, *, is_supplement: bool) -> str:
    word = state_word(cell.state)
    if is_supplement and cell.state is FieldState.STATED:
        word = _("supplement")
    said = [
        *(_said(in_language(statement.text), _source(statement)) for statement in cell.statements),
        *([_said(in_language(cell.completion.text), _who(cell.completion))] if cell.completion else []),
        *(
            _said(in_language(statement.text), _("Supplement to the charter: {clause}", clause=statement.clause))
            for statement in cell.additions
        ),
    ]
    mark = escape(f"{SIGN[cell.state]} {word}")
    shown = f"<details><summary>{mark}</summary>{''.join(said)}</details>" if said else mark
    return f"<td class='{cell.state.value}'>{shown}</td>"


def _said(text: str, source: str) -> str:
    return f"<div class='said'>{escape(text)}<cite>{escape(source)}</cite></div>"


def _source(statement: Statement) -> str:
    return _("Clause: {clause}", clause=statement.clause)


def _who(completion: Completion) -> str:
    return _(
        "Completed by {who} on {day}: {why}",
        who=completion.by,
        day=formats.day(completion.on),
        why=inside(in_language(completion.why)),
    )
