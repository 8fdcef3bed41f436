"""Fields expire, not persons (rules, "Erasing"): what goes when one purpose of a person ends.

The purposes of a person, a row or a column are bits of one small integer, so that a whole batch is decided at once.
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import Mask
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose

PurposeBits: TypeAlias = NDArray[np.int16]
"""One value a person or a row: the ``bits`` of its purposes."""


def bit(purpose: Purpose | int) -> int:
    """The place of one purpose among the bits."""
    return 1 << (purpose - 1)


def bits(purposes: Iterable[Purpose | int]) -> int:
    """Several purposes as one integer; 0 for none."""
    whole = 0
    for purpose in purposes:
        whole |= bit(purpose)
    return whole


FULLY_LIVE = bits(RECORD_PURPOSES)
"""Who is not known to have lost a purpose keeps them all."""


def ends(serves: int, ending: int, live: PurposeBits) -> Mask:
    """For whom a column or row that serves ``serves`` goes when ``ending`` ends.

    It goes where it served the purpose that ends and no purpose in ``live`` needs it any more (rules, "Erasing"). A
    purpose that is held, undetermined, or ended and not erased yet counts as live: the caller sets its bit. The bit of
    ``ending`` itself in ``live`` (another contest entry of the same person) keeps it too.
    """
    if not serves & ending:
        return np.zeros(len(live), np.bool_)
    unneeded: Mask = (live & np.int16(serves)) == 0
    return unneeded
