"""A whole life of decisions leaves the journal whole; then each column it tells of, edited behind it, is found."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import Integer, select, text
from sqlalchemy.types import BigInteger, SmallInteger

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import (
    account_changes,
    announcements,
    holds,
    local_accounts,
    purge_decisions,
    purge_notices,
    purge_proposals,
    qualifications,
    recorded_refusals,
    register_changes,
)
from diager_dpo.services.journal_verification import verification
from diager_dpo.services.purge_certificates import certificate
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.recorded_refusals import ExportFormat, RefusalChannel, RefusalKind
from diager_dpo.services.scanning import scan
from diager_dpo.store import journal as store
from diager_dpo.store import tables
from diager_dpo.store.engine import reading
from tests.services.filled_store import CLI, grant
from tests.services.purge_house import APPROVER, DPO, House

P = Purpose.PROSPECTING
ADMINISTRATOR = Identity("local", "administrator")
NUMBERS = (Integer, BigInteger, SmallInteger)


def live(house):
    """Everything the house decides, once: suspended, qualified, refused, announced, erased, certified, told, granted."""
    there, day = house.installation, date(2025, 1, 12)
    local_accounts.add_local_account(there, ADMINISTRATOR, "newcomer", "New Comer")
    account_changes.grant_right(there, ADMINISTRATOR, "newcomer", Grant(Role.AUDITOR))
    account_changes.disable_account(there, ADMINISTRATOR, "newcomer")
    suspended = holds.place(
        there, DPO, HoldKind.AUTHORITY, "an order", owner="dpo", review_on=date(2025, 9, 1), person="2", purpose=P
    )
    holds.prolong(there, DPO, suspended, date(2025, 10, 1), "it lasts")
    holds.lift(there, APPROVER, suspended, "it is over")
    holds.place(there, DPO, HoldKind.AUTHORITY, "an order", owner="dpo", review_on=date(2025, 9, 1), person="40")
    house.execute("UPDATE contact SET clicked_on = NULL WHERE id IN (41, 42)")
    scan(there, CLI)
    qualifications.qualify(there, DPO, P, date(2024, 5, 1), "a letter", persons=["41"])
    for person in ("3", "43"):
        recorded_refusals.record_refusal(
            there, DPO, RefusalKind.OBJECTION, person, day - timedelta(1), RefusalChannel.PHONE, "called"
        )
    recorded_refusals.export_refusals(there, DPO, ExportFormat.CSV)
    announcements.announce(there, DPO, "autumn", "second round", keep_until=date(2026, 3, 31))
    announcements.announce(there, DPO, "autumn", "a third", keep_until=date(2026, 4, 30))
    register_changes.add_activity(there, DPO, "Recruitment", "the general charter")
    seen = purge_proposals.preview(there, DPO, P, "", day)
    number = purge_proposals.propose(there, DPO, P, "", day, share_confirmed=seen.items)
    row = house.stored(tables.purge.select())[0]
    purge_decisions.approve(
        there, APPROVER, number, row.version, row.digest, token=house.token(APPROVER), share_confirmed=row.proposed
    )
    execute(there, CLI, number)
    certificate(there, CLI, number)
    told = house.stored(select(tables.purge_notice.c.recipient))[0].recipient
    purge_notices.record_told(there, DPO, number, told)
    scan(there, CLI)
    return house


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("life")
        house = House(folder, patch)
        patch.setenv("DIAGER_DPO_PURGE_SOURCE_URL_ERASING", f"sqlite:///{house.database}")
        with house.opened():
            for name in (ADMINISTRATOR.subject, "other"):  # before the journal, which then begins with them
                grant(house.installation.store, Identity("local", name), Role.ADMINISTRATOR)
            yield live(house.staff())


def test_a_whole_life_leaves_the_journal_whole(lived):
    found = verification(lived.installation)
    assert found.faults == ()
    for table in store.TOLD:
        assert lived.stored(select(table)), f"nobody lived {table.name}"


def test_who_was_erased_is_in_no_row_and_the_journal_is_whole_nonetheless(lived):
    """Forgetting rewrites suspensions and refusals: nobody decided that, and it is no fault."""
    for table in (tables.hold, tables.recorded_refusal):
        persons = {row.person for row in lived.stored(select(table.c.person))}
        assert not persons & {"2", "3"}
        assert any(len(person) == 64 for person in persons)


COLUMNS = [
    (table, column)
    for table in store.TOLD
    for column in table.columns
    if column.name not in store.OUTSIDE_DIGESTS.get(table.name, {})
]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda each: each.name)
def test_a_told_column_that_is_edited_behind_the_journal_is_found(lived, table, column):
    where = " AND ".join(f'"{key.name}" = :{key.name}' for key in table.primary_key)
    row = lived.stored(select(table).order_by(*table.primary_key))[0]._mapping
    key = {each.name: row[each.name] for each in table.primary_key}
    otherwise = (row[column.name] or 0) + 5000 if isinstance(column.type, NUMBERS) else f"{row[column.name] or ''}x"
    behind(lived, f'UPDATE {table.name} SET "{column.name}" = :value WHERE {where}', value=otherwise, **key)
    try:
        faults = {fault.code for fault in verification(lived.installation).faults}
    finally:
        moved = key | {column.name: otherwise} if column.name in key else key
        back = f'UPDATE {table.name} SET "{column.name}" = :value WHERE {where}'
        behind(lived, back, value=row[column.name], **moved)
    assert "row_changed" in faults
    assert verification(lived.installation).whole


@pytest.mark.parametrize("table", store.TOLD, ids=lambda each: each.name)
def test_a_row_that_is_copied_in_or_taken_out_behind_the_journal_is_found(lived, table):
    row = dict(lived.stored(select(table).order_by(*table.primary_key))[0]._mapping)
    copied = dict(row)
    for key in table.primary_key:
        copied[key.name] = 9999 if isinstance(key.type, NUMBERS) else "somebody-else"
    copied |= {"uuid": "0" * 32} if table is tables.purge else {}
    names = ", ".join(f'"{name}"' for name in row)
    putting = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"
    where = " AND ".join(f'"{key.name}" = :{key.name}' for key in table.primary_key)
    behind(lived, putting, **copied)
    assert "row_untold" in {fault.code for fault in verification(lived.installation).faults}
    behind(lived, f"DELETE FROM {table.name} WHERE {where}", **{k.name: copied[k.name] for k in table.primary_key})
    behind(lived, f"DELETE FROM {table.name} WHERE {where}", **{k.name: row[k.name] for k in table.primary_key})
    assert "row_changed" in {fault.code for fault in verification(lived.installation).faults}
    behind(lived, putting, **row)
    assert verification(lived.installation).whole


def test_a_suspension_that_is_made_one_of_everybody_is_found(lived):
    row = lived.stored(select(tables.hold).where(tables.hold.c.person == "40"))[0]
    behind(lived, "UPDATE hold SET person = NULL WHERE id = :id", id=row.id)
    assert {fault.code for fault in verification(lived.installation).faults} == {"row_changed"}
    behind(lived, "UPDATE hold SET person = '40' WHERE id = :id", id=row.id)
    assert verification(lived.installation).whole


def behind(house, statement, **values):
    """Whoever holds the file writes what no constraint would let them write."""
    with closing(sqlite3.connect(house.folder / "home" / "store.sqlite3")) as connection:  # keys of other tables: off
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement, values)
        connection.commit()


def test_every_table_is_told_of_or_says_why_not(lived):
    with reading(lived.installation.store) as connection:
        there = set(connection.scalars(text("select name from sqlite_master where type = 'table'")))
    told = {table.name for table in store.TOLD}
    assert not told & set(store.NOT_TOLD)
    assert {name for name in there if not name.startswith("sqlite_")} == told | set(store.NOT_TOLD)
    assert all(store.NOT_TOLD.values())


def test_a_new_column_of_a_told_table_is_in_the_digest_unless_it_says_why_not():
    for table in store.TOLD:
        outside = store.OUTSIDE_DIGESTS.get(table.name, {})
        taken = {column.name for column in store.digested(table)}
        assert {column.name for column in table.columns} - taken == set(outside), table.name
        assert "person" not in taken
