"""The views of the published tables, as rows with typed cells: what a screen shows and what a file holds are one.

A view is a table of the plan, a period, at most one label of each of its dimensions, and how it is laid out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from diager_dpo.domain.permissions import Identity
from diager_dpo.services import statistics
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.publication_plan import earlier
from diager_dpo.services.statistics import Amount, Figures, Line

YEAR = 12


class Layout(StrEnum):
    """How the cells of a view are laid out, beside one line a label of a dimension."""

    MONTHS = "months"  # one line a month
    CROSS = "cross"  # one line for each pair of labels of both dimensions
    GRID = "grid"  # one line for each label of the first dimension and month


class Sign(StrEnum):
    """What stands where there is no figure."""

    HIDDEN = "hidden"
    NOT_PUBLISHED = "not_published"


Value: TypeAlias = str | int | Decimal | date | Sign | None


@dataclass(frozen=True, slots=True)
class View:
    """What is asked for; months as ``2026-10``. ``layout``: a ``Layout`` or the name of a dimension of the table."""

    table: str
    from_month: str
    to_month: str
    layout: str = Layout.MONTHS
    family: str | None = None
    region: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a view. ``head``: codes of the columns; money in euros, shares and growth in percent."""

    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A view with its figures, its rows and the months that are published."""

    view: View
    figures: Figures
    published: frozenset[str]
    sheet: Sheet


def layouts(figures: Figures) -> tuple[str, ...]:
    """How these figures can be laid out."""
    free = tuple(name for name, _lines in figures.by)
    both = (Layout.CROSS.value,) if len(free) > 1 else ()
    return (Layout.MONTHS.value, *free, *both, *((Layout.GRID.value,) if free else ()))


def view(installation: Installation, actor: Identity, asked: View) -> Seen:
    """A view of what is published.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``; ``view_not_published`` for whatever the plan does not publish.
    """
    figures = statistics.table(  # asks for the right
        installation, actor, asked.table, asked.from_month, asked.to_month,
        family=asked.family, region=asked.region, channel=asked.channel,
    )  # fmt: skip
    if asked.layout not in layouts(figures):
        raise NotPossible("view_not_published")
    published = frozenset(it.period for it in statistics.months(installation, actor) if it.is_published)
    return Seen(asked, figures, published, sheet(figures, asked.layout, published))


def sheet(figures: Figures, layout: str, published: Collection[str]) -> Sheet:
    """The rows of one layout."""
    of = dict(figures.by)
    if layout == Layout.MONTHS:
        head = ("month", "revenue", "before", "growth", "orders", "basket", "enterprises")
        return Sheet(head, tuple(_month(it, published) for it in figures.by_month))
    if layout == Layout.CROSS:
        return Sheet((*figures.dimensions, *_MEASURES), tuple(_pairs(figures, published)))
    if layout == Layout.GRID:
        return Sheet((figures.by[0][0], "month", "revenue", "orders", "basket"), tuple(_grid(figures, published)))
    columns = (layout, "revenue", "share", "before", "growth", "orders", "basket", "months_shown", "months")
    return Sheet(columns, tuple(_line(it, figures, published) for it in of[layout]))


def sign(months: Collection[str], published: Collection[str]) -> Sign:
    """What stands in the place of a figure of these months that is not there."""
    return Sign.HIDDEN if any(it in published for it in months) else Sign.NOT_PUBLISHED


_MEASURES = ("revenue", "orders", "basket", "months_shown", "months")


def _month(it: Line, published: Collection[str]) -> tuple[Value, ...]:
    none, former = sign([it.label], published), sign([earlier(it.label, YEAR)], published)
    band = it.now.enterprises
    enterprises = None if band is None else statistics.band_text(band)
    return (
        first_day(it.label), _euros(it.now.revenue, none), _euros(it.before.revenue, former), percent(it.growth),
        none if it.now.orders is None else it.now.orders,
        _basket(it.now, none), none if it.now.revenue is None else enterprises,
    )  # fmt: skip


def _line(it: Line, figures: Figures, published: Collection[str]) -> tuple[Value, ...]:
    none = sign(figures.months, published)
    former = sign([earlier(month, YEAR) for month in figures.months], published)
    return (
        it.label, _euros(it.now.revenue, none), percent(it.share), _euros(it.before.revenue, former),
        percent(it.growth), none if it.now.orders is None else it.now.orders, _basket(it.now, none),
        it.now.shown, it.now.months,
    )  # fmt: skip


def _pairs(figures: Figures, published: Collection[str]) -> Iterator[tuple[Value, ...]]:
    none, others = sign(figures.months, published), [it.label for it in figures.by[1][1]]
    for label, amounts in figures.cross:
        for other, it in zip(others, amounts, strict=True):
            yield label, other, _euros(it.revenue, none), _or(it.orders, none), _basket(it, none), it.shown, it.months


def _grid(figures: Figures, published: Collection[str]) -> Iterator[tuple[Value, ...]]:
    for label, amounts in figures.grid:
        for month, it in zip(figures.months, amounts, strict=True):
            none = sign([month], published)
            yield label, first_day(month), _euros(it.revenue, none), _or(it.orders, none), _basket(it, none)


def first_day(month: str) -> date:
    """The day that stands for a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def percent(share: float | None) -> Decimal | None:
    """A share as a number of percent with two decimals."""
    return None if share is None else round(Decimal(share * 100), 2)


def _euros(cents: int | None, none: Sign) -> Value:
    return none if cents is None else Decimal(cents).scaleb(-2)


def _basket(it: Amount, none: Sign) -> Value:
    if it.revenue is None:
        return none
    return None if it.basket is None else Decimal(it.basket).scaleb(-2)


def _or(number: int | None, none: Sign) -> Value:
    return none if number is None else number
