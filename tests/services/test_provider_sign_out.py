"""Whoever signs out at the provider is signed out here at once, and the journal says so."""

from dataclasses import replace

import pytest

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.services import journal
from diager_dpo.services.errors import Refused
from diager_dpo.services.provider_sign_out import ProviderSignOut
from diager_dpo.services.sessions import SESSION_ENDED, open_session, who
from diager_dpo.services.sign_in_file import SignIn
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import journal as entry_table
from tests.services.filled_store import grant
from tests.services.provider_tokens import ISSUER, KEYS, NOW, PROVIDER, logout_token

MARIE, PAUL = Identity(ISSUER, "marie"), Identity(ISSUER, "paul")
ELSEWHERE = Identity("local", "marie")


class Client:
    provider = PROVIDER

    def keys(self):
        return KEYS


@pytest.fixture
def house(any_installation):
    house = replace(any_installation, sign_in=SignIn(provider=PROVIDER), clock=lambda: NOW)
    for identity in (MARIE, PAUL, ELSEWHERE):
        grant(house.store, identity, Role.DPO)
    return house


@pytest.fixture
def tokens(house):
    """Sessions by what the provider calls them."""
    named = {name: open_session(house, MARIE, provider_session=name) for name in ("s1", "s2", None)}
    return named | {"s3": open_session(house, PAUL, provider_session="s3")}


def alive(house, tokens):
    return {name for name, token in tokens.items() if who(house, token)}


def entries(house):
    with reading(house.store) as connection:
        rows = connection.execute(entry_table.select()).all()
    return [row for row in rows if row.action == SESSION_ENDED]


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"sub": None, "sid": "s1"}, {"s2", None, "s3"}),
        ({"sid": None}, {"s3"}),
        ({"sid": "s1"}, {"s2", "s3"}),  # one without a name may be the one that is meant
        ({"sid": "s3"}, {"s1", "s2", "s3"}),  # another person's
        ({"sub": "nobody", "sid": None}, {"s1", "s2", None, "s3"}),
    ],
)
def test_the_sessions_that_are_meant_end_and_no_other(house, tokens, told, left):
    ended = ProviderSignOut(Client()).end(house, logout_token(**told))
    assert alive(house, tokens) == left
    assert ended == len(tokens) - len(left) == len(entries(house))


def test_sessions_of_another_issuer_go_on(house, any_installation):
    local = open_session(house, ELSEWHERE, provider_session="s1")
    assert not ProviderSignOut(Client()).end(house, logout_token(sid=None))
    assert not ProviderSignOut(Client()).end(house, logout_token(sub=None))
    assert who(any_installation, local) == ELSEWHERE


def test_the_journal_names_the_provider_and_the_account(house, tokens):
    ProviderSignOut(Client()).end(house, logout_token(sub=None, sid="s3"))
    (entry,) = entries(house)
    assert (entry.issuer, entry.subject, entry.object) == (ISSUER, ISSUER, f"account:{ISSUER}:paul")


def test_a_token_that_was_used_is_refused(house):
    doing = ProviderSignOut(Client())
    doing.end(house, logout_token())
    later = open_session(house, MARIE, provider_session="s1")
    with pytest.raises(Refused) as refused:
        doing.end(house, logout_token())
    assert refused.value.values == {"reason": "jti"}
    assert who(house, later) == MARIE
    doing.end(house, logout_token(jti="t2"))
    assert who(house, later) is None


def test_a_token_serves_again_and_nobody_is_signed_out_where_the_journal_failed(house, tokens, monkeypatch):
    doing = ProviderSignOut(Client())
    with monkeypatch.context() as broken:
        broken.setattr(journal, "record", lambda *_args, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            doing.end(house, logout_token())
    assert alive(house, tokens) == set(tokens)
    assert doing.end(house, logout_token()) == 2
