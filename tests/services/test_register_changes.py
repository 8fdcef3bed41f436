"""The register as its DPO completes it: versions, who was first, and what never becomes "none" by itself."""

from datetime import date

import pytest
from sqlalchemy import select, update

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.register_content import ChangeKind, EntryState
from diager_dpo.domain.register_fields import RegisterField, Severity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.journal_verification import verify
from diager_dpo.services.register_changes import (
    Point,
    accept,
    add_activity,
    complete,
    confirm_convention,
    confirm_none,
    set_gap,
)
from diager_dpo.services.register_content import register_content
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import journal, reason, register_version
from tests.services.filled_store import grant

MARIE, PAUL, OPERATOR = Identity("local", "marie"), Identity("local", "paul"), Identity("local", "operator")
TRANSFERS = RegisterField.TRANSFERS


@pytest.fixture
def house(any_installation):
    grant(any_installation.store, MARIE, Role.DPO)
    grant(any_installation.store, PAUL, Role.DPO)
    grant(any_installation.store, OPERATOR, Role.OPERATOR, Purpose.PROSPECTING)
    return any_installation


def entry(house, field=TRANSFERS, activity="prospecting", actor=MARIE):
    found = next(each for each in register_content(house, actor).activities if each.code == activity)
    return found.entry(field)


def at(base=0, field=TRANSFERS, activity="prospecting"):
    return Point(activity, field, base)


def code_of(deed):
    with pytest.raises(NotPossible) as refused:
        deed()
    return refused.value.code


def test_what_the_dpo_writes_fills_a_gap_with_author_date_and_reason(house):
    assert entry(house).state is EntryState.NOT_STATED
    assert entry(house).gap.severity is Severity.MEDIUM
    version = complete(house, MARIE, at(), "To a host in Ireland", "contract of 2024")
    now = entry(house)
    assert (now.state, now.gap, now.version) == (EntryState.COMPLETED, None, version)
    assert (now.decided.text, now.decided.by, now.decided.why) == ("To a host in Ireland", "marie", "contract of 2024")
    assert register_content(house, MARIE).history[0] == now.decided


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(house):
    complete(house, MARIE, at(), "first", "why")
    assert code_of(lambda: complete(house, PAUL, at(), "second", "why")) == "register_changed"
    assert entry(house).decided.text == "first"
    complete(house, PAUL, at(entry(house).version), "second", "why")
    assert entry(house).decided.text == "second"
    assert [each.text for each in register_content(house, MARIE).history] == ["second", "first"]


def test_two_editors_of_different_points_do_not_meet(house):
    complete(house, MARIE, at(), "first", "why")
    complete(house, PAUL, at(field=RegisterField.PROCESSORS), "second", "why")
    assert register_content(house, MARIE).version == 2


def test_a_proposal_stays_a_gap_until_it_is_accepted(house):
    complete(house, MARIE, at(), "perhaps", "heard", proposed=True)
    proposed = entry(house)
    assert (proposed.state, proposed.proposal.text) == (EntryState.PROPOSED, "perhaps")
    assert proposed.gap
    accept(house, PAUL, at(proposed.version), "checked")
    now = entry(house)
    assert (now.state, now.decided.text, now.decided.by, now.proposal) == (
        EntryState.COMPLETED,
        "perhaps",
        "paul",
        None,
    )
    assert code_of(lambda: accept(house, PAUL, at(now.version), "again")) == "register_no_proposal"


def test_none_is_confirmed_by_somebody_or_not_at_all(house):
    assert code_of(lambda: complete(house, MARIE, at(), "  ", "why")) == "register_without_text"
    confirm_none(house, MARIE, at(), "asked the host")
    assert entry(house).state is EntryState.CONFIRMED_NONE
    never = at(field=RegisterField.DATA_CATEGORIES)
    assert code_of(lambda: confirm_none(house, MARIE, never, "why")) == "register_never_none"


def test_choices_come_from_the_list_of_their_field(house):
    measures = at(field=RegisterField.SECURITY_MEASURES)
    complete(house, MARIE, measures, "", "audit", choices=["backup", "access_control"])
    assert entry(house, RegisterField.SECURITY_MEASURES).decided.choices == ("access_control", "backup")
    shield = at(field=RegisterField.TRANSFER_GUARANTEES)
    assert code_of(lambda: complete(house, MARIE, shield, "", "why", choices=["privacy_shield"])) == (
        "register_no_such_choice"
    )


def test_what_the_charter_states_is_not_covered(house):
    basis = at(field=RegisterField.LEGAL_BASIS)
    assert code_of(lambda: complete(house, MARIE, basis, "consent", "why")) == "register_stated"


def test_a_gap_carries_severity_owner_and_day(house):
    version = set_gap(house, MARIE, at(), "asked", severity=Severity.HIGH, owner="IT", due=date(2025, 3, 1))
    gap = entry(house).gap
    assert (gap.severity, gap.owner, gap.due, gap.version) == (Severity.HIGH, "IT", date(2025, 3, 1), version)
    complete(house, MARIE, at(version), "none outside the Union", "asked")
    late = at(entry(house).version)
    assert (
        code_of(lambda: set_gap(house, MARIE, late, "w", severity=Severity.LOW, owner="", due=None))
        == "register_no_gap"
    )


def test_an_activity_of_the_general_charter_is_added_and_completed(house):
    add_activity(house, MARIE, "Payroll", "general charter")
    added = register_content(house, MARIE).activities[-1]
    assert (added.name, added.purpose) == ("Payroll", None)
    complete(house, MARIE, at(field=RegisterField.LEGAL_BASIS, activity=added.code), "Contract", "labour law")
    assert entry(house, RegisterField.LEGAL_BASIS, added.code).state is EntryState.COMPLETED
    assert code_of(lambda: add_activity(house, PAUL, " payroll ", "again")) == "register_activity_exists"


def test_a_convention_is_confirmed_by_name(house):
    code = register_content(house, MARIE).conventions[0].convention.code
    confirm_convention(house, MARIE, 0, code, "as we do it")
    assert register_content(house, MARIE).conventions[0].confirmed.by == "marie"
    assert code_of(lambda: confirm_convention(house, MARIE, 0, "no such", "why")) == "register_no_such_entry"


def test_without_a_reason_nothing_changes(house):
    assert code_of(lambda: complete(house, MARIE, at(), "text", " ")) == "register_without_reason"
    assert code_of(lambda: complete(house, MARIE, at(), "t" * 4001, "why")) == "register_text_too_long"
    unknown = at(activity="laundry")
    assert code_of(lambda: complete(house, MARIE, unknown, "text", "why")) == "register_no_such_entry"
    assert register_content(house, MARIE).version == 0


def test_an_operator_reads_their_purpose_and_changes_nothing(house):
    complete(house, MARIE, at(field=TRANSFERS, activity="contests"), "secret of contests", "why")
    add_activity(house, MARIE, "Payroll", "general charter")
    seen = register_content(house, OPERATOR)
    assert [each.code for each in seen.activities] == ["prospecting"]
    assert seen.history == ()
    with pytest.raises(Refused):
        complete(house, OPERATOR, at(), "text", "why")


def test_each_change_is_in_the_journal_without_its_words(house):
    complete(house, MARIE, at(), "To a host in Ireland", "contract of 2024")
    with reading(house.store) as connection:
        told = dict(connection.execute(select(journal.c.action, journal.c.payload)).all())
    assert "register_completed" in told
    assert "Ireland" not in str(told)
    assert "contract" not in str(told)
    assert not verify(house, MARIE).faults


def test_a_version_rewritten_behind_the_journal_is_found(house):
    complete(house, MARIE, at(), "first", "why")
    with writing(house.store) as connection:
        connection.execute(update(register_version).values(kind=ChangeKind.CONFIRMED_NONE.value))
    assert verify(house, MARIE).faults


def test_a_text_that_was_erased_reads_empty_and_the_version_stands(house):
    complete(house, MARIE, at(), "first", "why")
    with writing(house.store) as connection:
        number = connection.scalar(select(register_version.c.text))
        connection.execute(update(reason).where(reason.c.id == number).values(text=""))
    assert entry(house).decided.text == ""
    assert not verify(house, MARIE).faults
