"""The words of the statistics: tables, dimensions, columns, and what stands where there is no figure."""

from collections.abc import Mapping

from diager_dpo.domain.statistics.plan import Table
from diager_dpo.services.statistics_views import Layout
from diager_dpo.ui.language import N_, _

COLUMNS: Mapping[str, str] = {
    "month": N_("Month"),
    "family": N_("Family"),
    "region": N_("Region"),
    "channel": N_("Channel"),
    "revenue": N_("Net revenue (€)"),
    "share": N_("Share (%)"),
    "before": N_("A year before (€)"),
    "growth": N_("Growth over a year (%)"),
    "orders": N_("Orders"),
    "basket": N_("Average order (€)"),
    "enterprises": N_("Customers, in bands"),
    "months_shown": N_("Months shown"),
    "months": N_("Months of the period"),
    "hidden": N_("n.d."),
    "not_published": N_("n.a."),
    "title": N_("Statistics"),
}
_ALL: Mapping[str, str] = {
    "family": N_("All families"),
    "region": N_("All regions"),
    "channel": N_("All channels"),
}
_LAYOUT: Mapping[str, str] = {
    "family": N_("By family"),
    "region": N_("By region"),
    "channel": N_("By channel"),
    Layout.GRID: N_("Month by month"),
}


def word(code: str) -> str:
    """A column, a sign or the title of a sheet."""
    return _(COLUMNS[code])


def all_of(dimension: str) -> str:
    """All families."""
    return _(_ALL[dimension])


def table_name(table: Table) -> str:
    """Family and region, with a sign between."""
    return " \u00d7 ".join(word(each.value) for each in table.dimensions)


def layout_name(layout: str, dimensions: tuple[str, str]) -> str:
    """How the figures are laid out."""
    return " \u00d7 ".join(map(word, dimensions)) if layout == Layout.CROSS else _(_LAYOUT[layout])
