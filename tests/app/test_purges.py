"""Purges: the list, the proposal, one purge through its states, for whom each step is."""

import re
import shutil

import pytest

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services import purge_proposals as proposals
from diager_dpo.services import purge_reviews as reviews
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.purge_certificates import certified
from diager_dpo.services.purge_execution import execute
from diager_dpo.services.sessions import open_session
from diager_dpo.ui import purge_certificate, purge_run, recent_sign_in

DPO, APPROVER = Identity(ISSUER, "dpo"), Identity(ISSUER, "approver-sales")


@pytest.fixture
def demonstration_home(made_home, tmp_path):
    """A demonstration of its own for each test: purges leave traces."""
    shutil.copytree(made_home, tmp_path / "home")
    return tmp_path / "home"


def due_of_contests(house):
    due = proposals.board(house, DPO, house.today()).due
    return next(each for each in due if each.purpose is Purpose.CONTESTS and each.due)


def propose_line(house, line):
    return proposals.propose(
        house, DPO, line.purpose, line.operation, house.today(), reason="Premier essai", share_confirmed=line.due
    )


@pytest.fixture
def proposed(demonstration):
    """The number of a purge of contest entries that the DPO proposed."""
    return propose_line(demonstration, due_of_contests(demonstration))


def approved(house, number):
    view = reviews.purge(house, APPROVER, number)
    reviews.approve(
        house, APPROVER, number, view.line.version, view.digest, token=open_session(house, APPROVER),
        share_confirmed=view.line.items,
    )  # fmt: skip
    return number


def read(app):
    parts = [*app.title, *app.header, *app.markdown, *app.warning, *app.error, *app.caption, *app.success, *app.info]
    text = "\n".join([*(each.value for each in parts), *(each.label for each in app.button)])
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


def keys(app):
    """Which buttons there are; those that decide are of the version they show."""
    return {re.sub(r"(_\d+)+$", "", each.key) for each in app.button if each.key}


def button(app, name):
    return next(each for each in app.button if (each.key or "").startswith(name + "_"))


def state(house, number):
    return reviews.purge(house, DPO, number).line.state


def test_the_list_says_what_is_due_and_leads_to_a_proposal(look_at):
    said = read(look_at("purges"))
    assert "sont échues et ne figurent encore dans aucune purge" in said
    assert "Aucune purge n'est en cours." in said
    assert "Aucune purge n'est encore terminée." in said


def test_a_purge_that_waits_names_who_must_act(look_at, proposed):
    for person in ("dpo", "approver-sales", "auditor"):
        said = read(look_at("purges", person))
        assert "1 purge attend quelqu'un." in said
        assert "À Bastien Corbeforge d'examiner la liste" in said


def test_who_may_not_propose_finds_no_way_to(look_at):
    with pytest.raises(ValueError, match="page"):
        look_at("purge_proposal", "auditor")
    with pytest.raises(ValueError, match="page"):
        look_at("purge_proposal", "approver-sales")


def test_the_proposal_takes_its_purpose_from_the_address_and_asks_for_the_figure(look_at, demonstration):
    app = look_at("purge_proposal", purpose="prospecting")
    assert not app.exception
    assert "peuvent être proposées à l'effacement" in read(app)
    assert "Proposer l'effacement de 142 fiches de prospection" in read(app)
    app.button(key="purge_propose").click().run(timeout=60)
    found = proposals.board(demonstration, DPO, demonstration.today()).open
    assert [each.items for each in found] == [142]


def test_a_value_in_the_address_that_means_nothing_falls_back(look_at):
    assert not look_at("purge_proposal", purpose="nonsense", as_of="yesterday", operation="?").exception


@pytest.mark.parametrize("number", ["", "0", "999", "x"])
def test_a_purge_that_is_not_there_leads_back(look_at, number):
    app = look_at("purge", number=number)
    assert not app.exception
    assert "Il n'y a pas de telle purge" in read(app)


def test_nobody_approves_what_they_proposed(look_at, proposed):
    app = look_at("purge", number=str(proposed))
    assert not app.exception
    assert "purge_approve" not in keys(app)
    assert "Dans cette démonstration, [connectez-vous]" in read(app)
    assert f"number%3D{proposed}" in read(app)


def test_the_approver_ticks_the_figure_then_approves(look_at, demonstration, proposed):
    app = look_at("purge", "approver-sales", number=str(proposed))
    assert not app.exception
    assert button(app, "purge_approve").disabled
    for box in app.checkbox:
        box.check()
    app.run()
    assert not button(app, "purge_approve").disabled
    button(app, "purge_approve").click().run(timeout=60)
    assert not app.exception
    assert state(demonstration, proposed) is PurgeState.APPROVED
    assert "Vous avez approuvé cette purge. Rien n'est effacé avant" in read(app)
    assert "Effacer définitivement" in read(app)


def test_an_old_sign_in_leads_to_the_sign_in_and_back(look_at, proposed, monkeypatch):
    monkeypatch.setattr(recent_sign_in, "signed_in_recently", lambda *_: False)
    app = look_at("purge", "approver-sales", number=str(proposed))
    assert "purge_approve" not in keys(app)
    assert "connexion de moins de 10 minutes" in read(app)


def test_a_rejection_needs_a_reason(look_at, demonstration, proposed):
    app = look_at("purge", "approver-sales", number=str(proposed))
    assert button(app, "purge_reject").disabled
    app.text_area(key=f"purge_reject_reason_{proposed}").input("Le litige en cours").run()
    button(app, "purge_reject").click().run()
    assert state(demonstration, proposed) is PurgeState.REJECTED
    assert "Rien n'a été effacé : cette purge a été refusée." in read(app)


def test_what_another_window_changed_decides_nothing_and_loses_nothing(look_at, demonstration, proposed):
    """The button that is pressed is of the list that was seen: of another list, it decides nothing."""
    app = look_at("purge", "approver-sales", number=str(proposed))
    app.text_area(key=f"purge_reject_reason_{proposed}").input("Le litige en cours").run()
    view = reviews.purge(demonstration, APPROVER, proposed)
    reviews.set_aside(demonstration, APPROVER, proposed, view.line.version, [1], reason="Vérifier")
    button(app, "purge_reject").click().run()
    assert not app.exception
    assert state(demonstration, proposed) is PurgeState.PROPOSED
    assert "Quelqu'un d'autre vient de modifier cette purge." in read(app)
    assert app.text_area(key=f"purge_reject_reason_{proposed}").value == "Le litige en cours"


def test_an_approval_of_a_list_that_has_changed_since_approves_nothing(look_at, demonstration, proposed):
    app = look_at("purge", "approver-sales", number=str(proposed))
    for box in app.checkbox:
        box.check()
    app.run()
    view = reviews.purge(demonstration, APPROVER, proposed)
    reviews.set_aside(demonstration, APPROVER, proposed, view.line.version, [1], reason="Vérifier")
    button(app, "purge_approve").click().run()
    assert state(demonstration, proposed) is PurgeState.PROPOSED
    assert button(app, "purge_approve").disabled, "the figure is ticked anew"


def test_a_record_is_set_aside_with_a_reason_and_a_day(look_at, demonstration, proposed):
    app = look_at("purge", "approver-sales", number=str(proposed), item="1")
    assert not app.exception
    assert "Ce qui reste, et pourquoi" in read(app)
    assert button(app, "purge_aside").disabled
    app.text_area(key=f"aside_reason_{proposed}").input("À vérifier").run()
    button(app, "purge_aside").click().run()
    view = reviews.purge(demonstration, DPO, proposed)
    assert view.line.items == view.proposed - 1


def test_it_starts_only_once_the_figure_is_ticked(look_at, demonstration, proposed, monkeypatch):
    started = []
    monkeypatch.setattr(purge_run, "start_execution", lambda _house, _actor, number: started.append(number))
    app = look_at("purge", number=str(approved(demonstration, proposed)))
    assert button(app, "purge_start").disabled
    app.checkbox[0].check().run()
    button(app, "purge_start").click().run()
    assert started == [proposed]


def test_an_auditor_sees_everything_and_may_do_nothing(look_at, demonstration, proposed):
    app = look_at("purge", "auditor", number=str(proposed))
    assert not app.exception
    assert keys(app) & {"purge_approve", "purge_reject", "purge_cancel", "purge_start", "purge_names"} == set()
    approved(demonstration, proposed)
    assert "purge_start" not in keys(look_at("purge", "auditor", number=str(proposed)))


def test_the_result_says_what_went_and_who_must_be_told(look_at, demonstration, proposed):
    execute(demonstration, DPO, approved(demonstration, proposed))
    app = look_at("purge", number=str(proposed))
    said = read(app)
    assert not app.exception
    assert "Ce qui a été effacé" in said
    assert "Ce que cette purge n'atteint pas" in said
    assert app.button(key="told_0").label == "J\u2019ai prévenu"
    app.button(key="told_0").click().run()
    assert any(each.told_at for each in reviews.purge(demonstration, DPO, proposed).notices)
    assert "prévenu le" in read(app)
    assert "Aucune purge n'est encore terminée." not in read(look_at("purges"))


def test_the_certificate_is_issued_once_and_can_be_taken(look_at, demonstration, proposed):
    execute(demonstration, DPO, approved(demonstration, proposed))
    app = look_at("purge", number=str(proposed))
    app = app.button(key="issue_certificate").click().run()
    assert not app.exception
    assert f"L'attestation de la purge {proposed} est émise." in read(app)
    [known] = certified(demonstration, DPO, Purpose.CONTESTS)
    assert known.certified_at
    again = look_at("purge", number=str(proposed))
    assert "issue_certificate" not in keys(again)
    assert [it.proto.label for it in again.get("download_button")] == ["L\u2019attestation (JSON)"]


def test_no_certificate_is_issued_where_erased_values_are_back(look_at, demonstration, proposed, monkeypatch):
    execute(demonstration, DPO, approved(demonstration, proposed))
    app = look_at("purge", number=str(proposed))

    def back(*_given):
        raise NotPossible("certificate_values_remain", purge=proposed, count=1)

    monkeypatch.setattr(purge_certificate, "certificate", back)
    app = app.button(key="issue_certificate").click().run()
    assert not app.exception
    assert "Aucune attestation n'est émise" in read(app)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_are_shown_for_one_look_only(look_at, proposed, language):
    app = look_at("purge", "approver-sales", number=str(proposed), language=language)
    app.button(key="purge_names").click().run()
    assert not app.exception
    assert not app.error
