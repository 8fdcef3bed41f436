"""The screens of suspensions and of dates to be stated, as each role sees them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Action, Identity, may
from diager_dpo.domain.words import Purpose
from diager_dpo.services import holds as services
from diager_dpo.services.access import actor_grants
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.qualifications import causes
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import hold, record

DPO = Identity(ISSUER, "dpo")


def texts(app):
    return "\n".join(element.value for element in (*app.markdown, *app.header, *app.caption, *app.info, *app.success))


@pytest.fixture
def held(demonstration):
    """A suspension of one record, lifted behind the back of everybody when the test is over."""
    with reading(demonstration.store) as connection:
        person = connection.scalar(select(record.c.person).order_by(record.c.person).limit(1))
    review = demonstration.today() + timedelta(days=30)
    number = services.place(
        demonstration, DPO, HoldKind.RESTRICTION, "Asked by letter", owner="dpo", review_on=review, person=person
    )
    yield person, number
    with writing(demonstration.store) as connection:
        connection.execute(hold.delete())


def test_without_a_suspension_the_screen_says_so_and_offers_one(look_at):
    app = look_at("holds")
    assert not app.exception
    assert "Aucune purge n\u2019est suspendue par décision." in texts(app)
    assert next(button for button in app.button if button.key == "hold_go").disabled


def test_a_suspension_is_told_with_its_reason_its_review_and_its_owner(look_at, held):
    for language, kind in (("fr", "Limitation du traitement"), ("en", "Restriction of processing")):
        app = look_at("holds", language=language)
        assert not app.exception
        said = texts(app)
        assert kind in said
        assert "Asked by letter" in said
        assert held[0].split(":")[-1] in said


def test_one_is_placed_from_the_screen(look_at, demonstration, held):
    app = look_at("holds")
    app.text_input(key="hold_key_").set_value(held[0])
    app.text_area(key="hold_why").set_value("Dossier 12")
    app.run()
    button = next(button for button in app.button if button.key == "hold_go")
    assert not button.disabled
    button.click().run()
    assert not app.exception
    assert "La purge est suspendue" in texts(app)
    assert len(services.holds(demonstration, DPO)) == 2


def test_who_may_not_place_one_finds_no_form(look_at, held, demonstration):
    app = look_at("holds", "auditor")
    assert not app.exception
    assert not [button for button in app.button if button.key in {"hold_go", "lift_go"}]
    assert "C\u2019est le DPO qui pose les suspensions." in texts(app)
    assert not may(actor_grants(demonstration, Identity(ISSUER, "auditor")), Action.PLACE_HOLD)


def test_past_its_review_date_the_overview_says_so(look_at, demonstration, held):
    yesterday = (demonstration.today() - timedelta(days=1) - date(1970, 1, 1)).days
    with writing(demonstration.store) as connection:
        connection.execute(hold.update().values(review_on=yesterday))
    assert "a dépassé sa date de réexamen" in texts(look_at("overview"))
    assert "À réexaminer depuis le" in texts(look_at("holds"))


def test_every_cause_is_told_with_its_number(look_at, demonstration):
    app = look_at("to_qualify")
    assert not app.exception
    said = texts(app)
    assert "Il manque une date à" in said
    assert [each for each in app.button if str(each.key).startswith("qualify_go_")]
    assert causes(demonstration, DPO)[0].examples[0].split(":")[-1] in said


def test_an_auditor_sees_causes_and_states_nothing(look_at):
    app = look_at("to_qualify", "auditor", language="en")
    assert not app.exception
    assert "without a date" in texts(app)
    assert not [each for each in app.button if str(each.key).startswith("qualify_go_")]


def test_an_operator_sees_the_causes_of_their_purpose_only(look_at, demonstration):
    shown = {each.purpose for each in causes(demonstration, Identity(ISSUER, "operator"))}
    assert len(shown) <= 1
    app = look_at("to_qualify", "operator")
    assert not app.exception
    assert Purpose.ACCOUNTING not in shown or "comptab" in texts(app)
