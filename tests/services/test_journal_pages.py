"""The journal as people are shown it: by purpose, person, kind, object and day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.journal_pages import EntryFilter, entries
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import reason
from tests.services.filled_store import CLI, DPO, grant

OPERATOR = Identity("local", "operator")


def write(installation, action="tried", about="thing:1", who=DPO, why=None, **details):
    with writing(installation.store) as connection:
        number = None if why is None else journal.keep_reason(connection, why)
        journal.record(installation, connection, who, action=action, about=about, details=details, reason_id=number)


def numbers(installation, actor=CLI, **wanted):
    return [each.number for each in entries(installation, actor, EntryFilter(**wanted)).entries]


def test_entries_are_found_by_person_kind_object_and_day(any_installation):
    write(any_installation, "a", "purge:1")
    write(any_installation, "b", "purge:12", CLI)
    midnight = replace(any_installation, clock=lambda: datetime(2025, 1, 11, 23, 30, tzinfo=UTC))
    write(midnight, "a", "account:local:x")  # the 12th in Paris
    assert numbers(any_installation) == [4, 3, 2, 1]
    assert numbers(any_installation, who=DPO) == [4, 2]
    assert numbers(any_installation, action="a") == [4, 2]
    assert numbers(any_installation, about="purge:") == [3, 2]
    assert numbers(any_installation, about="%") == []
    assert numbers(any_installation, first=date(2025, 1, 11)) == [4]
    assert numbers(any_installation, first=date(2025, 1, 12), last=date(2025, 1, 12)) == [4]
    assert numbers(any_installation, last=date(2025, 1, 11)) == [3, 2, 1]


def test_who_is_bound_to_a_purpose_is_shown_what_names_it(any_installation):
    grant(any_installation.store, OPERATOR, Role.OPERATOR, Purpose.CONTESTS)
    write(any_installation, purpose="contests")
    write(any_installation, purpose="prospecting")
    write(any_installation, what='"purpose":"contests"')  # within a text it is written otherwise
    write(any_installation)
    page = entries(any_installation, OPERATOR)
    assert ([each.number for each in page.entries], page.total, page.partly) == ([2], 1, True)
    assert not entries(any_installation, CLI).partly


def test_a_reason_is_shown_until_it_is_erased(any_installation):
    write(any_installation, why="because")
    assert entries(any_installation, CLI).entries[0].reason == "because"
    assert entries(any_installation, CLI).entries[1].reason is None
    with writing(any_installation.store) as connection:
        connection.execute(update(reason).values(text=""))
    assert entries(any_installation, CLI).entries[0].reason == ""


def test_pages_are_counted_and_others_refused(installation):
    for _ in range(4):
        write(installation)
    page = entries(installation, CLI, page=2, size=2)
    assert ([each.number for each in page.entries], page.pages, page.total) == ([3, 2], 3, 5)
    with pytest.raises(NotPossible):
        entries(installation, CLI, page=0)


def test_nobody_without_the_right_is_shown_anything(installation):
    write(installation)
    administrator = Identity("local", "admin")
    grant(installation.store, administrator, Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        entries(installation, administrator)
