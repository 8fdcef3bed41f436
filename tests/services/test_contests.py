"""Contests, refusals that are recorded, announcements, the opt-out list: what the rules say of each, on a real file."""

import io
import json
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime

import openpyxl
import pytest
from sqlalchemy import delete, select

from diager_dpo.domain.civil import Duration
from diager_dpo.domain.evidence import ConsentState, Missing
from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Flag, Subject
from diager_dpo.services import announcements, contests, opt_out, recorded_refusals
from diager_dpo.services.consent_record import consent_record
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import open_installation
from diager_dpo.services.kept_proofs import keep_proofs_first
from diager_dpo.services.recorded_refusals import ExportFormat, RefusalChannel, RefusalKind
from diager_dpo.services.scanning import scan
from diager_dpo.services.settings import Settings
from diager_dpo.services.source_engine import source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.store import entry_consents, forgetting, tables
from diager_dpo.store.engine import reading, writing
from tests.services.filled_store import grant

CLI, DPO = Identity("cli", "operator"), Identity("local", "dpo")
NOW = datetime(2025, 1, 10, 9, 30, tzinfo=UTC)
TODAY = date(2025, 1, 10)

FILE = """
[source]
name = "crm"
title = { fr = "Clients", en = "Customers" }
url_env = "DIAGER_DPO_TEST_SOURCE_URL"
erasure = "by_hand"
timezone = "Europe/Paris"
not_processed = ["accounting"]
[facts]
persons = "SELECT id AS person, clicked_on AS last_inbound_contact_at, came_by AS origin FROM contact"
contact_points = "SELECT id AS person, 'email' AS kind_of_point, mail AS value FROM contact"
relations = "SELECT contact_id AS person, ends_on AS commercial_end_on, ends_on AS contract_end_on, is_open FROM contract"
objections = "SELECT id AS person, opt_out_on AS objected_at FROM contact WHERE opt_out_on IS NOT NULL"
operations = "SELECT code AS operation, code AS name, closes_on, keep_until, maker AS provider FROM contest"
entries = "SELECT contest AS operation, contact_id AS person, entered_on AS entered_at FROM entry"
consents = "SELECT contest AS operation, contact_id AS person, subject, event, at, notice AS notice_version, channel FROM consent"
[tables.contact]
key = ["id"]
person = "id"
when_no_purpose_is_left = "delete"
purposes = ["prospecting"]
"""

SCHEMA = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, clicked_on TEXT, came_by TEXT, opt_out_on TEXT, mail TEXT);
CREATE TABLE contract (contact_id INTEGER, ends_on TEXT, is_open INTEGER);
CREATE TABLE contest (code TEXT PRIMARY KEY, closes_on TEXT, keep_until TEXT, maker TEXT);
CREATE TABLE entry (contest TEXT, contact_id INTEGER, entered_on TEXT);
CREATE TABLE consent (contest TEXT, contact_id INTEGER, subject TEXT, event TEXT, at TEXT, notice TEXT, channel TEXT);
INSERT INTO contest VALUES ('autumn', '2024-10-31', '2025-06-30', 'Agence Orme'), ('silent', '2024-05-31', NULL, NULL);
INSERT INTO contact VALUES (1, '2024-06-01', 'prospect', NULL, 'anne@exemple.fr'), (2, '2024-06-01', 'prospect', '2024-04-02', 'bob@exemple.fr'),
  (3, '2024-06-01', 'contest', NULL, 'carl@exemple.fr'), (4, '2024-06-01', 'prospect', NULL, 'dina@exemple.fr'),
  (5, NULL, 'contest', NULL, 'elsa@exemple.fr');
INSERT INTO contract VALUES (4, NULL, 1);
INSERT INTO entry VALUES ('autumn', 1, '2024-09-10'), ('autumn', 3, '2024-09-10'), ('autumn', 4, '2024-09-10'), ('autumn', 5, '2024-09-10'),
  ('silent', 1, '2024-05-10');
INSERT INTO consent VALUES ('autumn', 1, 'entry', 'given', '2024-09-10', 'v1', 'web'), ('autumn', 3, 'entry', 'given', '2024-09-11', 'v1', 'web'),
  ('autumn', 4, 'entry', 'given', '2024-09-10', 'v1', 'web'), ('autumn', 4, 'entry', 'withdrawn', '2024-09-20', NULL, 'web'),
  ('autumn', 4, 'newsletter', 'given', '2024-09-10', 'v1', 'web'), ('silent', 1, 'entry', 'given', '2024-05-10', NULL, 'web');
"""


class House:
    def __init__(self, folder, store_url=None):
        self.database, self.store_url = folder / "company.sqlite3", store_url
        (folder / "crm.toml").write_text(FILE)
        self.folder, self.now = folder, NOW
        self.execute(SCHEMA)

    def execute(self, script):
        with closing(sqlite3.connect(self.database)) as connection:
            connection.executescript(script)

    @contextmanager
    def installed(self):
        settings = Settings(home=self.folder / "home", source=self.folder / "crm.toml", store_url=self.store_url)
        there = open_installation(settings, lambda: self.now)
        try:
            yield there
        finally:
            there.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request, tmp_path, monkeypatch):
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    monkeypatch.setenv("DIAGER_DPO_TEST_SOURCE_URL", f"sqlite:///{tmp_path / 'company.sqlite3'}")
    house = House(tmp_path, url)
    with house.installed() as there:
        grant(there.store, DPO, Role.DPO)
        scan(there, CLI)
        yield house, there


def card(there, key="autumn", day=TODAY):
    return next(each for each in contests.contests(there, DPO, day).cards if each.operation == key)


def last_day(there, person, purpose=1, operation=""):
    r = tables.record.c
    mine = (r.person == person, r.purpose == purpose, r.operation == operation)
    with reading(there.store) as connection:
        row = connection.execute(select(r.last_day).where(*mine)).one_or_none()
    return (
        None if row is None else date.fromordinal(date(1970, 1, 1).toordinal() + row.last_day) if row.last_day else ""
    )


def objects(there, person, on=date(2025, 1, 9), reason="called us", **more):
    kind = RefusalKind.WITHDRAWAL if more else RefusalKind.OBJECTION
    return recorded_refusals.record_refusal(there, DPO, kind, person, on, RefusalChannel.PHONE, reason, **more)


def counts_are_right(there):
    with writing(there.store) as connection:
        kept = set(entry_consents.counts(connection, "crm"))
        entry_consents.recount(connection, "crm")
        assert set(entry_consents.counts(connection, "crm")) == kept


def test_a_card_says_what_stands_what_was_withdrawn_and_what_is_missing(house):
    _, there = house
    found = card(there)
    assert (found.entries, found.standing, found.withdrawn, found.none, found.incomplete) == (4, 2, 1, 1, 1)
    assert (found.due, found.oldest_withdrawal, found.provider) == (1, date(2024, 9, 20), "Agence Orme")
    assert dict(found.missing) == {Missing.CONSENT: 1, Missing.BEFORE_ENTRY: 1}
    assert (found.score, found.blocked, card(there, "silent").blocked) == (50, False, True)
    assert contests.contests(there, DPO, TODAY).recipients
    assert card(there, day=date(2025, 7, 1)).due == 4
    counts_are_right(there)


def test_entries_are_found_by_state_by_what_is_missing_and_by_being_due(house):
    _, there = house

    def found(**wanted):
        page = contests.entries(there, DPO, "autumn", contests.EntryFilter(**wanted), TODAY)
        assert page.total == len(page.entries)
        return [each.person for each in page.entries]

    assert found() == ["1", "3", "4", "5"]
    assert found(states=frozenset({ConsentState.WITHDRAWN})) == found(due=True) == ["4"]
    assert found(missing=Missing.BEFORE_ENTRY | Missing.CONSENT) == ["3", "5"]


def test_a_recorded_objection_takes_effect_at_once_and_survives_scans(house):
    _, there = house
    number = objects(there, "1")
    assert last_day(there, "1") == date(2025, 1, 8)
    scan(there, CLI)
    assert last_day(there, "1") == date(2025, 1, 8)
    recorded_refusals.take_back(there, DPO, number, "another person")
    assert last_day(there, "1") == date(2027, 6, 1)
    scan(there, CLI)
    assert last_day(there, "1") == date(2027, 6, 1)


def test_customer_objects(house):
    """The relation is on: prospecting is due at once, management is untouched."""
    _, there = house
    before = last_day(there, "4", 2)
    objects(there, "4")
    assert (last_day(there, "4"), last_day(there, "4", 2)) == (date(2025, 1, 8), before)


def test_a_recorded_withdrawal_ends_its_operation_only(house):
    _, there = house
    objects(there, "1", operation="autumn", subject=Subject.ENTRY)
    assert last_day(there, "1", 3, "autumn") == date(2025, 1, 8)
    assert last_day(there, "1") == date(2027, 6, 1)
    assert card(there).withdrawn == 2
    counts_are_right(there)
    scan(there, CLI)
    assert card(there).withdrawn == 2


def test_newsletter_withdrawn(house):
    """An objection to prospecting from that day, also where it is recorded here."""
    _, there = house
    objects(there, "4", operation="autumn", subject=Subject.NEWSLETTER)
    assert last_day(there, "4") == date(2025, 1, 8)


@pytest.mark.parametrize(
    ("person", "more", "code"),
    [
        ("1", {"reason": " "}, "refusal_without_reason"),
        ("1", {"on": date(2025, 1, 11)}, "date_cannot_be"),
        ("99", {}, "refusal_person_unknown"),
        ("2", {"operation": "autumn", "subject": Subject.ENTRY}, "refusal_without_entry"),
        ("1", {"operation": "autumn"}, "refusal_without_operation"),
    ],
)
def test_what_cannot_be_recorded_is_refused(house, person, more, code):
    _, there = house
    more = dict(more)
    on, reason = more.pop("on", TODAY), more.pop("reason", "why")
    with pytest.raises(NotPossible) as refused:
        objects(there, person, on, reason, **more)
    assert refused.value.code == code


def test_refusals_are_exported_once_and_by_key_only(house):
    _, there = house
    objects(there, "1")
    content, count = recorded_refusals.export_refusals(there, DPO, ExportFormat.CSV)
    assert (count, content.decode("utf-8-sig").splitlines()[1].split(",")[1:3]) == (1, ["1", "objection"])
    with pytest.raises(NotPossible):
        recorded_refusals.export_refusals(there, DPO, ExportFormat.CSV)
    content, _ = recorded_refusals.export_refusals(there, DPO, ExportFormat.XLSX, again=True)
    assert openpyxl.load_workbook(io.BytesIO(content)).active["B2"].value == "1"


def test_announcing_a_duration_settles_the_operation_at_once(house):
    house, there = house
    effect = announcements.preview(there, DPO, "silent", keep_for=Duration(6))
    assert announcements.announce(there, DPO, "silent", "on the poster", keep_for=Duration(6)) == effect
    assert (effect.entries, effect.undetermined_before, effect.due_after) == (1, 1, 1)
    assert last_day(there, "1", 3, "silent") == card(there, "silent").last_day == date(2024, 11, 30)
    with reading(there.store) as connection:
        assert not connection.execute(select(tables.alert).where(tables.alert.c.operation == "silent")).all()
    scan(there, CLI)
    assert last_day(there, "1", 3, "silent") == date(2024, 11, 30)
    assert not card(there, "silent").announced.conflict
    house.execute("UPDATE contest SET keep_until = '2025-12-31' WHERE code = 'silent'")
    scan(there, CLI)
    assert last_day(there, "1", 3, "silent") == date(2024, 11, 30)
    assert card(there, "silent").announced.conflict


def test_an_operation_prolonged_after_consent_is_flagged(house):
    _, there = house
    effect = announcements.announce(there, DPO, "autumn", "second round", keep_until=date(2025, 12, 31))
    assert (effect.prolonged, card(there).prolonged) == (2, 4)
    scan(there, CLI)
    assert card(there).prolonged == 4
    page = contests.entries(there, DPO, "autumn", contests.EntryFilter(), TODAY)
    assert all(each.flags & Flag.OPERATION_PROLONGED for each in page.entries)


def test_objectors_come_onto_the_list_as_hashes_and_stay(house):
    house, there = house
    state = opt_out.opt_out_state(there, DPO)
    assert (state.points, state.to_re_examine, state.next_review) == (1, 0, date(2028, 1, 10))
    with reading(there.store) as connection:
        [(point, person)] = connection.execute(
            select(tables.opt_out_point.c.point, tables.opt_out_point.c.person)
        ).all()
    assert (len(point), person) == (64, "2")
    house.now = datetime(2029, 1, 10, tzinfo=UTC)
    scan(there, CLI)
    assert opt_out.opt_out_state(there, DPO).to_re_examine == 1


def test_an_objection_that_the_source_lost_stands(house):
    """No restored backup brings a person back to prospecting; a later explicit choice does."""
    house, there = house
    house.execute("UPDATE contact SET opt_out_on = NULL")
    scan(there, CLI)
    assert last_day(there, "2") == date(2024, 4, 1)
    house.execute("INSERT INTO consent VALUES ('autumn', 2, 'newsletter', 'given', '2025-01-05', 'v1', 'web')")
    scan(there, CLI)
    assert last_day(there, "2") == date(2027, 6, 1)
    assert opt_out.opt_out_state(there, DPO).points == 0


def test_a_new_person_with_an_opposed_address_is_never_prospected(house):
    house, there = house
    house.execute(
        "INSERT INTO contact VALUES (20, '2025-01-02', 'prospect', NULL, ' Bob+lots@Exemple.FR'), (21, '2025-01-02', 'prospect', NULL, 'x@exemple.fr')"
    )
    scan(there, CLI)
    assert (last_day(there, "20"), last_day(there, "21")) == (date(2024, 4, 1), date(2028, 1, 2))
    scan(there, CLI)
    assert last_day(there, "20") == date(2024, 4, 1)


def test_a_file_is_checked_and_names_and_cities_slip_in_nowhere(house):
    _, there = house
    content = 'nom;ville;courriel;tel\nBob Paris;Lyon;BOB+x@exemple.fr;06 12 34 56 78\nExemple;bob;"Bob <bob@exemple.fr>";\nbob@exemple.fr.paris;75011;zoe@exemple.fr;\n'
    found = opt_out.check_addresses(there, DPO, content.encode())
    assert [(each.line, each.column, each.address) for each in found.opposed] == [
        (2, 3, "BOB+x@exemple.fr"),
        (3, 3, "<bob@exemple.fr>"),
    ]
    assert (found.lines, found.addresses) == (4, 5)
    assert "bob" not in repr(found).casefold()
    with reading(there.store) as connection:
        searches = connection.execute(select(tables.access_log.c.n).where(tables.access_log.c.kind == "search")).all()
    assert [row.n for row in searches] == [2]


def test_a_file_that_is_none_is_refused(house):
    _, there = house
    with pytest.raises(NotPossible):
        opt_out.check_addresses(there, DPO, b"PK\0\0")


def test_the_proof_of_a_withdrawn_newsletter_outlives_its_row(house):
    house, there = house
    house.execute("INSERT INTO consent VALUES ('autumn', 4, 'newsletter', 'withdrawn', '2024-10-01', NULL, 'mail')")
    with source_engine(there) as engine, snapshot(engine) as source:
        assert keep_proofs_first(there, source, ["4"], "autumn") == 4
        assert keep_proofs_first(there, source, ["4"], "autumn") == 0
    with reading(there.store) as connection:
        rows = connection.execute(select(tables.consent_proof)).all()
    assert {(row.notice_version, row.channel) for row in rows} == {("v1", "web"), ("", "web"), ("", "mail")}
    assert all(len(row.pseudonym) == 64 for row in rows)
    house.execute("DELETE FROM consent WHERE contact_id = 4")
    scan(there, CLI)
    assert last_day(there, "4") == date(2024, 9, 30)


def test_a_gone_person_leaves_no_key_and_their_objection_stays(house):
    house, there = house
    objects(there, "1")
    from diager_dpo.services.keys import PSEUDONYM, secret
    from diager_dpo.services.pseudonyms import pseudonym

    with writing(there.store) as connection:
        connection.execute(delete(tables.record).where(tables.record.c.person == "1"))
        forgetting.forget_persons(
            connection, "crm", {"1": pseudonym(there, "crm", "1")}, None, secret(there, PSEUDONYM)
        )
        for table in (tables.opt_out_point, tables.opposed_person, tables.entry_consent, tables.recorded_refusal):
            assert "1" not in set(connection.scalars(select(table.c.person)))
    counts_are_right(there)
    house.execute("UPDATE contact SET mail = 'other@exemple.fr' WHERE id = 1")
    scan(there, CLI)  # a restored backup brings them back
    assert last_day(there, "1") == date(2025, 1, 8)


def test_statuses_are_exported_by_key(house):
    _, there = house
    lines = contests.export_statuses(there, DPO, TODAY, ExportFormat.CSV).decode("utf-8-sig").splitlines()
    assert (len(lines), lines[3].split(",")[:5]) == (6, ["autumn", "4", "due", "2024-09-19", "withdrawn"])
    sheet = openpyxl.load_workbook(io.BytesIO(contests.export_statuses(there, DPO, TODAY, ExportFormat.XLSX))).active
    assert sheet.max_row == 6


def test_a_consent_record_has_the_events_and_what_is_missing(house):
    _, there = house
    record = json.loads(consent_record(there, DPO, "4"))
    states = {each["purposes"][0]["purpose"]: each["purposes"][0] for each in record["services"]}
    assert (states["entry"]["state"], states["newsletter"]["state"]) == ("withdrawn", "given")
    assert [each["event"] for each in states["entry"]["events"]] == ["given", "withdrawn"]
    assert (record["piiPrincipalId"], states["entry"]["termination"]) == ("4", "2025-06-30")


def kept_events(there):
    p = tables.consent_proof.c
    with reading(there.store) as connection:
        return {tuple(row) for row in connection.execute(select(p.operation, p.about, p.event))}


def test_a_proof_goes_after_its_time_and_a_refusal_that_stands_does_not(house):
    """Five years (C. civ. 2224) for what was said of an entry; who refused prospecting is re-examined by somebody."""
    house, there = house
    house.execute("INSERT INTO consent VALUES ('autumn', 4, 'newsletter', 'withdrawn', '2024-10-01', NULL, 'mail')")
    with source_engine(there) as engine, snapshot(engine) as source:
        assert keep_proofs_first(there, source, ["4"], "autumn") == 4
    house.execute("DELETE FROM consent WHERE contact_id = 4; DELETE FROM entry WHERE contact_id = 4")
    house.now = datetime(2029, 1, 10, 9, 30, tzinfo=UTC)
    scan(there, CLI)
    assert len(kept_events(there)) == 4
    house.now = datetime(2031, 1, 10, 9, 30, tzinfo=UTC)
    scan(there, CLI)
    about = {subject for _operation, subject, _event in kept_events(there)}
    assert about == {Subject.NEWSLETTER}
    assert opt_out.opt_out_state(there, DPO).to_re_examine >= 1
