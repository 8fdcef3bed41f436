"""Commercial statistics as people see them: sums of published cells, or nothing. The source is never asked.

Whatever is asked for that the plan does not publish is refused; whatever is hidden is ``None`` (« n.d. »).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.statistics.block import TOTAL
from diager_dpo.domain.statistics.measures import Band, band
from diager_dpo.domain.statistics.plan import DIMENSIONS, PublicationPlan
from diager_dpo.services.access import require
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.publication_plan import as_plan, earlier, load_plan
from diager_dpo.services.source_engine import configured_source
from diager_dpo.store import published
from diager_dpo.store.engine import reading
from diager_dpo.store.published import CellRow

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Month:
    """One month. ``reason``: code of why it is not published (``domain.statistics.block.Reason``), else empty.

    ``late_lines``: lines more than were published (fewer: negative), ``None`` where nothing changed.
    """

    period: str
    is_published: bool
    reason: str
    published_at: datetime
    plan: str
    late_lines: int | None


@dataclass(frozen=True, slots=True)
class Amount:
    """The sum of the shown cells of some months. ``shown`` of ``months`` months; ``None`` where none is shown.

    ``revenue`` and ``basket`` in cents. ``enterprises`` only of one month: bands do not add up.
    """

    revenue: int | None
    orders: int | None
    basket: int | None
    enterprises: Band | None
    shown: int
    months: int

    @property
    def is_whole(self) -> bool:
        """Whether every month is shown."""
        return self.months > 0 and self.shown == self.months


@dataclass(frozen=True, slots=True)
class Line:
    """A label or a month, the same a year before, and growth (0.05: 5 % more) where all of both is shown.

    ``share`` of the total of the table, where both are shown whole.
    """

    label: str
    now: Amount
    before: Amount
    growth: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """How much is shown of the cells below the totals: cells, and cents where every month's total is shown."""

    cells: int
    of_cells: int
    cents: int | None
    of_cents: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One selection of one table over a period. ``by``: the lines of each dimension of the table that is not chosen.

    ``grid``: label of the first dimension that is free -> amount of each month, in the order of ``months``.
    ``cross``: where both are free, label of the first -> amount of each label of the second, in the order of ``by``.
    """

    table: str
    dimensions: tuple[str, str]
    months: tuple[str, ...]
    total: Line
    by_month: tuple[Line, ...]
    by: tuple[tuple[str, tuple[Line, ...]], ...]
    grid: tuple[tuple[str, tuple[Amount, ...]], ...]
    cross: tuple[tuple[str, tuple[Amount, ...]], ...]
    shown: Shown
    unpublished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportedCell:
    """One published cell and measure; ``value`` ``None`` where hidden. Revenue in cents, enterprises as a band."""

    table: str
    period: str
    family: str
    region: str
    channel: str
    measure: str
    value: int | str | None


def plan(installation: Installation, actor: Identity) -> PublicationPlan:
    """The publication plan in force, to be shown with its rules and their sources.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``publication_plan_wrong``.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    return load_plan().plan


def months(installation: Installation, actor: Identity) -> tuple[Month, ...]:
    """Every month that was published or could not be, in order.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    source = configured_source(installation)
    with reading(installation.store) as connection:
        rows = published.months(connection, source.name)
        late = {row.month: row.lines for row in published.late(connection, source.name)}
    return tuple(
        Month(
            row.month,
            row.state == published.PUBLISHED,
            row.reason,
            datetime.fromisoformat(row.published_at),
            row.plan,
            late.get(row.month),
        )
        for row in rows
    )


def table(
    installation: Installation,
    actor: Identity,
    table: str,
    from_month: str,
    to_month: str,
    *,
    family: str | None = None,
    region: str | None = None,
    channel: str | None = None,
) -> Figures:
    """What a table of the plan shows from one month to another, both included, of some labels or of all.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``; ``view_not_published`` for whatever the plan does not publish.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    source, known = configured_source(installation), load_plan()
    chosen = {"family": family, "region": region, "channel": channel}
    shape = next((it for it in known.plan.tables if it.name == table), None)
    asked = {name for name, label in chosen.items() if label is not None}
    if shape is None or not asked <= set(shape.dimensions) or TOTAL in chosen.values():
        raise NotPossible("view_not_published")
    period = _period(from_month, to_month)
    with reading(installation.store) as connection:
        rows = [it for it in published.months(connection, source.name) if it.state == published.PUBLISHED]
        cells = published.cells(connection, source.name, table, earlier(period[0], _YEAR), period[-1])
        former = {
            digest: as_plan(published.plan_text(connection, digest) or "", "publication.toml").plan
            for digest in {it.plan for it in rows} - {known.digest}
        }
    plans = {it.month: former.get(it.plan, known.plan) for it in rows}
    return _Cells(cells, plans, known.plan).figures(table, shape.dimensions, period, chosen)


def export(installation: Installation, actor: Identity) -> tuple[ExportedCell, ...]:
    """Every published cell, in order.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    require(installation, actor, Action.SEE_STATISTICS)
    source = configured_source(installation)
    with reading(installation.store) as connection:
        cells = published.cells(connection, source.name)
    return tuple(
        ExportedCell(it.table, it.month, it.family, it.region, it.channel, measure, value)
        for it in cells
        for measure, value in (
            ("revenue", it.revenue),
            ("orders", it.orders),
            ("enterprises", None if it.enterprises is None else band_text(band(it.enterprises))),
        )
    )


def band_text(found: Band) -> str:
    """3-5, or 1001+."""
    if found.most is None:
        return f"{found.least}+"
    return f"{found.least}-{found.most}" if found.least != found.most else str(found.least)


def _period(first: str, last: str) -> tuple[str, ...]:
    try:
        start, end = (int(it[:4]) * 12 + int(it[5:]) - 1 for it in (first, last))
    except ValueError:
        raise NotPossible("view_not_published") from None
    if not 0 <= end - start < 50 * _YEAR:
        raise NotPossible("view_not_published")
    return tuple(f"{count // 12:04d}-{count % 12 + 1:02d}" for count in range(start, end + 1))


_Key = tuple[str, str, str]


class _Cells:
    """The published cells of one table, by month and key."""

    def __init__(self, cells: Sequence[CellRow], plans: dict[str, PublicationPlan], plan: PublicationPlan) -> None:
        self._plans, self._plan = plans, plan
        self._by = {(it.month, (it.family, it.region, it.channel)): it for it in cells}
        self._keys = [(it.month, (it.family, it.region, it.channel)) for it in cells]

    def _cell(self, month: str, key: _Key) -> tuple[int, int, int] | None:
        """Its measures; ``None`` where it is hidden or its month not published.

        A label without a line in a published month has no cell: 0, where the plan of that month has the same labels.
        """
        cell = self._by.get((month, key))
        if cell is None:
            its = self._plans.get(month)
            alike = its is not None and (its.tables, its.merges, its.not_given) == (
                self._plan.tables, self._plan.merges, self._plan.not_given,
            )  # fmt: skip
            return (0, 0, 0) if alike else None
        if cell.revenue is None or cell.orders is None or cell.enterprises is None:
            return None
        return cell.revenue, cell.orders, cell.enterprises

    def amount(self, period: Sequence[str], key: _Key) -> Amount:
        found = [cell for month in period if (cell := self._cell(month, key)) is not None]
        if not found:
            return Amount(None, None, None, None, 0, len(period))
        revenue, orders = sum(it[0] for it in found), sum(it[1] for it in found)
        basket = (2 * revenue + orders) // (2 * orders) if orders else None
        alone = band(found[0][2]) if len(period) == 1 else None
        return Amount(revenue, orders, basket, alone, len(found), len(period))

    def line(self, label: str, period: Sequence[str], key: _Key, total: Amount | None = None) -> Line:
        now = self.amount(period, key)
        before = self.amount([earlier(month, _YEAR) for month in period], key)
        comparable = now.is_whole and before.is_whole and now.revenue is not None and (before.revenue or 0) > 0
        growth = (now.revenue or 0) / (before.revenue or 1) - 1 if comparable else None
        whole = total is not None and total.is_whole and now.is_whole and (total.revenue or 0) > 0
        share = (now.revenue or 0) / (total.revenue or 1) if whole and total else None
        return Line(label, now, before, growth, share)

    def figures(
        self, name: str, dimensions: Sequence[str], period: tuple[str, ...], chosen: dict[str, str | None]
    ) -> Figures:
        def key(**labels: str) -> _Key:
            family, region, channel = (labels.get(it.value) or chosen[it.value] or TOTAL for it in DIMENSIONS)
            return family, region, channel

        free = [str(it) for it in dimensions if chosen[str(it)] is None]
        labels = {it: self._labels(it, period) for it in free}
        total = self.line(TOTAL, period, key())
        by = [
            (it, tuple(self.line(label, period, key(**{it: label}), total.now) for label in labels[it])) for it in free
        ]
        grid = [
            (label, tuple(self.amount([month], key(**{free[0]: label})) for month in period))
            for label in (labels[free[0]] if free else ())
        ]
        cross = [
            (
                label,
                tuple(self.amount(period, key(**{free[0]: label, free[1]: other})) for other in labels[free[1]]),
            )
            for label in (labels[free[0]] if len(free) > 1 else ())
        ]
        return Figures(
            table=name,
            dimensions=(str(dimensions[0]), str(dimensions[1])),
            months=period,
            total=total,
            by_month=tuple(self.line(month, [month], key()) for month in period),
            by=tuple(by),
            grid=tuple(grid),
            cross=tuple(cross),
            shown=self._shown(period, dimensions, key(), total.now),
            unpublished=tuple(month for month in period if month not in self._plans),
        )

    def _labels(self, dimension: str, period: Sequence[str]) -> list[str]:
        axis = [it.value for it in DIMENSIONS].index(dimension)
        months = set(period)
        return sorted({key[axis] for month, key in self._keys if month in months} - {TOTAL})

    def _shown(self, period: Sequence[str], dimensions: Sequence[str], chosen: _Key, total: Amount) -> Shown:
        """Of the cells below every total that lie within the selection."""
        axes = [axis for axis, it in enumerate(DIMENSIONS) if it.value in {str(name) for name in dimensions}]
        months = set(period)
        inside: Callable[[_Key], bool] = lambda key: all(  # noqa: E731
            key[axis] != TOTAL and chosen[axis] in (TOTAL, key[axis]) for axis in axes
        )
        mine = [self._by[month, key] for month, key in self._keys if month in months and inside(key)]
        values = [it.revenue for it in mine if it.revenue is not None]
        known = total.is_whole and total.revenue is not None
        return Shown(len(values), len(mine), sum(values) if known else None, total.revenue if known else None)
