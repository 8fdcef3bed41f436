"""Fields expire, not persons."""

import numpy as np
import pytest

from diager_dpo.domain.erasure import FULLY_LIVE, bit, bits, ends
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose

P, M, C, A = Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT, Purpose.CONTESTS, Purpose.ACCOUNTING


def live(*persons):
    return np.array([bits(purposes) for purposes in persons], np.int16)


def test_each_purpose_has_a_bit_of_its_own():
    assert [bit(purpose) for purpose in RECORD_PURPOSES] == [1, 2, 4, 8]
    assert bits(RECORD_PURPOSES) == FULLY_LIVE == 15
    assert bits(()) == 0
    assert bits([P, P]) == bit(P)


@pytest.mark.parametrize(
    ("serves", "ending", "alive", "goes"),
    [
        ((P,), P, (), True),
        ((P, M), P, (M,), False),
        ((P, M), P, (C, A), True),
        ((M,), P, (), False),  # it never served the purpose that ends
        ((), P, (), False),
        ((C,), C, (C,), False),  # another entry
        ((P, M, C, A), A, (), True),
        ((P, M, C, A), A, (P,), False),
    ],
)
def test_what_served_the_ending_purpose_goes_where_no_live_purpose_needs_it(serves, ending, alive, goes):
    assert ends(bits(serves), bit(ending), live(alive)).tolist() == [goes]


def test_each_person_is_decided_alone():
    found = ends(bits([P, M]), bit(P), live((), (M,), (C,), (P,)))
    assert found.tolist() == [True, False, True, False]
    assert found.dtype == np.bool_
    assert ends(bits([M]), bit(P), live((), ())).tolist() == [False, False]
    assert ends(bits([P]), bit(P), live()).tolist() == []
