"""The register completed on screen: by the DPO in place, by two at once, and by nobody else."""

import pytest

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.register_fields import RegisterField
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.register_changes import Point, complete
from diager_dpo.services.register_content import register_content

DPO = Identity(ISSUER, "dpo")


def area(app, name):
    return next(each for each in app.text_area if each.key.startswith(f"register_{name}_"))


def chosen(app, purpose="contests", field=RegisterField.TRANSFERS):
    next(each for each in app.selectbox if each.key == f"register_field_{purpose}").set_value(field).run()
    return app


def state(house, purpose="contests", field=RegisterField.TRANSFERS):
    return next(each for each in register_content(house, DPO).activities if each.code == purpose).entry(field)


def test_two_editors_at_once_lose_nothing(look_at, demonstration):
    app = chosen(look_at("register", purpose="contests"))
    area(app, "text").set_value("Mine").run()
    area(app, "why").set_value("A contract").run()
    complete(demonstration, DPO, Point("contests", RegisterField.TRANSFERS, 0), "Theirs", "Another contract")
    app.button(key="register_complete").click().run()
    assert "a modifié ce point depuis" in app.error[0].value
    assert state(demonstration).decided.text == "Theirs"
    assert area(app, "text").value == "Mine"
    assert any("Theirs" in each.value for each in app.info)
    app.button(key="register_complete").click().run()
    assert not app.exception
    assert state(demonstration).decided.text == "Mine"
    assert area(app, "text").value == ""
    assert any("Le registre est modifié" in each.value for each in app.success)


@pytest.mark.parametrize("person", ["auditor", "management", "operator"])
def test_others_read_only(look_at, person):
    app = look_at("register", person)
    assert not app.exception
    assert not [each for each in app.text_area if each.key.startswith("register_")]
    assert any(each.value == "Le DPO complète le registre." for each in app.caption)


def test_the_form_speaks_english_too(look_at):
    app = look_at("register", language="en", purpose="accounting")
    assert not app.exception
    assert area(app, "text").label == "What is the answer?"
