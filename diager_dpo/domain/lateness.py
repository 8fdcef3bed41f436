"""Since when a due record is late."""

import numpy as np

from diager_dpo.domain.civil import NO_DAY, Days


def late_from(last_day: Days, effective: Days) -> Days:
    """The day from which lateness counts: the later of ``due_from`` and the effective date of the charter version.

    ``due_from`` is always the day after the last day. A new, shorter charter makes old data due at once; nobody was
    late before it took effect (rules, "As of T"). ``NO_DAY`` where there is no last day.
    """
    return np.where(last_day == NO_DAY, NO_DAY, np.maximum(last_day + 1, effective)).astype(np.int32)
