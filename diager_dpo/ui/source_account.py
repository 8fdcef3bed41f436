"""What is read and by whom: the database, what its account may do, and what stands outside what is read."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import streamlit as st

from diager_dpo.services.source_state import SourceCheck
from diager_dpo.source.grants import WriteAccess
from diager_dpo.source.source_file import ErasureMode, SourceFile
from diager_dpo.ui import formats
from diager_dpo.ui.language import N_, _, ngettext
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.words import purpose_name

_STYLE = """<style>
.dpo-source { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; margin: 0 !important;
  padding: 0 !important; }
.dpo-source dt, .dpo-source dd { margin: 0; padding: 0; font-weight: 400; }
.dpo-source dt { opacity: .85; }
@media (max-width: 640px) { .dpo-source { grid-template-columns: 1fr; gap: 0; }
  .dpo-source dd { margin-bottom: .5rem; } }
</style>"""
_DATABASE = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB", "mysql": "MySQL"}
_ERASURE: Mapping[ErasureMode, str] = {
    ErasureMode.DIRECT: N_("by the product, once two people have agreed, with a receipt for each row"),
    ErasureMode.BY_HAND: N_("by the operator of the database, by an order the product exports"),
}


def draw(source: SourceFile, checked: SourceCheck | None) -> None:
    """The facts of the source file, and a warning where the account could write."""
    writable = checked.writable if checked else None
    if writable:
        st.warning(write_warning(writable))
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in _rows(source, checked))
    st.html(f"{_STYLE}<dl class='dpo-source'>{rows}</dl>")


def account_sentence(checked: SourceCheck | None) -> str:
    """What the account with which the source is read may do, as the database itself says."""
    if checked is None:
        return _("not known until the source has been checked")
    if checked.writable is None:
        return _("the database does not say what it may do")
    if checked.writable:
        return ngettext("could write to {n} table", "could write to {n} tables", len(checked.writable))
    if checked.database == "sqlite":
        return _("only reads: the file is opened for reading")
    return _("only reads: no right to write to a declared table")


def write_warning(writable: Sequence[WriteAccess]) -> str:
    """Which tables could be written, and what to do; Markdown."""
    tables = formats.listing([f"`{table.table}` ({', '.join(table.privileges)})" for table in writable])
    return _(
        "The account with which the source is read could also write: {tables}. The product never does while it reads, "
        "but a right that is not there cannot be misused: use an account that can only read "
        "(docs/source-accounts.md).",
        tables=tables,
    )


def draw_outside(source: SourceFile) -> None:
    """What no erasure reaches first, then what leads to other people and to nobody; each with its reason."""
    _reasons(
        _("Out of reach of the product: repeated in every certificate"),
        source.out_of_reach,
        _("The source file names nothing out of reach. Files, paper and what was sent to others usually are."),
    )
    _reasons(_("Other people, looked after elsewhere"), source.other_persons)
    if source.not_personal:
        count = len(source.not_personal)
        label = ngettext("{n} table that leads to nobody", "{n} tables that lead to nobody", count)
        with st.expander(label, key="nobody"):
            _reasons("", source.not_personal)


def _rows(source: SourceFile, checked: SourceCheck | None) -> Iterator[tuple[str, str]]:
    yield _("Source"), in_language(source.title)
    yield _("Description"), source.file.replace("\\", "/").rsplit("/", 1)[-1]
    if checked and checked.database:
        yield _("Database"), _DATABASE.get(checked.database, checked.database)
    yield _("Account"), account_sentence(checked)
    yield _("Erasure"), _(_ERASURE[source.erasure])
    yield _("Time zone"), source.timezone
    if source.backups_kept_for is not None:
        yield _("Backups kept for"), formats.duration(source.backups_kept_for)
    if source.not_processed:
        names = [purpose_name(purpose).lower() for purpose in sorted(source.not_processed)]
        yield _("Purposes without data here"), formats.listing(names)


def _reasons(title: str, reasons: Mapping[str, str], otherwise: str = "") -> None:
    if not reasons and not otherwise:
        return
    if title:
        st.markdown(f"**{title}**")
    lines = [
        _("- **{name}**: {reason}", name=formats.plain(name), reason=formats.plain(reason))
        for name, reason in reasons.items()
    ]
    st.markdown("\n".join(lines) or otherwise)
