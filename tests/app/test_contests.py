"""The screens of contests, of refusals and of the opt-out list, as each role sees them."""

import pytest
from sqlalchemy import select

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import actor_grants
from diager_dpo.services.contests import contests
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.recorded_refusals import recorded_refusals
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import record
from diager_dpo.ui.registry import permitted

DPO = Identity(ISSUER, "dpo")


def texts(app):
    found = (*app.markdown, *app.header, *app.subheader, *app.caption, *app.info, *app.success, *app.warning)
    return "\n".join(element.value for element in found) + "\n".join(each.proto.body for each in app.get("html"))


def keys(elements):
    return [str(each.key) for each in elements]


@pytest.fixture
def prospect(demonstration):
    with reading(demonstration.store) as connection:
        return connection.scalar(
            select(record.c.person).where(record.c.purpose == Purpose.PROSPECTING).order_by(record.c.person.desc())
        )


def test_the_answer_counts_the_entries_whose_consent_does_not_stand(look_at, demonstration):
    cards = contests(demonstration, DPO, demonstration.today()).cards
    without = sum(card.withdrawn + card.none for card in cards)
    for language, begins in (("fr", f"Non : {without} participations"), ("en", f"No: {without} entries")):
        app = look_at("contests", language=language)
        assert not app.exception
        assert begins in texts(app).replace("\u202f", " ")
    assert [card.name for card in cards if card.name in texts(app)] == [card.name for card in cards]


def test_one_contest_opens_with_its_entries_and_what_their_proof_lacks(look_at):
    app = look_at("contests", operation="CJ02", entries="withdrawn")
    assert not app.exception
    assert "<strong>" not in texts(app)
    assert "**6 participations**" in texts(app)
    assert "/deadlines?" in texts(app)


def test_an_unknown_contest_and_an_unknown_choice_are_told_calmly(look_at):
    assert "aucun jeu-concours de cette clé" in texts(look_at("contests", operation="nothing"))
    app = look_at("contests", operation="CJ02", entries="nothing", page="99")
    assert not app.exception
    assert "**140 participations**" in texts(app)


def test_an_announcement_tells_its_effect_before_it_is_made(look_at, demonstration):
    app = look_at("contests", operation="CJ04")
    assert "duration_go_CJ04" not in keys(app.button)
    app.date_input(key="duration_until_CJ04").set_value(demonstration.today()).run()
    assert not app.exception
    assert "90 participations sans dernier jour en reçoivent un." in texts(app)
    assert next(each for each in app.button if each.key == "duration_go_CJ04").disabled


def test_an_auditor_reads_and_changes_nothing(look_at):
    app = look_at("contests", "auditor", operation="CJ04")
    assert not app.exception
    assert not app.date_input
    assert "C\u2019est le DPO qui annonce" in texts(app)
    app = look_at("refusals", "auditor")
    assert not app.exception
    assert "refusal_go" not in keys(app.button)


def test_management_opens_none_of_these_screens(demonstration):
    opened = {each.address for each in permitted(actor_grants(demonstration, Identity(ISSUER, "management")))}
    assert not opened & {"contests", "refusals", "opt_out"}


def test_an_objection_is_recorded_counts_at_once_and_can_be_taken_back(look_at, demonstration, prospect):
    app = look_at("refusals", record=prospect)
    assert next(each for each in app.button if each.key == "refusal_go").disabled
    app.text_area(key="refusal_why").set_value("Courrier 12").run()
    next(each for each in app.button if each.key == "refusal_go").click().run()
    assert not app.exception
    assert "en vigueur dès cet instant" in texts(app)
    made = recorded_refusals(demonstration, DPO)[0]
    assert (made.person, made.reason) == (prospect, "Courrier 12")
    app.text_area(key=f"why_take_back_{made.id}").set_value("Mauvaise fiche")
    next(each for each in app.button if f"take_back_go_{made.id}" in str(each.key)).click().run()
    assert not app.exception
    assert recorded_refusals(demonstration, DPO)[0].taken_back_at is not None


def test_addresses_are_checked_and_other_words_ignored(look_at):
    app = look_at("opt_out")
    assert not app.exception
    app.text_area(key="opt_out_text").set_value("Dupont\nLyon\n69001")
    next(each for each in app.button if "opt_out_go" in str(each.key)).click().run()
    assert not app.exception
    assert "ni adresse électronique ni numéro" in texts(app)
    app.text_area(key="opt_out_text").set_value("nobody@example.org")
    next(each for each in app.button if "opt_out_go" in str(each.key)).click().run()
    assert "Aucun n\u2019est opposé." in texts(app)
