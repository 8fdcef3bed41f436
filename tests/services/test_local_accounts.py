"""Accounts with a password: made by somebody else, changed at the first use, guessed by nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import password_sign_in, passwords
from diager_dpo.services.access import actor_grants
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.local_accounts import (
    add_first_administrator,
    add_local_account,
    reset_password,
)  # fmt: skip
from diager_dpo.services.password_sign_in import MustChange, change_password, check_password, has_accounts
from diager_dpo.services.passwords import require_good
from diager_dpo.services.sessions import open_session, who
from diager_dpo.services.sign_in_file import LOCAL, SignIn
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import account, credential, failed_sign_in, journal, role_grant
from tests.services.filled_store import CLI, NOW, grant
from tests.services.provider_tokens import PROVIDER

ADMIN, MARIE = Identity(LOCAL, "admin1"), Identity(LOCAL, "marie")
GOOD = "trois chevaux sous la pluie"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The same algorithm, for machines that have no time."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture
def house(any_installation):
    grant(any_installation.store, ADMIN, Role.ADMINISTRATOR)
    return any_installation


def at(installation, **delay):
    return replace(installation, clock=lambda: NOW + timedelta(**delay))


def code_of(function, *arguments):
    with pytest.raises((Refused, NotPossible)) as refused:
        function(*arguments)
    return refused.value.code


def made(house, name="marie"):
    """An account whose person has chosen a password."""
    add_local_account(house, ADMIN, name, "Marie Dupuis")
    change_password(house, Identity(LOCAL, name), GOOD)


def test_the_first_password_is_good_for_choosing_another_only(house):
    first = add_local_account(house, ADMIN, "Marie", "Marie Dupuis")
    with pytest.raises(MustChange) as must:
        check_password(house, "marie", first)
    assert must.value.identity == MARIE
    change_password(house, MARIE, GOOD)
    assert check_password(house, "MARIE ", GOOD) == MARIE
    assert code_of(check_password, house, "marie", first) == "wrong_name_or_password"


def test_first_passwords_are_random_and_long(house):
    found = {passwords.one_time() for _ in range(50)}
    assert len(found) == 50
    assert all(len(each.replace("-", "")) == 20 for each in found)


def test_a_first_password_ends_after_a_week(house):
    first = add_local_account(house, ADMIN, "marie", "Marie")
    assert code_of(check_password, at(house, days=7, seconds=1), "marie", first) == "one_time_password_over"


def test_the_store_holds_argon2id_and_no_password(house):
    made(house)
    with reading(house.store) as connection:
        kept = connection.scalar(select(credential.c.password_hash))
        written = str(connection.execute(select(journal)).all())
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept + written
    assert "argon2" not in written


def test_an_account_holds_nothing_until_an_administrator_gives_it(house):
    made(house)
    assert actor_grants(house, MARIE) == ()


@pytest.mark.parametrize("name", ["ab", "", "a b c", "marie;drop", "é" * 5, "x" * 65, "-marie"])
def test_a_name_that_is_none_is_refused(house, name):
    assert code_of(add_local_account, house, ADMIN, name, "Marie") == "account_name_wrong"


def test_a_name_is_given_once(house):
    made(house)
    assert code_of(add_local_account, house, ADMIN, "MARIE", "Another") == "account_exists"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_makes_and_resets_accounts(house, role):
    made(house)
    actor = CLI if role is Role.COMMAND_LINE else Identity(LOCAL, "other")
    if role is not Role.COMMAND_LINE:
        grant(house.store, actor, role, Purpose.CONTESTS if role in {Role.OPERATOR, Role.APPROVER} else None)
    assert code_of(add_local_account, house, actor, "jean", "Jean") == "not_permitted"
    assert code_of(reset_password, house, actor, "marie") == "not_permitted"


def test_with_a_provider_there_are_no_local_accounts(house):
    made(house)
    elsewhere = replace(house, sign_in=SignIn(provider=PROVIDER))
    assert code_of(add_local_account, elsewhere, ADMIN, "jean", "Jean") == "no_local_accounts"
    assert code_of(reset_password, elsewhere, ADMIN, "marie") == "no_local_accounts"
    assert code_of(check_password, elsewhere, "marie", GOOD) == "no_local_accounts"
    assert not has_accounts(elsewhere)


def test_the_command_line_makes_the_first_administrator_and_no_second(any_installation):
    assert not has_accounts(any_installation)
    first = add_first_administrator(any_installation, CLI, "admin2", "Admin")
    assert has_accounts(any_installation)
    with pytest.raises(MustChange):
        check_password(any_installation, "admin2", first)
    assert actor_grants(any_installation, Identity(LOCAL, "admin2")) == (Grant(Role.ADMINISTRATOR),)
    assert code_of(add_first_administrator, any_installation, CLI, "admin3", "Admin") == "administrator_exists"


def test_an_administrator_who_was_taken_back_still_counts(house):
    """Else whoever has the command line could make one by taking the right away first."""
    with writing(house.store) as connection:
        connection.execute(update(role_grant).values(revoked_at=NOW.isoformat()))
    assert code_of(add_first_administrator, house, CLI, "admin3", "Admin") == "administrator_exists"


def test_nobody_but_the_command_line_makes_the_first_administrator(any_installation):
    assert code_of(add_first_administrator, any_installation, MARIE, "marie", "Marie") == "not_permitted"


def test_the_command_line_resets_an_administrator_and_nobody_else(house):
    first = add_local_account(house, ADMIN, "admin2", "Admin")
    grant(house.store, Identity(LOCAL, "admin2"), Role.ADMINISTRATOR)
    second = reset_password(house, CLI, "admin2")
    assert first != second
    assert code_of(check_password, house, "admin2", first) == "wrong_name_or_password"
    made(house)
    for role in (Role.DPO, Role.APPROVER, Role.MANAGEMENT):
        grant(house.store, MARIE, role, Purpose.CONTESTS if role is Role.APPROVER else None)
        assert code_of(reset_password, house, CLI, "marie") == "not_permitted"


def test_a_reset_ends_sessions_and_lets_rights_begin_anew(house):
    """Who resets a password could use it: a right younger than a day approves nothing."""
    made(house)
    grant(house.store, MARIE, Role.APPROVER, Purpose.CONTESTS)
    token = open_session(house, MARIE)
    later = at(house, minutes=20)
    reset_password(later, ADMIN, "marie")
    assert who(later, token) is None
    assert code_of(check_password, later, "marie", GOOD) == "wrong_name_or_password"
    assert actor_grants(house, MARIE) == (Grant(Role.APPROVER, Purpose.CONTESTS),)
    with reading(house.store) as connection:
        query = select(role_grant.c.granted_at).where(
            role_grant.c.subject == "marie", role_grant.c.revoked_at.is_(None)
        )
        assert connection.scalars(query).all() == [(NOW + timedelta(minutes=20)).isoformat()]


def test_a_reset_of_nobody_says_so(house):
    assert code_of(reset_password, house, ADMIN, "nobody") == "no_such_account"


def test_choosing_a_password_ends_the_sessions_that_were_open(house):
    made(house)
    token = open_session(house, MARIE)
    change_password(house, MARIE, GOOD + " encore")
    assert who(house, token) is None


def test_the_password_one_has_is_not_a_new_one(house):
    made(house)
    assert code_of(change_password, house, MARIE, GOOD) == "password_not_new"


def test_a_disabled_account_is_told_what_a_wrong_password_is_told(house):
    made(house)
    with writing(house.store) as connection:
        connection.execute(update(account).values(disabled_at=NOW.isoformat()))
    assert code_of(check_password, house, "marie", GOOD) == "wrong_name_or_password"


@pytest.mark.parametrize("name", ["marie", "nobody"])
def test_attempts_slow_down_alike_for_a_name_that_exists_and_one_that_does_not(house, name):
    made(house)
    codes = [code_of(check_password, house, name, "wrong wrong wrong") for _ in range(7)]
    assert codes == ["wrong_name_or_password"] * 5 + ["too_many_attempts"] * 2
    assert code_of(check_password, at(house, seconds=29), name, GOOD) == "too_many_attempts"
    assert code_of(check_password, at(house, seconds=31), name, "wrong") == "wrong_name_or_password"
    assert code_of(check_password, at(house, seconds=31 + 59), name, GOOD) == "too_many_attempts"
    assert code_of(check_password, at(house, seconds=31 + 61), name, "wrong") == "wrong_name_or_password"


def test_the_wait_grows_to_a_quarter_of_an_hour_and_no_further(house):
    made(house)
    with writing(house.store) as connection:
        password_sign_in._count_attempt(connection, "marie", NOW)
        connection.execute(update(failed_sign_in).values(failures=10_000))
    assert code_of(check_password, at(house, minutes=14), "marie", GOOD) == "too_many_attempts"
    assert check_password(at(house, minutes=15, seconds=1), "marie", GOOD) == MARIE


def test_a_success_forgets_the_failures(house):
    made(house)
    for _ in range(4):
        code_of(check_password, house, "marie", "wrong")
    check_password(house, "marie", GOOD)
    assert [code_of(check_password, house, "marie", "wrong") for _ in range(5)] == ["wrong_name_or_password"] * 5


def test_an_attempt_is_counted_before_it_is_looked_at(house, monkeypatch):
    """Else a hundred at once would be a hundred guesses."""
    seen = []

    def matches(kept, password):
        with reading(house.store) as connection:
            seen.append(connection.scalar(select(failed_sign_in.c.failures)))
        return False

    monkeypatch.setattr(password_sign_in, "matches", matches)
    code_of(check_password, house, "marie", "wrong")
    assert seen == [1]


def test_a_name_nobody_has_costs_a_hash_too(house, monkeypatch):
    verified = []
    monkeypatch.setattr(passwords._hasher.__class__, "verify", lambda _self, kept, _word: verified.append(kept))
    code_of(check_password, house, "nobody", "wrong")
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$")


def test_what_was_typed_as_a_name_is_not_kept(house):
    code_of(check_password, house, "my secret password", "x")
    with reading(house.store) as connection:
        assert "secret" not in str(connection.execute(select(failed_sign_in)).all())


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("aaaaaaaaaaaaaa", "password_too_common"),
        ("motdepasse2025", "password_too_common"),
        ("AZERTYUIOP1234", "password_too_common"),
        ("password-123", "password_too_common"),
        ("Bonjour123456", "password_too_common"),
        ("les clefs de marie", "password_names_account"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password, code):
    assert code_of(require_good, password, "marie") == code


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "k3v9-x2mq-77ad", "été à la montagne"])
def test_length_counts_and_composition_does_not(password):
    require_good(password, "marie")


def test_one_password_typed_on_two_keyboards_is_one():
    assert passwords.matches(passwords.hashed("e\u0301te\u0301 a la mer"), "été a la mer")
