"""A certificate says what was found, once, and whoever has the verifier alone can check it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from diager_dpo import verifier
from diager_dpo.domain.permissions import Role
from diager_dpo.services.anchors import read_pins
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.journal_export import export
from diager_dpo.services.journal_verification import verify
from diager_dpo.services.purge_certificates import CERTIFIED, certificate, certified
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.purge_orders import order
from diager_dpo.services.scanning import scan
from diager_dpo.store import tables
from tests.services.erasing_company import APPROVER, CLI, PROPOSER, ErasingCompany, P, alter, every_text, payloads
from tests.services.filled_store import grant


@pytest.fixture
def company(tmp_path):
    return ErasingCompany(tmp_path)


@pytest.fixture
def installation(company):
    with company.installed() as ready:
        company.staff(ready)
        yield ready


@pytest.fixture
def number(company, installation):
    number = company.approve(installation)
    execute(installation, CLI, number)
    return number


def alone(folder, installation, issued):
    """What the verifier says in a process of its own, which can import nothing of the product."""
    journal, file = folder / "journal.json", folder / "certificate.json"
    journal.write_bytes(b"".join(export(installation, CLI)))
    file.write_bytes(issued)
    command = [sys.executable, "-I", str(Path(verifier.__file__)), str(journal), str(file), "--language", "en"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_it_says_what_went_who_decided_and_what_is_out_of_reach(company, installation, number):
    said = certificate(installation, CLI, number).content
    assert (said["format"], said["claim"], said["purpose"]) == (
        "diager-dpo/certificate/1",
        "logical_erasure",
        "prospecting",
    )
    assert said["items"] == {"proposed": 9, "erased": 9, "skipped": 0, "failed": 0, "set_aside": 0}
    gone = {(it["table"], it["column"]): it["gone"] for it in said["erased"]}
    assert gone == {
        ("contact", None): 6,
        ("contact", "clicked_on"): 3,
        ("contact", "phone"): 3,
        ("phone_call", None): 9,
    }
    assert all(it["planned"] == it["gone"] and it["remaining"] == 0 for it in said["erased"])
    assert said["decisions"]["proposed"] == {"by": "proposer", "at": "2025-01-10T09:30:00+00:00"}
    assert said["decisions"]["approved"] == {"by": "approver", "at": "2025-01-10T09:30:00+00:00"}
    assert said["verified"]["when_issued"] == {"remaining": 0, "recognised": 3, "receipts": 9}
    assert said["out_of_reach"]["beyond"] == ["backups", "replicas", "log_files", "free_pages"]
    assert said["out_of_reach"]["backups_kept_for"] == "P30D"
    assert said["source"]["file_sha256"] == installation.source.digest
    assert sum(it["items"] for it in said["rules"]) == 9
    assert all(it["clause"] and it["charter"] and it["duration"] == "P3Y" for it in said["rules"])


def test_the_verifier_alone_finds_it_sound_and_finds_every_change(tmp_path, installation, number):
    issued = certificate(installation, CLI, number).json
    done = alone(tmp_path, installation, issued)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 certificates" in done.stdout
    said = json.loads(issued)
    said["items"]["erased"] += 1
    done = alone(tmp_path, installation, json.dumps(said).encode())
    assert done.returncode == 1
    assert "certificate_damaged" in done.stdout


def test_it_is_the_same_ever_after(company, installation, number):
    first = certificate(installation, CLI, number).json
    grant(installation.store, PROPOSER, Role.DPO)
    assert certificate(installation, PROPOSER, number).json == first
    company.run("UPDATE contact SET phone = '06' WHERE id = 'c-01'")
    assert certificate(installation, CLI, number).json == first
    assert len(payloads(installation, CERTIFIED)) == 1


def test_its_issue_is_told_by_the_journal_and_its_head_is_a_pin(tmp_path, installation, number):
    issued = certificate(installation, CLI, number)
    assert [it["details"]["purpose"] for it in payloads(installation, CERTIFIED)] == ["prospecting"]
    (tmp_path / "certificate.json").write_bytes(issued.json)
    pins = read_pins([tmp_path / "certificate.json"])
    assert verify(installation, CLI, pins).whole
    found = tables.purge_certificate
    alter(installation, found, found.c.purge == number, content=issued.json.decode().replace("P30D", "P31D"))
    assert [fault.code for fault in verify(installation, CLI).faults] == ["row_changed"]


def test_there_is_none_of_what_is_not_executed(company, installation):
    number = company.approve(installation)
    with pytest.raises(NotPossible) as refused:
        certificate(installation, CLI, number)
    assert refused.value.code == "purge_state_differs"


def test_there_is_none_where_something_is_there_again(company, installation, number):
    company.run("UPDATE contact SET phone = '06' WHERE id = 'c-01'")
    with pytest.raises(NotPossible) as refused:
        certificate(installation, CLI, number)
    assert (refused.value.code, refused.value.values["count"]) == ("certificate_values_remain", 1)
    assert payloads(installation, CERTIFIED) == []
    company.run("UPDATE contact SET phone = NULL WHERE id = 'c-01'")
    assert certificate(installation, CLI, number).content["items"]["erased"] == 9


def test_there_is_none_where_a_backup_of_the_source_lacks_receipts(company, installation, number):
    company.run("DELETE FROM receipt WHERE item = 1")
    with pytest.raises(NotPossible) as refused:
        certificate(installation, CLI, number)
    assert refused.value.code == "certificate_receipts_missing"
    assert (refused.value.values["expected"], refused.value.values["found"]) == (9, 8)


def test_what_was_skipped_is_in_it_with_its_reason(tmp_path):
    company = ErasingCompany(tmp_path, due=150)
    with company.installed() as installation:
        company.staff(installation)
        number = company.approve(installation)
        company.run("UPDATE contact SET clicked_on = '2025-01-02' WHERE id = 'd-001'")
        execute(installation, CLI, number)
        said = certificate(installation, CLI, number).content
    assert said["not_erased"] == [{"state": "skipped", "why": "not_due", "items": 1}]
    assert said["items"]["erased"] == 152


def test_by_hand_there_is_one_once_a_scan_has_verified_each_item(tmp_path):
    company = ErasingCompany(tmp_path, erasure="by_hand")
    with company.installed() as installation:
        company.staff(installation)
        number = company.approve(installation, by_hand=1)
        order(installation, CLI, number)
        for key in company.approved:
            company.run(f"DELETE FROM phone_call WHERE contact_id = '{key}'")
            if key in company.due:
                company.run(f"DELETE FROM contact WHERE id = '{key}'")
            else:
                company.run(f"UPDATE contact SET clicked_on = NULL, phone = NULL WHERE id = '{key}'")
        with pytest.raises(NotPossible) as refused:
            certificate(installation, CLI, number)
        assert refused.value.values["state"] == "executing"
        scan(installation, CLI)
        said = certificate(installation, CLI, number).content
    assert said["decisions"]["executed"]["by_hand"] is True
    assert said["verified"]["when_issued"]["receipts"] is None
    assert said["items"]["erased"] == 9


def test_nothing_of_a_person_is_in_it(company, installation, number):
    text = certificate(installation, CLI, number).json.decode()
    assert not [key for key in company.approved if key in text]
    assert "Canari" not in text
    assert "canari" not in text


def test_two_who_ask_at_once_get_the_same(installation, number, monkeypatch):
    from diager_dpo.services import purge_certificates as service

    first = []

    def asked_meanwhile(*arguments):
        monkeypatch.undo()
        first.append(certificate(installation, CLI, number).json)
        return service.look_once_more(*arguments)

    monkeypatch.setattr(service, "look_once_more", asked_meanwhile)
    assert certificate(installation, CLI, number).json == first[0]
    assert len(payloads(installation, CERTIFIED)) == 1


def test_each_time_it_leaves_is_in_the_access_log(installation, number):
    certificate(installation, CLI, number)
    with installation.store.connect() as connection:
        rows = connection.execute(select(tables.access_log.c.filter, tables.access_log.c.subject)).all()
    assert [(json.loads(row.filter), row.subject) for row in rows] == [
        ({"export": "certificate", "purge": str(number)}, "operator")
    ]


def test_a_right_that_was_revoked_issues_none(installation, number):
    grant(installation.store, APPROVER, Role.APPROVER, P)
    alter(installation, tables.role_grant, tables.role_grant.c.subject == "approver", revoked_at="2025-01-10")
    with pytest.raises(Refused):
        certificate(installation, APPROVER, number)
    with installation.store.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.purge_certificate)) == 0


def test_the_executed_purges_of_a_purpose_say_when_they_were_certified(company, installation, number):
    (before,) = certified(installation, CLI, P)
    assert (before.purge, before.executed_at, before.certified_at) == (number, company.now, None)
    certificate(installation, CLI, number)
    (after,) = certified(installation, CLI, P)
    assert after.certified_at == company.now


def test_no_key_of_an_erased_person_is_in_the_store_after_it(company, installation, number):
    certificate(installation, CLI, number)
    assert not [value for *_, value in every_text(installation) if any(key in value for key in company.due)]


def test_the_command_line_writes_the_same_bytes(tmp_path, company, installation, number, monkeypatch):
    from click.testing import CliRunner

    from diager_dpo.cli.program import program

    monkeypatch.setenv("DIAGER_DPO_HOME", str(company.folder / "home"))
    monkeypatch.setenv("DIAGER_DPO_SOURCE", str(company.folder / "crm.toml"))
    file = tmp_path / "out.json"
    done = CliRunner().invoke(program, ["--language", "en", "purge", "certificate", str(number), "--json", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == certificate(installation, CLI, number).json
