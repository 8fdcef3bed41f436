"""Each service, role and state {anonymous, disabled, revoked while signed in, wrong state}, from the table of rights."""

import inspect
import pkgutil
from dataclasses import replace
from importlib import import_module

import pytest

import diager_dpo.services
from diager_dpo.domain.permissions import BOUND, Condition, Identity, Role
from diager_dpo.domain.permissions import RIGHTS as TABLE
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.sessions import open_session, who
from diager_dpo.source.description import load_source
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import account, role_grant
from tests.services.filled_store import NOW, Row, fill, grant
from tests.services.rights import NO_SERVICE, RIGHTS

NOBODY = Identity("demonstration", "nobody")


def taking_an_actor():
    for module in pkgutil.iter_modules(diager_dpo.services.__path__):
        contents = vars(import_module(f"diager_dpo.services.{module.name}"))
        for name, function in contents.items():
            own = inspect.isfunction(function) and function.__module__ == f"diager_dpo.services.{module.name}"
            if own and not name.startswith("_") and "actor" in inspect.signature(function).parameters:
                yield f"{module.name}.{name}", function


SERVICES = dict(taking_an_actor())


def test_every_service_has_its_line_and_every_line_its_service():
    assert set(SERVICES) == set(RIGHTS) | set(NO_SERVICE)


@pytest.mark.parametrize("name", RIGHTS)
def test_an_actor_without_a_role_is_refused(installation, name):
    action, arguments = RIGHTS[name]
    with pytest.raises(Refused) as refused:
        SERVICES[name](installation, NOBODY, *arguments)
    assert (refused.value.code, refused.value.values) == ("not_permitted", {"action": action.value})


#: Services whose right is not a row of the table alone: who else may, or may not, and why.
ONLY_THE_COMMAND_LINE = {"local_accounts.add_first_administrator": "without the first administrator nobody could grant"}
PEOPLE = {role: Identity("local", role.value) for role in Role if role is not Role.COMMAND_LINE}


@pytest.fixture
def house(installation, monkeypatch, tmp_path):
    """Everybody of the table, in a house where nothing was scanned and no source is configured: the wrong state."""
    monkeypatch.chdir(tmp_path)
    for role, identity in PEOPLE.items():
        grant(installation.store, identity, role, Purpose.PROSPECTING if role in BOUND else None)
    return replace(installation, source=None)


def refused(installation, name, actor):
    """Whether a service refuses an actor. The wrong state is another answer, and comes after the right."""
    try:
        SERVICES[name](installation, actor, *RIGHTS[name][1])
    except Refused as error:
        return error.values == {"action": RIGHTS[name][0].value}
    except NotPossible:
        pass
    return False


def may(name, role):
    if name in ONLY_THE_COMMAND_LINE:
        return role is Role.COMMAND_LINE
    return TABLE[RIGHTS[name][0]][role] is not Condition.NO


@pytest.mark.parametrize("name", RIGHTS)
def test_each_service_answers_whom_the_table_says_and_refuses_everybody_else(house, name):
    actors = PEOPLE | {Role.COMMAND_LINE: Identity("cli", "root")}
    assert {role for role, actor in actors.items() if not refused(house, name, actor)} == {
        role for role in Role if may(name, role)
    }


@pytest.mark.parametrize("name", RIGHTS)
@pytest.mark.parametrize("change", ["disabled", "revoked"])
def test_each_service_refuses_whoever_was_disabled_or_revoked_while_signed_in(house, name, change):
    tokens = {role: open_session(house, identity) for role, identity in PEOPLE.items()}
    with writing(house.store) as connection:
        if change == "disabled":
            connection.execute(account.update().values(disabled_at=NOW.isoformat()))
        else:
            connection.execute(role_grant.update().values(revoked_at=NOW.isoformat()))
    assert all(refused(house, name, identity) for identity in PEOPLE.values())
    assert {who(house, token) is None for token in tokens.values()} == {change == "disabled"}


@pytest.mark.parametrize(
    "name", [name for name, (action, _rest) in RIGHTS.items() if TABLE[action][Role.OPERATOR] is Condition.OWN]
)
def test_a_right_for_another_purpose_shows_nothing_of_this_one(house, name):
    """It may answer, for its own purpose; a service that is asked for one purpose refuses."""
    somebody = Identity("local", "elsewhere")
    grant(house.store, somebody, Role.OPERATOR, Purpose.CONTESTS)
    if name == "records.find":
        fill(house.store, [Row("1")])
        assert refused(replace(house, source=load_source(house.settings.source)), name, somebody)
    elif name == "purge_certificates.certified":
        assert refused(house, name, somebody)
    else:
        assert not refused(house, name, somebody)
