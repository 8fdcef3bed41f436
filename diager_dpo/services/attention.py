"""What needs somebody, most urgent first. Numbers and codes only: no key, no name of a person.

Each matter leads to where it is dealt with, as far as the actor may go there.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from diager_dpo.domain.civil import day_date, day_number
from diager_dpo.domain.permissions import Action, Identity, allowed_purposes
from diager_dpo.domain.register import conventions
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.access import grants_in
from diager_dpo.services.came_back import KEY, RECEIPTS, seen_by
from diager_dpo.services.counting import PurposeCounts, counts_in
from diager_dpo.services.holds import overdue_in
from diager_dpo.services.index_view import IndexView, index_view
from diager_dpo.services.installation import Installation
from diager_dpo.services.matters import ARBITRATION, Matter, Target, Urgency
from diager_dpo.services.publication_matters import publication_matters
from diager_dpo.services.purge_matters import purge_matters
from diager_dpo.services.scanning import FRESH_FOR, scan_state
from diager_dpo.services.source_state import alerts_in, findings_in, last_check_in
from diager_dpo.store.calendar_counts import last_finished_scan
from diager_dpo.store.flag_counts import flag_groups

#: Which right opens the screen that a matter leads to.
_OPENS = {
    "holds": Action.SEE_PURGES,
    "purge": Action.SEE_PURGES,
    "purges": Action.SEE_PURGES,
    "to_qualify": Action.SEE_RECORDS,
    "deadlines": Action.SEE_RECORDS,
    "source": Action.SEE_SOURCE,
    "register": Action.SEE_REGISTER,
    "statistics": Action.SEE_STATISTICS,
}


def matters(installation: Installation, actor: Identity, as_of: date, horizon_days: int) -> tuple[Matter, ...]:
    """What needs somebody on a day, most urgent first; empty where nothing does.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    found: list[Matter] = []
    with index_view(installation, actor, Action.SEE_TOTALS) as view:
        grants = grants_in(view.connection, actor)
        allowed = frozenset(action for action in Action if allowed_purposes(grants, action))
        if last_finished_scan(view.connection, view.source) is None:
            found.append(Matter("never_scanned", Urgency.UNKNOWN, target=Target("source")))
        else:
            found += _of_counts(view, as_of, horizon_days)
            found += _of_alerts(view)
            found += _of_holds(view, installation.today())
            found += purge_matters(installation, view, actor)
            found += _of_returns(view)
            found += _of_flags(view, as_of)
        of_source = list(_of_source(view)) if Action.SEE_SOURCE in allowed else []
    if Action.SEE_SOURCE in allowed:
        found += [*_of_scans(installation, actor), *of_source]
    if Action.SEE_STATISTICS in allowed:
        found += publication_matters(installation, actor)
    if Action.SEE_REGISTER in allowed:
        unconfirmed = conventions(installation.charters, as_of, view.purposes)
        if unconfirmed:
            found.append(
                Matter("conventions_unconfirmed", Urgency.TO_CONFIRM, len(unconfirmed), target=Target("register"))
            )
    found.sort(key=_rank)
    return tuple(_reachable(matter, allowed) for matter in found)


def _rank(matter: Matter) -> tuple[int, int]:
    """By urgency; what is late by its age. The rest keeps the order in which it was found."""
    return matter.urgency, -(matter.days or 0) if matter.urgency is Urgency.LATE else 0


def _reachable(matter: Matter, allowed: frozenset[Action]) -> Matter:
    """The matter without its target where the actor may not open that screen."""
    if matter.target is None or _OPENS[matter.target.page] in allowed:
        return matter
    return replace(matter, target=None)


def _of_counts(view: IndexView, as_of: date, horizon_days: int) -> Iterator[Matter]:
    """What the calendar says: late, without a deadline, suspended, late soon."""
    held_past = view.calendar().held_past(day_number(as_of))
    for purpose in counts_in(view, as_of, horizon_days).purposes:
        if purpose.due and purpose.late_from is not None:
            days = max((as_of - purpose.late_from).days, 0)
            yield _on_status("due", Urgency.LATE, purpose, Status.DUE, days=days, on=purpose.late_from)
        if purpose.undetermined:
            yield _on_status("undetermined", Urgency.TO_QUALIFY, purpose, Status.UNDETERMINED)
        if purpose.purpose in held_past:
            matter = _on_status("held_past_last_day", Urgency.TO_QUALIFY, purpose, Status.HELD)
            yield replace(matter, count=held_past[purpose.purpose])
        if purpose.due_soon:
            yield _on_status("due_soon", Urgency.SOON, purpose, Status.DUE_SOON, days=horizon_days)


def _on_status(
    code: str,
    urgency: Urgency,
    purpose: PurposeCounts,
    status: Status,
    *,
    days: int | None = None,
    on: date | None = None,
) -> Matter:
    target = _deadlines(purpose.purpose, ("status", status.code))
    return Matter(code, urgency, purpose.of(status), purpose.purpose, days, on, target=target)


def _deadlines(purpose: Purpose, *filters: tuple[str, str]) -> Target:
    return Target("deadlines", (("purpose", purpose.code), *filters))


def _of_alerts(view: IndexView) -> Iterator[Matter]:
    """What blocks a purge and only a person can settle."""
    for alert in alerts_in(view.connection, view.source):
        if alert.purpose in view.purposes:
            filters = (("operation", alert.operation),) if alert.operation else ()
            yield Matter(
                alert.code,
                Urgency.BLOCKING,
                alert.count,
                alert.purpose,
                subject=alert.operation_name or alert.operation,
                target=_deadlines(alert.purpose, *filters),
            )


def _of_holds(view: IndexView, today: date) -> Iterator[Matter]:
    """Suspensions past their review date: they hold until somebody lifts them."""
    late = [
        each
        for each in overdue_in(view.connection, view.source, today)
        if each.purpose is None or each.purpose in view.purposes
    ]
    if late:
        since = day_date(late[0].review_on)
        days = (today - since).days
        yield Matter("holds_overdue", Urgency.TO_QUALIFY, len(late), days=days, on=since, target=Target("holds"))


def _of_returns(view: IndexView) -> Iterator[Matter]:
    """What the last scan found again that had been erased."""
    scan = last_finished_scan(view.connection, view.source)
    returns = seen_by(view.connection, scan.id) if scan else ()
    for cause in (RECEIPTS, KEY):
        count = sum(each.count for each in returns if each.cause == cause)
        if count:
            yield Matter(f"came_back_{cause}", Urgency.BLOCKING, count, target=Target("purges"))


def _of_flags(view: IndexView, as_of: date) -> Iterator[Matter]:
    """Verdicts that stand although a fact speaks against them, and proofs that are missing."""
    groups = flag_groups(view.connection, view.source, view.calendar().scan)
    for flag in ARBITRATION:
        code = flag.codes[0]
        for purpose in view.purposes:
            count = groups.count(purpose, flag, day_number(as_of))
            if count:
                target = _deadlines(purpose, ("flag", code))
                yield Matter(f"flag_{code}", Urgency.TO_WEIGH, count, purpose, subject=code, target=target)


def _of_scans(installation: Installation, actor: Identity) -> Iterator[Matter]:
    """A scan that failed or was killed, or one that is no longer fresh."""
    state = scan_state(installation, actor)
    if state.failed_since is not None:
        yield Matter("scan_failed", Urgency.BLOCKING, subject=state.failed_since.error or "", target=Target("source"))
    ended = state.last_done and state.last_done.finished_at
    if ended:
        age = installation.now() - ended
        if age > FRESH_FOR:
            yield Matter("scan_old", Urgency.BLOCKING, days=age.days, on=ended.date(), target=Target("source"))


def _of_source(view: IndexView) -> Iterator[Matter]:
    """A source file that does not fit its schema, and facts that cannot be."""
    checked = last_check_in(view.connection, view.source)
    if checked is None:
        yield Matter("source_unchecked", Urgency.BLOCKING, target=Target("source"))
    elif not checked.report.clean:
        yield Matter(
            "source_not_clean",
            Urgency.BLOCKING,
            len(checked.blocking),
            on=checked.checked_at.date(),
            target=Target("source"),
        )
    anomalies = sum(finding.count for finding in findings_in(view.connection, view.source))
    if anomalies:
        yield Matter("anomalies", Urgency.TO_WEIGH, anomalies, target=Target("source"))
