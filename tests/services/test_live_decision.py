from datetime import date

import numpy as np
import pytest
from sqlalchemy import create_engine, insert, select, text

from diager_dpo.domain.civil import NO_DAY, day_number
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import Ground, changes
from diager_dpo.domain.words import Kind, Purpose, Status
from diager_dpo.services import scan_run
from diager_dpo.services.live_decision import decide_now, refresh_index
from diager_dpo.services.scanning import scan
from diager_dpo.store import tables
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.index import Difference
from tests.services.decided_source import DecidedSource, counted, records, source_connection

CLI = Identity("cli", "operator")
TODAY = date(2025, 1, 10)
PURPOSES = (Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT, Purpose.ACCOUNTING)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request):
    return request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None


def put_beside(installation, draw, persons=40):
    """Suspensions, stated dates and purged records of some persons, as their services leave them."""
    with writing(installation.store) as connection:
        reason = connection.execute(
            insert(tables.reason).values(text="because", salt="00").returning(tables.reason.c.id)
        )
        reason = reason.scalar_one()
        who = {"owner_issuer": "local", "owner_subject": "dpo", "placer_issuer": "local", "placer_subject": "dpo"}
        for person in draw.integers(1, persons + 1, 4).tolist():
            purpose = [None, 1, 2, 3][draw.integers(0, 4)]
            row = {"source": "crm", "person": str(person), "purpose": purpose, "kind": "litigation", "reason": reason}
            days = {"review_on": 30000, "since": day_number(TODAY), "placed_at": "2025-01-10T08:00:00+00:00"}
            connection.execute(insert(tables.hold).values(row | who | days))
        stated = {
            "source": "crm",
            "purpose": 1,
            "cause": "x",
            "stated_on": day_number(date(2021, 5, 5)),
            "reason": reason,
        }
        made = {"at": "2025-01-10T08:00:00+00:00", "issuer": "local", "subject": "dpo"}
        number = connection.execute(
            insert(tables.qualification).values(stated | made).returning(tables.qualification.c.id)
        )
        number = number.scalar_one()
        some = sorted({(str(person), purpose) for person in range(1, persons + 1) for purpose in (1, 2, 4)})
        contests = [(str(person), 3, "silent") for person in range(1, persons + 1, 2)]
        rows = [(*each, "") for each in some] + contests
        chosen = [rows[place] for place in np.flatnonzero(draw.random(len(rows)) < 0.6)]
        columns = ("person", "purpose", "operation")
        connection.execute(
            insert(tables.qualified_record),
            [dict(zip(columns, row, strict=True)) | {"source": "crm", "qualification": number} for row in chosen],
        )
        gone = [rows[place] for place in np.flatnonzero(draw.random(len(rows)) < 0.1)]
        on = {"source": "crm", "on": day_number(date(2024, 6, 1)), "purge": 1}
        connection.execute(insert(tables.purged_record), [dict(zip(columns, row, strict=True)) | on for row in gone])


def look(installation, persons, day=TODAY):
    with reading(installation.store) as store, source_connection(installation) as source:
        return decide_now(installation, store, source, persons, day)


@pytest.mark.parametrize("seed", range(6))
def test_a_few_persons_are_decided_as_a_scan_decides_them(tmp_path, monkeypatch, seed):
    company = DecidedSource(tmp_path, monkeypatch, seed=seed)
    draw = np.random.default_rng(seed)
    with company.installed() as installation:
        put_beside(installation, draw)
        scan(installation, CLI)
        expected = records(installation)
        assert any(row[6] == 10 for row in expected), "some records must be qualified"
        for size in (1, 3, 40):
            some = sorted({str(key) for key in draw.integers(1, 45, size)})
            decision = look(installation, some)
            with writing(installation.store) as connection:
                # Nothing changes where the index says the same already, fingerprints included.
                assert refresh_index(installation, connection, some, decision) == Difference(0, 0, 0)
            assert records(installation) == expected


@pytest.mark.parametrize("seed", range(3))
def test_after_a_refresh_the_index_is_what_a_full_scan_leaves(tmp_path, monkeypatch, seed, store_url):
    company = DecidedSource(tmp_path, monkeypatch, seed=seed)
    with company.installed(store_url) as installation:
        put_beside(installation, np.random.default_rng(seed))
        scan(installation, CLI)
        company.execute(
            "UPDATE contact SET clicked_on = '2024-12-24' WHERE id % 7 = 0; DELETE FROM contact WHERE id = 5;"
            "DELETE FROM contract WHERE contact_id = 5; INSERT INTO contract VALUES (8, '2020-01-01', '2021-05-05', 0);"
            "INSERT INTO contact VALUES (900, '2024-01-01', NULL, 'prospect', NULL);"
            "INSERT INTO entry VALUES ('spring', 9, '2024-04-04'); DELETE FROM dispute"
        )
        everybody = [str(key) for key in (*range(1, 41), 900)]
        decision = look(installation, everybody)
        with writing(installation.store) as connection:
            refresh_index(installation, connection, everybody[:20], decision)
            refresh_index(installation, connection, everybody[20:], decision)
        refreshed = records(installation)
        assert counted(installation)[0] == counted(installation)[1]
        assert scan(installation, CLI).difference == Difference(0, 0, 0)
        assert records(installation) == refreshed


def test_the_others_of_a_decision_stay_as_they_are(tmp_path, monkeypatch):
    company = DecidedSource(tmp_path, monkeypatch)
    with company.installed() as installation:
        scan(installation, CLI)
        before = records(installation)
        company.execute("UPDATE contact SET clicked_on = '2024-12-24', came_by = 'prospect'")
        decision = look(installation, ["1", "2"])
        with writing(installation.store) as connection:
            refresh_index(installation, connection, ["1"], decision)
        after = records(installation)
        assert [row for row in after if row[1] != "1"] == [row for row in before if row[1] != "1"]
        assert after != before


@pytest.fixture
def three(tmp_path, monkeypatch):
    """A customer with two entries, a prospect in dispute, and nobody else."""
    company = DecidedSource(tmp_path, monkeypatch, persons=1)
    company.execute(
        "DELETE FROM contact; DELETE FROM contract; DELETE FROM bill; DELETE FROM dispute; DELETE FROM entry;"
        "DELETE FROM consent;"
        "INSERT INTO contact VALUES (1, '2015-01-01', NULL, 'prospect', NULL), (2, '2015-01-01', NULL, 'prospect', NULL);"
        "INSERT INTO contract VALUES (1, '2015-01-01', '2021-05-31', 0);"
        "INSERT INTO entry VALUES ('spring', 1, '2024-04-04'), ('autumn', 1, '2024-10-04');"
        "INSERT INTO dispute VALUES (2, '2024-01-01', NULL)"
    )
    with company.installed() as installation:
        scan(installation, CLI)
        yield company, installation


def test_the_purposes_that_live_on_are_bits_without_the_one_that_ends(three):
    decision = look(three[1], ["1", "2", "3"])
    assert decision.live_bits(["2", "1", "3"], Purpose.PROSPECTING).tolist() == [0, 0b0110, 0]
    assert decision.live_bits(["1"], Purpose.CUSTOMER_MANAGEMENT).tolist() == [0b0101]
    # The other entry of the same person keeps what contests need.
    assert decision.live_bits(["1"], Purpose.CONTESTS, "spring").tolist() == [0b0111]
    three[0].execute("DELETE FROM entry WHERE contest = 'autumn'")
    assert look(three[1], ["1"]).live_bits(["1"], Purpose.CONTESTS, "spring").tolist() == [0b0011]
    assert decision.live_bits(["1"], Purpose.CONTESTS, "spring").dtype == np.int16


def test_the_verdict_of_one_record_a_person_in_the_order_asked(three):
    decision = look(three[1], ["1", "2", "3"])
    found = decision.verdicts(["3", "2", "1"], Purpose.PROSPECTING)
    assert found.present.tolist() == [False, True, True]
    assert found.status.tolist() == [0, Status.HELD, Status.DUE]
    assert found.last_day.tolist() == [NO_DAY, day_number(date(2018, 1, 1)), day_number(date(2024, 5, 31))]
    with reading(three[1].store) as connection:
        query = select(tables.record.c.rule).where(tables.record.c.person == "1", tables.record.c.purpose == 1)
        assert found.rule.tolist()[2] == connection.scalar(query)
    entries = decision.verdicts(["1", "2"], Purpose.CONTESTS, "spring")
    assert entries.present.tolist() == [True, False]
    assert entries.last_day.tolist() == [day_number(date(2024, 12, 31)), NO_DAY]
    assert not decision.verdicts(["1"], Purpose.CONTESTS).present.any()


def test_a_purge_is_stopped_by_what_changed_since(three):
    company, installation = three
    before = look(installation, ["1"]).verdicts(["1"], Purpose.PROSPECTING)
    company.execute("UPDATE contract SET ends_on = '2022-01-10'")
    now = look(installation, ["1"]).verdicts(["1"], Purpose.PROSPECTING)
    assert changes(before, before, Ground.DUE).tolist() == [None]
    assert changes(before, now, Ground.DUE).tolist() == ["not_due"]


def test_a_live_look_sees_the_changes_of_the_transaction_it_is_in(three):
    company, installation = three
    with writing_source(company) as source, reading(installation.store) as store:
        source.execute(text("DELETE FROM contact WHERE id = 1"))
        assert not decide_now(installation, store, source, ["1"], TODAY).verdicts(["1"], Purpose.PROSPECTING).present[0]


def writing_source(company):
    return create_engine(f"sqlite:///{company.database}").begin()


def after_deciding(monkeypatch, deed):
    """Do something each time a scan has read and decided, before it writes; a list of how often."""
    decide, times = scan_run._decide, []

    def decided(*arguments):
        found = decide(*arguments)
        times.append(len(times))
        deed(len(times))
        return found

    monkeypatch.setattr(scan_run, "_decide", decided)
    return times


def test_what_is_suspended_while_a_scan_reads_is_held_by_it(three, monkeypatch):
    _, installation = three

    def suspend(_):
        with writing(installation.store) as connection:
            reason = connection.execute(insert(tables.reason).values(text="x", salt="0").returning(tables.reason.c.id))
            values = {"source": "crm", "kind": "authority", "reason": reason.scalar_one(), "review_on": 30000}
            values |= {"since": day_number(TODAY), "placed_at": "x", "owner_issuer": "a", "owner_subject": "b"}
            connection.execute(insert(tables.hold).values(values | {"placer_issuer": "a", "placer_subject": "b"}))

    times = after_deciding(monkeypatch, suspend)
    scan(installation, CLI)
    assert {row[5] for row in records(installation)} == {Kind.HELD}
    assert len(times) == 1


def test_what_is_erased_while_a_scan_reads_does_not_come_back(three, monkeypatch):
    company, installation = three

    def erase(time):
        if time == 1:
            company.execute("DELETE FROM contact WHERE id = 2")
            with writing(installation.store) as connection:
                gone = {"source": "crm", "pseudonym": "ab", "purpose": 1, "operation": "", "mark": 1, "purge": 1}
                connection.execute(insert(tables.gone_person).values(gone))

    times = after_deciding(monkeypatch, erase)
    scan(installation, CLI)
    assert records(installation, {"2"}) == []
    assert len(times) == 2
