"""What of the statistics needs somebody: months without statistics, and sales that came too late."""

from datetime import timedelta

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import Installation
from diager_dpo.services.matters import Matter, Target, Urgency
from diager_dpo.services.publication import has_sales, publication_state
from diager_dpo.services.publication_plan import earlier, load_plan
from diager_dpo.services.statistics import months

_TARGET = Target("statistics")


def publication_matters(installation: Installation, actor: Identity) -> tuple[Matter, ...]:
    """At most a line for months without statistics, and one for sales that changed afterwards.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    if not has_sales(installation, actor):  # asks for the right
        return ()
    found: list[Matter] = []
    known = months(installation, actor)
    missing = sum(not it.is_published for it in known) + _is_late(installation, actor, {it.period for it in known})
    if missing:
        found.append(Matter("months_unpublished", Urgency.TO_WEIGH, missing, target=_TARGET))
    changed = sum(it.late_lines is not None for it in known)
    if changed:
        found.append(Matter("late_sales", Urgency.TO_WEIGH, changed, target=_TARGET))
    return tuple(found)


def _is_late(installation: Installation, actor: Identity, known: set[str]) -> bool:
    """Whether the last month that could be published is not, a day after it could, and nobody is at it.

    A publication that ended since and left it out found no sale in it.
    """
    plan, today = load_plan().plan, installation.today()
    month = earlier(f"{today:%Y-%m}", 1)
    from_day = plan.published_from(int(month[:4]), int(month[5:]))
    if from_day > today:
        month = earlier(month, 1)
        from_day = plan.published_from(int(month[:4]), int(month[5:]))
    if month in known or today < from_day + timedelta(days=1):
        return False
    state = publication_state(installation, actor)
    if state.running:
        return False
    ended = state.finished_at if state.error is None else None
    return ended is None or ended.date() < from_day
