"""A demonstration with its people, without its data: enough for the gate and the frame."""

import pytest

from diager_dpo.domain.permissions import Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import people as staff
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.ui import threshold, visit
from tests.services.filled_store import grant

PEOPLE = {
    "dpo": [(Role.DPO, None)],
    "operator": [(Role.OPERATOR, Purpose.PROSPECTING)],
    "management": [(Role.MANAGEMENT, None)],
    "administrator": [(Role.ADMINISTRATOR, None)],
}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """The installation that the gate opens, with nobody in it."""
    monkeypatch.setenv("DIAGER_DPO_HOME", str(tmp_path))
    for name in ("SOURCE", "STORE_URL", "CHARTERS"):
        monkeypatch.delenv(f"DIAGER_DPO_{name}", raising=False)
    monkeypatch.setattr(threshold, "_ready", False)
    visit.installation.cache_clear()
    yield visit.installation()
    visit.installation().close()
    visit.installation.cache_clear()


@pytest.fixture
def people(house, monkeypatch):
    """The people of the demonstration, by the name of their role. Its database is not there, nor asked for."""

    def of(installation):
        return staff.people(installation, ISSUER) if installation.settings.source is None else ()

    monkeypatch.setattr(threshold, "demonstration_people", of)
    for subject, grants in PEOPLE.items():
        for role, purpose in grants:
            grant(house.store, Identity(ISSUER, subject), role, purpose)
    return {subject: Identity(ISSUER, subject) for subject in PEOPLE}
