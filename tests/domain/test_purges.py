"""The life of a purge, what forbids an item, when an execution stops, and what a digest is taken of."""

from datetime import timedelta
from types import MappingProxyType

import numpy as np
import pytest

from diager_dpo.domain import purges
from diager_dpo.domain.civil import NO_DAY
from diager_dpo.domain.permissions import Action
from diager_dpo.domain.purges import (
    NEXT_ACTION,
    OPEN_STATES,
    TRANSITIONS,
    Ground,
    ItemState,
    ItemVerdicts,
    ListedItem,
    PurgeState,
    Skip,
    canonical,
    changes,
    too_many_skipped,
)
from diager_dpo.domain.words import Status

S = PurgeState

WAYS = {
    ("proposed", "approved"), ("proposed", "rejected"), ("proposed", "cancelled"),
    ("approved", "executing"), ("approved", "expired"), ("approved", "cancelled"),
    ("executing", "executed"), ("executing", "needs_attention"),
    ("needs_attention", "executing"), ("needs_attention", "executed"), ("needs_attention", "cancelled"),
}  # fmt: skip


@pytest.mark.parametrize("former", list(S))
@pytest.mark.parametrize("state", list(S))
def test_a_purge_goes_these_ways_and_no_other(former, state):
    assert (state in TRANSITIONS[former]) == ((former.value, state.value) in WAYS)


def test_what_is_over_is_over_and_what_is_not_waits_for_somebody():
    assert {state for state in S if not TRANSITIONS[state]} == {S.EXECUTED, S.REJECTED, S.EXPIRED, S.CANCELLED}
    assert {state for state in S if TRANSITIONS[state]} == OPEN_STATES == set(NEXT_ACTION)
    assert NEXT_ACTION[S.PROPOSED] is Action.APPROVE_PURGE
    assert {NEXT_ACTION[state] for state in OPEN_STATES - {S.PROPOSED}} == {Action.EXECUTE_PURGE}


def test_who_reads_the_ways_cannot_change_them():
    assert isinstance(TRANSITIONS, MappingProxyType)
    assert isinstance(NEXT_ACTION, MappingProxyType)


def test_the_words_the_store_keeps_do_not_change():
    assert [state.value for state in S] == [
        "proposed", "approved", "executing", "executed", "rejected", "expired", "cancelled", "needs_attention",
    ]  # fmt: skip
    assert [state.value for state in ItemState] == ["planned", "set_aside", "intent", "erased", "skipped", "failed"]
    assert [why.value for why in Skip] == [
        "gone", "held", "not_due", "last_day_changed", "anchor_changed", "rule_changed", "other_purposes_changed",
    ]  # fmt: skip
    assert [ground.value for ground in Ground] == ["due", "request"]


def test_the_spans_are_those_of_the_rules():
    assert timedelta(days=7) == purges.APPROVAL_LASTS
    assert timedelta(hours=24) == purges.RIGHT_RIPENS
    assert purges.LARGE_SHARE == 0.2


COLUMNS = {
    "present": np.bool_, "status": np.int8, "last_day": np.int32, "anchor": np.int8, "anchor_on": np.int32,
    "rule": np.int32, "live": np.int16,
}  # fmt: skip
APPROVED = {
    "present": True, "status": Status.DUE, "last_day": 19_000, "anchor": 3, "anchor_on": 17_900, "rule": 5, "live": 8,
}  # fmt: skip


def verdicts(*rows):
    """A row an item: what differs from ``APPROVED``."""
    whole = [APPROVED | row for row in rows]
    return ItemVerdicts(**{name: np.array([row[name] for row in whole], kind) for name, kind in COLUMNS.items()})


def reason(now, ground=Ground.DUE, approved=None):
    (why,) = changes(verdicts(approved or {}), verdicts(now), ground)
    return why


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({}, None),
        ({"present": False}, Skip.GONE),
        ({"status": Status.HELD}, Skip.HELD),
        *[({"status": status}, Skip.NOT_DUE) for status in Status if status not in (Status.DUE, Status.HELD)],
        ({"last_day": 18_999}, Skip.LAST_DAY_CHANGED),
        ({"last_day": 19_001}, Skip.LAST_DAY_CHANGED),
        ({"last_day": NO_DAY}, Skip.LAST_DAY_CHANGED),
        ({"anchor": 4}, Skip.ANCHOR_CHANGED),
        ({"anchor_on": 17_901}, Skip.ANCHOR_CHANGED),
        ({"anchor": 2, "anchor_on": 17_899}, Skip.ANCHOR_CHANGED),
        ({"rule": 4}, Skip.RULE_CHANGED),
        ({"rule": -1}, Skip.RULE_CHANGED),
        ({"live": 9}, Skip.OTHER_PURPOSES_CHANGED),
        ({"live": 0}, Skip.OTHER_PURPOSES_CHANGED),
    ],
)
def test_whatever_changed_forbids_it_and_says_why(now, why):
    assert reason(now) is why


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({}, None),
        ({"status": Status.DUE}, None),
        ({"status": Status.KEPT}, None),
        ({"status": Status.RUNNING}, None),
        ({"status": Status.HELD}, Skip.HELD),
        ({"present": False}, Skip.GONE),
        ({"last_day": 1}, Skip.LAST_DAY_CHANGED),
        ({"live": 1}, Skip.OTHER_PURPOSES_CHANGED),
    ],
)
def test_a_request_needs_no_last_day_to_have_passed_but_a_suspension_stops_it(now, why):
    assert reason(now, Ground.REQUEST, {"status": Status.KEPT}) is why


def test_of_several_reasons_the_first_is_told():
    everything = {
        "present": False, "status": Status.HELD, "last_day": 1, "anchor": 1, "anchor_on": 1, "rule": 1, "live": 1,
    }  # fmt: skip
    told = []
    for name in ("present", "status", "last_day", "anchor", "rule", "live"):
        told.append(reason(everything))
        everything |= {name: APPROVED[name]} | ({"anchor_on": APPROVED["anchor_on"]} if name == "anchor" else {})
        if name == "present":
            told.append(reason(everything))
            everything["status"] = Status.KEPT
    assert told == list(Skip)
    assert reason(everything) is None


def test_each_item_is_judged_alone():
    now = verdicts({}, {"live": 0}, {"present": False}, {})
    assert changes(verdicts({}, {}, {}, {}), now, Ground.DUE).tolist() == [
        None, Skip.OTHER_PURPOSES_CHANGED, Skip.GONE, None,
    ]  # fmt: skip
    assert changes(verdicts(), verdicts(), Ground.DUE).tolist() == []


@pytest.mark.parametrize(
    ("skipped", "items", "stops"),
    [(0, 0, False), (0, 1, False), (1, 1, True), (1, 99, True), (1, 100, False), (1, 101, False), (2, 100, True),
     (2, 199, True), (2, 200, False), (1_000, 100_000, False), (1_001, 100_000, True)],
)  # fmt: skip
def test_an_execution_stops_above_one_in_a_hundred(skipped, items, stops):
    assert too_many_skipped(skipped, items) is stops


GOLDEN = (
    b"as_of=20100\npurpose=prospecting\n0a\t19000\tlast_contact\t17904\tP3Y 2018-09 prospects\t8\n0b\t-\tnone\t-\t\t0\n"
)


USUAL = {
    "person": "0a",
    "last_day": 19_000,
    "anchor": "last_contact",
    "anchor_on": 17_904,
    "rule": "P3Y 2018-09 prospects",
}


def listed(**other):
    return ListedItem(**{**USUAL, "live": 8, **other})


def test_the_canonical_form_is_this_one_whatever_the_order():
    head = {"purpose": "prospecting", "as_of": 20_100}
    items = [listed(person="0b", last_day=None, anchor="none", anchor_on=None, rule="", live=0), listed()]
    assert canonical(head, items) == GOLDEN
    assert canonical(dict(reversed(head.items())), reversed(items)) == GOLDEN
    assert canonical({}, []) == b""


@pytest.mark.parametrize(
    "other",
    [
        {"person": "0c"},
        {"last_day": 19_001},
        {"last_day": None},
        {"anchor": "x"},
        {"anchor_on": 1},
        {"rule": "P2Y"},
        {"live": 0},
    ],
)
def test_no_field_of_an_item_is_left_out(other):
    assert canonical({}, [listed(**other)]) != canonical({}, [listed()])


def test_no_value_can_pass_for_the_end_of_a_field_or_of_a_line():
    odd = canonical({"a": "1\nb=2"}, [listed(rule="x\ty\\z\r")])
    assert odd == rb"a=1\nb=2" + b"\n0a\t19000\tlast_contact\t17904\t" + rb"x\ty\\z\r" + b"\t8\n"
    assert canonical({"a": "\\n"}, []) != canonical({"a": "\n"}, [])
    assert canonical({"a": "Été"}, []) == "a=Été\n".encode()
