"""A person whose values must be found nowhere: not in the store, not in a log, an error, an export or a certificate."""

import logging
from datetime import date

import pytest
from sqlalchemy import select

from diager_dpo.domain.words import Purpose
from diager_dpo.services import (
    purge_decisions,
    purge_proposals,
    recorded_refusals,
)
from diager_dpo.services.backup import back_up
from diager_dpo.services.errors import DpoError
from diager_dpo.services.journal_export import export
from diager_dpo.services.logs import ROOT, write_logs_to
from diager_dpo.services.opt_out import check_addresses
from diager_dpo.services.person_search import find_person
from diager_dpo.services.purge_certificates import certificate
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.purge_notices import notices
from diager_dpo.services.purge_reviews import names_under_review
from diager_dpo.services.recorded_refusals import ExportFormat, RefusalChannel, RefusalKind
from diager_dpo.services.scanning import scan
from diager_dpo.store import tables
from diager_dpo.ui.failures import report
from tests.services.filled_store import CLI
from tests.services.purge_house import APPROVER, DPO, House

P = Purpose.PROSPECTING
NAME, MAIL = "Quenouille Zéphyrine", "zephyrine.quenouille@canari-introuvable.test"
#: As they are, folded, and the parts that nothing else has.
VALUES = (NAME, MAIL, "zephyrine", "Zéphyrine", "quenouille", "Quenouille", "canari-introuvable")


@pytest.fixture
def lived(tmp_path, monkeypatch, caplog):
    """A canary that is due, one that stays and objects; both searched for, looked at, and one erased."""
    caplog.set_level(logging.DEBUG)
    house = House(tmp_path, monkeypatch)
    monkeypatch.setenv("DIAGER_DPO_PURGE_SOURCE_URL_ERASING", f"sqlite:///{house.database}")
    house.execute(f"UPDATE contact SET name = '{NAME} ' || id, mail = id || '{MAIL}' WHERE id IN (2, 40)")
    house.execute(f"INSERT INTO note VALUES (2, 'call back: {NAME} 2, 2{MAIL}')")
    with house.opened():
        logs = house.installation.settings.logs
        logs.mkdir(parents=True, exist_ok=True)
        handler = write_logs_to(logs)
        yield house.staff(), caplog
        logging.getLogger(ROOT).removeHandler(handler)
        handler.close()


def live(house):
    """What leaves, as bytes: exports, errors, the certificate."""
    there, day = house.installation, date(2025, 1, 12)
    out = []
    assert find_person(there, DPO, "quenouille").persons
    assert not find_person(there, DPO, f"{MAIL} nobody").persons
    recorded_refusals.record_refusal(
        there, DPO, RefusalKind.OBJECTION, "40", date(2025, 1, 11), RefusalChannel.PHONE, "called"
    )
    out.append(recorded_refusals.export_refusals(there, DPO, ExportFormat.CSV)[0])
    scan(there, CLI)
    assert check_addresses(there, DPO, f"40{MAIL}\n{NAME}".encode()).opposed
    for wrong in (f"1{MAIL}\0".encode(), b"\0" + NAME.encode()):
        with pytest.raises(DpoError) as refused:
            check_addresses(there, DPO, wrong)
        out.append(repr((refused.value, refused.value.values)).encode())
        report(refused.value)
    try:
        int(f"{NAME} {MAIL}")
    except ValueError as error:  # what a library says of a value
        report(error)
    seen = purge_proposals.preview(there, DPO, P, "", day)
    number = purge_proposals.propose(there, DPO, P, "", day, share_confirmed=seen.items)
    row = house.stored(tables.purge.select())[0]
    token = house.token(APPROVER)
    assert names_under_review(there, APPROVER, number, ["2"])
    purge_decisions.approve(there, APPROVER, number, row.version, row.digest, token=token, share_confirmed=row.proposed)
    execute(there, CLI, number)
    out.append(certificate(there, CLI, number).json)
    out.append(repr(notices(there, DPO)).encode())
    scan(there, CLI)
    out.extend(export(there, CLI))
    return out


def test_no_value_of_a_person_is_in_the_store_a_log_an_error_or_an_export(lived, tmp_path):
    house, caplog = lived
    out = live(house)
    back_up(house.installation, CLI, tmp_path / "backup")
    files = [path for place in ("home", "backup") for path in (tmp_path / place).rglob("*") if path.is_file()]
    assert any(path.name == "store.sqlite3" for path in files)
    assert any(path.name == "server.jsonl" and path.stat().st_size for path in files)
    places = {str(path.relative_to(tmp_path)): path.read_bytes() for path in files}
    places |= {"what was given out": b"\n".join(out), "every logger": caplog.text.encode()}
    for place, content in places.items():
        found = [value for value in VALUES if value.encode() in content]
        assert not found, (place, found)
    assert NAME.encode() in house.database.read_bytes(), "the canary was there to be found"


def test_the_key_of_who_was_erased_is_in_no_column_of_the_store(lived):
    """Person 2 had nothing but prospecting: what is left of them is a keyed hash."""
    house, _caplog = lived
    live(house)
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if column.name == "person":
                assert ("2",) not in [tuple(row) for row in house.stored(select(column))], table.name
