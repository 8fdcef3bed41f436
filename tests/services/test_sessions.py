"""A session is a random token, kept as a hash, that ends by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.services.sessions import ABSOLUTE, IDLE, close_session, open_session, who
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
