"""Each file that a screen hands out, taken with a browser: made after the click, and not for whom it is no longer for."""

import json
import shutil

import pytest
from sqlalchemy import delete

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.installation import open_installation
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.settings import Settings
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import role_grant
from tests.app.test_purges import approved, due_of_contests, propose_line
from tests.browser.conftest import serving
from tests.browser.visitor import Visitor

DPO = Identity(ISSUER, "dpo")


@pytest.fixture(scope="module")
def house(made_home, tmp_path_factory):
    home = tmp_path_factory.mktemp("downloads") / "home"
    shutil.copytree(made_home, home)
    installation = open_installation(Settings(home=home, source=None))
    yield installation
    installation.close()


@pytest.fixture(scope="module")
def address(house):
    with serving(house.settings.home) as found:
        yield found


@pytest.fixture
def dpo(chromium, address):
    with Visitor.of(chromium, address) as visitor:
        visitor.sign_in()
        yield visitor


def taken(visitor, key):
    with visitor.page.expect_download(timeout=20_000) as download:
        visitor.page.locator(f".st-key-{key} button").first.click()
    return download.value.path().read_bytes()


def test_the_journal_and_its_pin_are_handed_out(dpo):
    dpo.open("journal")
    assert json.loads(taken(dpo, "journal_pin"))["size"] > 0
    assert taken(dpo, "journal_export").count(b"\n") > 0


def test_consents_are_handed_out_by_key(dpo):
    dpo.open("contests")
    assert taken(dpo, "contest_export_csv").count(b"\n") > 100
    assert taken(dpo, "contest_export_xlsx").startswith(b"PK")


def test_the_certificate_is_handed_out_as_it_was_issued(dpo, house):
    number = propose_line(house, due_of_contests(house))
    execute(house, DPO, approved(house, number))
    dpo.open(f"purge?number={number}")
    dpo.page.locator(".st-key-issue_certificate button").click()
    dpo.page.locator(".st-key-take_certificate button").wait_for()
    assert json.loads(taken(dpo, "take_certificate"))["purge"]["number"] == number


def test_a_button_drawn_before_a_right_was_revoked_hands_out_nothing(dpo, house):
    dpo.open("contests")
    dpo.page.locator(".st-key-contest_export_csv button").wait_for()
    with writing(house.store) as connection:
        connection.execute(delete(role_grant).where(role_grant.c.subject == DPO.subject))
    files = []

    def note(file):  # Playwright cannot call a method of a list
        files.append(file)

    dpo.page.on("download", note)
    dpo.page.locator(".st-key-contest_export_csv button").first.click()
    dpo.page.wait_for_timeout(3000)
    assert not files
