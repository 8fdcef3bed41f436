"""What goes, place by place: planned before the approval, before and after once done. True tables, which print."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from diager_dpo.services.purge_views import PlaceLine
from diager_dpo.ui import formats, tables
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.place_words import column_words, table_words, technical
from diager_dpo.ui.plain_links import HIDDEN

_STYLE = """<style>
.dpo-places { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.dpo-places th, .dpo-places td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.dpo-places thead th { font-size: .875rem; opacity: .85; }
.dpo-places .figure { text-align: right; white-space: nowrap; }
.dpo-places .technical { display: block; font-size: .8125rem; opacity: .8; overflow-wrap: anywhere; }
.dpo-places tr.left td { font-weight: 600; }
</style>"""


def place_words(line: PlaceLine) -> str:
    """Where, as people say it: "Rows: notes", "Values: e-mail address, in contacts"."""
    if not line.column:
        return _("Whole rows: {table}", table=table_words(line.table))
    return _("{column}, in {table}", column=column_words(line.column), table=table_words(line.table))


def extent(lines: Sequence[PlaceLine]) -> str:
    """How much in all, in one sentence; Markdown."""
    rows = sum(line.planned for line in lines if not line.column)
    values = sum(line.planned for line in lines if line.column)
    whole = ngettext("**{n} whole row**", "**{n} whole rows**", rows)
    single = ngettext("**{n} single value**", "**{n} single values**", values)
    if rows and values:
        return _("{rows} and {values} would go, in these places:", rows=whole, values=single)
    return _("{what} would go, in these places:", what=whole if rows else single)


def draw_planned(lines: Sequence[PlaceLine]) -> None:
    """What would go, from a dry run in the source that was rolled back."""
    shown = [line for line in lines if line.planned]
    if not shown:
        tables.empty(
            _("Nothing stands in the source that would go: these records have no row and no value left there.")
        )
        return
    st.markdown(extent(shown))
    st.html(planned_html(shown))
    draw_unlinked(lines)


def planned_html(lines: Sequence[PlaceLine]) -> str:
    """One row a place, with how many."""
    rows = [(line, [formats.number(line.planned)]) for line in lines]
    return _table(_("What would go, place by place"), [_("How many")], rows)


def draw_done(lines: Sequence[PlaceLine]) -> None:
    """Before and after: planned in the dry run, gone, and what a second look found."""
    shown = [line for line in lines if line.planned or line.gone or line.remaining]
    if shown:
        st.html(done_html(shown))
    draw_unlinked(lines)


def done_html(lines: Sequence[PlaceLine]) -> str:
    """One row a place: planned, gone, left."""
    rows = [
        (
            line,
            [
                formats.number(line.planned),
                formats.number(line.gone),
                tables.NOTHING if line.remaining is None else formats.number(line.remaining),
            ],
        )
        for line in lines
    ]
    return _table(_("Before and after, place by place"), [_("Planned"), _("Taken away"), _("Left")], rows)


def draw_unlinked(lines: Sequence[PlaceLine]) -> None:
    """Rows that stay after their last purpose, without the person they belonged to."""
    for line in lines:
        if line.unlinked:
            st.caption(unlinked_sentence(line))


def unlinked_sentence(line: PlaceLine) -> str:
    """Rows the source file keeps, of whom nothing personal is left; Markdown."""
    return ngettext(
        "{n} row stays without its last purpose, as the source file asks: {table} ({technical}).",
        "{n} rows stay without their last purpose, as the source file asks: {table} ({technical}).",
        line.unlinked,
        table=table_words(line.table),
        technical=formats.plain(line.table),
    )


def _table(caption: str, heads: Sequence[str], rows: Sequence[tuple[PlaceLine, Sequence[str]]]) -> str:
    figures = "".join(f'<th scope="col" class="figure">{escape(head)}</th>' for head in heads)
    body = "".join(_row(line, cells) for line, cells in rows)
    return (
        f'{_STYLE}<table class="dpo-places"><caption style="{HIDDEN}">{escape(caption)}</caption>'
        f'<thead><tr><th scope="col">{escape(_("Where"))}</th>{figures}</tr></thead><tbody>{body}</tbody></table>'
    )


def _row(line: PlaceLine, cells: Sequence[str]) -> str:
    words = place_words(line)
    name = f'{escape(words[:1].upper() + words[1:])}<span class="technical">'
    name += f"{escape(technical(line.table, line.column))}</span>"
    left = ' class="left"' if line.remaining else ""
    figures = "".join(f'<td class="figure">{escape(cell)}</td>' for cell in cells)
    return f'<tr{left}><th scope="row">{name}</th>{figures}</tr>'
