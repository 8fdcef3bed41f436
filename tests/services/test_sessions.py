"""A session is a random token, kept as a hash, that ends by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.services import journal
from diager_dpo.services.errors import Refused
from diager_dpo.services.sessions import (
    ABSOLUTE,
    IDLE,
    SESSION_ENDED,
    all_sessions,
    close_session,
    open_session,
    revoke_session,
    sessions_of,
    signed_in_recently,
    who,
)  # fmt: skip
from diager_dpo.services.sign_in_file import LOCAL
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account, session
from tests.services.filled_store import NOW, grant

DPO = Identity(LOCAL, "dpo")  # a source is configured, and no provider


@pytest.fixture
def signed_in(any_installation):
    grant(any_installation.store, DPO, Role.DPO)
    return any_installation, open_session(any_installation, DPO)


def at(installation, delay):
    return replace(installation, clock=lambda: NOW + delay)


def test_a_token_says_whose_session_it_is(signed_in):
    installation, token = signed_in
    assert who(installation, token) == DPO


@pytest.mark.parametrize("token", [None, "", "x" * 43])
def test_any_other_token_says_nothing(signed_in, token):
    assert who(signed_in[0], token) is None


def test_the_store_does_not_hold_the_token(signed_in):
    installation, token = signed_in
    with reading(installation.store) as connection:
        row = connection.execute(select(session)).one()
    assert token not in " ".join(map(str, row))
    assert who(installation, row.token_hash) is None


def test_two_sessions_have_two_tokens_of_256_bits(signed_in):
    installation, token = signed_in
    assert open_session(installation, DPO) != token
    assert len(token) == 43  # 32 bytes in base64 without padding


def test_a_session_ends_after_half_an_hour_without_anything_done(signed_in):
    installation, token = signed_in
    assert who(at(installation, IDLE), token) == DPO
    installation, token = signed_in
    assert who(at(installation, 2 * IDLE + timedelta(seconds=1)), token) is None


def test_whoever_does_something_stays_signed_in(signed_in):
    installation, token = signed_in
    for minutes in range(0, 120, 20):
        assert who(at(installation, timedelta(minutes=minutes)), token) == DPO


def test_a_session_ends_after_twelve_hours_whatever_is_done(signed_in):
    installation, token = signed_in
    for minutes in range(0, 12 * 60, 20):
        assert who(at(installation, timedelta(minutes=minutes)), token) == DPO
    assert who(at(installation, ABSOLUTE + timedelta(seconds=1)), token) is None


def test_signing_out_ends_the_session(signed_in):
    installation, token = signed_in
    close_session(installation, token)
    assert who(installation, token) is None


def test_signing_out_leaves_the_sessions_of_others(signed_in):
    installation, token = signed_in
    other = Identity(LOCAL, "auditor")
    grant(installation.store, other, Role.AUDITOR)
    others = open_session(installation, other)
    close_session(installation, token)
    assert who(installation, others) == other


def test_a_disabled_account_has_no_session(signed_in):
    installation, token = signed_in
    with writing(installation.store) as connection:
        connection.execute(update(account).values(disabled_at=NOW.isoformat()))
    assert who(installation, token) is None


def test_sessions_that_are_over_are_swept_when_somebody_signs_in(signed_in):
    installation, _token = signed_in
    open_session(at(installation, timedelta(days=1)), DPO)
    with reading(installation.store) as connection:
        assert len(connection.execute(select(session)).all()) == 1


def test_nobody_waits_for_a_scan_that_writes(signed_in):
    installation, token = signed_in
    if installation.store.dialect.name != "sqlite":
        pytest.skip("a server has no single writer")
    with writing(installation.store):
        assert who(at(installation, timedelta(minutes=2)), token) == DPO


AUDITOR, ADMIN = Identity(LOCAL, "auditor"), Identity(LOCAL, "admin")


@pytest.fixture
def staff(signed_in):
    installation, _token = signed_in
    grant(installation.store, AUDITOR, Role.AUDITOR)
    grant(installation.store, ADMIN, Role.ADMINISTRATOR)
    return installation


def test_everybody_sees_their_own_sessions_and_which_one_asks(staff, signed_in):
    _installation, token = signed_in
    second = open_session(at(staff, timedelta(minutes=5)), DPO)
    open_session(staff, AUDITOR)
    found = sessions_of(at(staff, timedelta(minutes=5)), token)
    assert [(each.identity, each.is_own) for each in found] == [(DPO, False), (DPO, True)]
    assert not {token, second} & {each.id for each in found}
    assert sessions_of(staff, "x" * 43) == ()


def test_an_administrator_sees_every_session_that_is_alive_and_nobody_else_does(staff):
    open_session(staff, AUDITOR)
    assert {each.identity for each in all_sessions(staff, ADMIN)} == {DPO, AUDITOR}
    assert all_sessions(at(staff, IDLE + timedelta(seconds=1)), ADMIN) == ()
    with pytest.raises(Refused):
        all_sessions(staff, DPO)


def test_a_session_is_revoked_at_once_by_its_owner_or_an_administrator(staff, signed_in):
    _installation, token = signed_in
    (mine,) = sessions_of(staff, token)
    with pytest.raises(Refused):
        revoke_session(staff, AUDITOR, mine.id)
    assert who(staff, token) == DPO
    revoke_session(staff, DPO, mine.id)
    assert who(staff, token) is None
    other = open_session(staff, DPO)
    revoke_session(staff, ADMIN, sessions_of(staff, other)[0].id)
    assert who(staff, other) is None
    revoke_session(staff, ADMIN, mine.id)  # over already: no error


def test_that_somebody_ended_anothers_session_is_written_down(staff, signed_in, monkeypatch):
    written = []
    monkeypatch.setattr(journal, "record", lambda _house, _connection, actor, **told: written.append((actor, told)))
    revoke_session(staff, DPO, sessions_of(staff, signed_in[1])[0].id)
    assert not written
    revoke_session(staff, ADMIN, "0" * 64)  # there is none
    assert not written
    revoke_session(staff, ADMIN, sessions_of(staff, open_session(staff, DPO))[0].id)
    about = f"account:{DPO.issuer}:{DPO.subject}"
    assert written == [(ADMIN, {"action": SESSION_ENDED, "about": about, "details": {}})]


def test_what_names_a_session_opens_none(staff, signed_in):
    (mine,) = sessions_of(staff, signed_in[1])
    assert who(staff, mine.id) is None


def test_a_proof_is_recent_for_ten_minutes(staff, signed_in):
    _installation, token = signed_in
    assert signed_in_recently(at(staff, timedelta(minutes=10)), token)
    assert not signed_in_recently(at(staff, timedelta(minutes=10, seconds=1)), token)
    assert not signed_in_recently(staff, open_session(staff, DPO, timedelta(hours=3)))
    assert not signed_in_recently(staff, open_session(staff, DPO, None))
    assert not signed_in_recently(staff, None)
    close_session(staff, token)
    assert not signed_in_recently(staff, token)
