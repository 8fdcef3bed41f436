"""What the statistics say, in sentences: the sales of the period, what is shown of them, and what stands for a hole."""

from diager_dpo.services.statistics import Figures, Line
from diager_dpo.services.statistics_views import Layout, Seen, Sheet, Sign, first_day
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.money import euros
from diager_dpo.ui.statistics_words import word


def answer(seen: Seen) -> str:
    """The last month of the period, and how it moved; Markdown."""
    last = seen.figures.by_month[-1]
    month = formats.month(first_day(last.label))
    if last.now.revenue is None:
        return _("In {month}, this selection is not shown.", month=month)
    said = {"month": month, "amount": euros(last.now.revenue)}
    if last.growth is not None:
        return _("In {month}, net sales came to {amount}, {change} on the year.", **said, change=change(last.growth))
    before = seen.figures.by_month[-2].now.revenue if len(seen.figures.by_month) > 1 else None
    if before is None or before <= 0:
        return _("In {month}, net sales came to {amount}.", **said)
    moved = change(last.now.revenue / before - 1)
    return _("In {month}, net sales came to {amount}, {change} on the month before.", **said, change=moved)


def change(growth: float) -> str:
    """+3.2 %, with its sign."""
    text = formats.percent(abs(growth), 1)
    return f"+{text}" if growth > 0 else f"\u2212{text}" if growth < 0 else text


def period(figures: Figures) -> str:
    """The sum of the period and its growth over a year, or why there is none; Markdown."""
    total, span = figures.total, figures.months
    if total.now.revenue is None:
        return _("Of the period, nothing is shown of this selection.")
    said = ngettext(
        "{month}: **{amount}** net.",
        "From {first} to {month}: **{amount}** net, {shown} of {n} months shown.",
        len(span),
        first=formats.month(first_day(span[0])),
        month=formats.month(first_day(span[-1])),
        amount=euros(total.now.revenue),
        shown=formats.number(total.now.shown),
    )
    return f"{said} {_growth(total)}"


def _growth(total: Line) -> str:
    if total.growth is not None:
        return _("That is **{change}** on the same months a year before.", change=change(total.growth))
    if total.before.revenue is None:
        return _("The same months a year before are not published: there is nothing to compare with.")
    return _("Not every month is shown in both years: no growth over the year is told.")


def share_of_months(seen: Seen) -> str:
    """Which share the chart over time shows."""
    it = seen.figures.total.now
    if len(seen.figures.months) == 1:
        return ""
    if it.is_whole:
        return _("This chart shows all of it: every month of the period.")
    return ngettext(
        "This chart shows {shown} of {n} month of the period.",
        "This chart shows {shown} of {n} months of the period.",
        it.months,
        shown=formats.number(it.shown),
    )


def share_of_labels(seen: Seen) -> str:
    """Which share of the selection stands in the bars, the heat map or the months."""
    figures, layout = seen.figures, seen.view.layout
    if layout in (Layout.CROSS, Layout.GRID):
        amounts = [it for _label, row in (figures.cross if layout == Layout.CROSS else figures.grid) for it in row]
        revenue = [it.revenue for it in amounts if it.revenue is not None]
    else:
        revenue = [it.now.revenue for it in dict(figures.by)[layout] if it.now.revenue is not None]
    total = figures.total.now
    if not total.is_whole or not total.revenue or total.revenue <= 0:
        return _("Which share of the sales that is cannot be said, as their total is not shown.")
    return _(
        "Shown here: {share} of the net sales of the period.", share=formats.percent(sum(revenue) / total.revenue, 1)
    )


def holes(*sheets: Sheet) -> str:
    """What each sign means that stands in these rows; empty where there is none."""
    found = {value for sheet in sheets for row in sheet.rows for value in row if isinstance(value, Sign)}
    said = {
        Sign.HIDDEN: _(
            "{sign} (statistical secrecy): the figure stays hidden, so that nobody can work out those of one customer. "
            "Nothing says why a given cell is.",
            sign=f"**{word(Sign.HIDDEN.value)}**",
        ),
        Sign.NOT_PUBLISHED: _(
            "{sign} (not available): the month is not published.", sign=f"**{word(Sign.NOT_PUBLISHED.value)}**"
        ),
    }
    return " ".join(said[each] for each in Sign if each in found)
