import inspect
import pkgutil
from importlib import import_module

import pytest

import diager_dpo.services
from diager_dpo.domain.permissions import Identity
from diager_dpo.services.errors import Refused
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
