"""What a browser would never send: presses of buttons that are gone, pages of others, values of another kind."""

import os
import shutil
import time

import pytest
from sqlalchemy import func, select, update
from websockets.exceptions import InvalidStatus

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.installation import open_installation
from diager_dpo.services.scan_run import LOCK
from diager_dpo.services.sessions import close_session, open_session
from diager_dpo.services.settings import Settings
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import is_held
from diager_dpo.store.tables import role_grant, scan
from tests.browser.conftest import serving
from tests.browser.web_socket import talking


@pytest.fixture(scope="module")
def place(made_home, tmp_path_factory):
    """A server, and the installation it works on."""
    home = tmp_path_factory.mktemp("forged") / "home"
    shutil.copytree(made_home, home)
    house = open_installation(Settings(home=home, source=None))
    with serving(home) as address:
        yield address, house
    house.close()


@pytest.fixture
def address(place):
    return place[0]


@pytest.fixture
def house(place):
    return place[1]


@pytest.fixture
def token(house):
    return open_session(house, Identity(ISSUER, "dpo"))


def scans(house):
    with reading(house.store) as connection:
        return connection.scalar(select(func.count()).select_from(scan))


def revoke(house, subject):
    now = house.now().isoformat()
    with writing(house.store) as connection:
        mine = (role_grant.c.subject == subject) & role_grant.c.revoked_at.is_(None)
        ids = connection.scalars(select(role_grant.c.id).where(mine)).all()
        connection.execute(update(role_grant).where(role_grant.c.id.in_(ids)).values(revoked_at=now))
    return ids


@pytest.fixture
def given_back(house):
    """Rights that a test takes are given back after it."""
    taken = []
    yield taken
    with writing(house.store) as connection:
        connection.execute(update(role_grant).where(role_grant.c.id.in_(taken)).values(revoked_at=None))


def at(talk, screen, query=""):
    """One screen, drawn; its page."""
    talk.rerun()
    page = talk.pages()[screen]
    talk.rerun(query, page)
    return page


def at_source(talk):
    """The screen of the source, drawn; its button."""
    return at(talk, "source"), talk.button("scan_now")


def test_a_button_works_for_whoever_may(address, house, token):
    """The others below prove nothing unless this message does something."""
    with talking(address, token) as talk:
        page, button = at_source(talk)
        before = scans(house)
        talk.rerun("", page, **{button: True})
        until = time.monotonic() + 60
        while scans(house) == before and time.monotonic() < until:
            time.sleep(0.2)
        assert scans(house) == before + 1
        while is_held(house.store, LOCK) and time.monotonic() < until:  # the tests below count scans too
            time.sleep(0.2)


def test_a_button_drawn_before_a_right_was_revoked_does_nothing(address, house, token, given_back):
    with talking(address, token) as talk:
        page, button = at_source(talk)
        before = scans(house)
        given_back += revoke(house, "dpo")
        talk.rerun("", page, **{button: True})
        talk.rerun("", page)
        time.sleep(3)
        assert scans(house) == before


def test_a_button_drawn_before_the_sign_out_does_nothing_and_nothing_is_drawn(address, house, token):
    with talking(address, token) as talk:
        page, button = at_source(talk)
        before = scans(house)
        close_session(house, token)
        talk.raw.clear()
        talk.rerun("", page, **{button: True})
        assert b"You are signed out" in talk.words
        assert b"scan_now" not in talk.words
        time.sleep(3)
        assert scans(house) == before


def test_a_session_that_was_revoked_opens_no_websocket(address, house, token):
    close_session(house, token)
    with pytest.raises(InvalidStatus) as refused, talking(address, token):
        pass
    assert refused.value.response.status_code == 403


def test_the_page_of_another_role_is_not_drawn(address, house, token):
    with talking(address, token) as talk:
        talk.rerun()
        foreign = talk.pages()["deadlines"]
    administrator = open_session(house, Identity(ISSUER, "administrator"))
    with talking(address, administrator) as talk:
        talk.rerun()
        assert "deadlines" not in talk.pages()
        talk.raw.clear()
        talk.rerun("", foreign)
        assert b"What is falling due?" not in talk.words


@pytest.mark.parametrize("value", ["text", b"\x00\xff", 10**12, "x" * 1_000_000])
def test_a_value_of_another_kind_or_size_presses_nothing_and_harms_nobody(address, house, token, value):
    """Sent by somebody who sees the screen and may not press its button."""
    with talking(address, token) as talk:
        page, button = at_source(talk)
    before = scans(house)
    with talking(address, open_session(house, Identity(ISSUER, "auditor"))) as talk:
        at(talk, "source")
        talk.rerun("", page, **{button: True, "never-drawn": value})
        talk.rerun("", page, **{button: value})
        time.sleep(2)
        assert scans(house) == before
    with talking(address, token) as talk:
        at(talk, "overview")
        assert b"What needs my attention?" in talk.words


@pytest.mark.parametrize("message", [b"", b"\xff" * 64, b"not a message", os.urandom(4096)])
def test_what_is_no_message_harms_nobody(address, token, message):
    with talking(address, token) as talk:
        talk.send(message)
    with talking(address, token) as talk:
        at(talk, "overview")
        assert b"What needs my attention?" in talk.words


@pytest.mark.parametrize("query", ["purpose=%00", "page=-1", "as_of=9999-99-99&horizon=x", "person=" + "x" * 20_000])
def test_an_address_nobody_would_write_is_no_error(address, token, query):
    with talking(address, token) as talk:
        talk.rerun()
        page = talk.pages()["deadlines"]
        talk.raw.clear()
        talk.rerun(query, page)
        assert b"What is falling due?" in talk.words
        assert b"Something went wrong" not in talk.words


def test_two_people_at_once_see_what_each_may(address, house, token):
    """Caches are shared by all users: what one may see is never what another is given."""
    operator = open_session(house, Identity(ISSUER, "operator"))
    with talking(address, token) as dpo, talking(address, operator) as bound:
        for _round in range(2):
            for talk in (dpo, bound):
                at(talk, "deadlines")
        names = [b"Customer management", b"Accounting"]
        assert all(name in dpo.words for name in names)
        assert not any(name in bound.words for name in names)
        assert "Hélène Rochelande".encode() in dpo.words
        assert "Hélène Rochelande".encode() not in bound.words
        assert "Inès Belcoing".encode() not in dpo.words
