"""One's own sessions, and who looked at what."""

from datetime import date

from sqlalchemy import delete

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Purpose, Status
from diager_dpo.services.access_log import note_search
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.records import RecordFilter, explain, find
from diager_dpo.services.sessions import open_session, revoke_session, sessions_of, who
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import access_log, session
from diager_dpo.ui import visit

DPO = Identity(ISSUER, "dpo")


def forget(installation, table):
    with writing(installation.store) as connection:
        connection.execute(delete(table))


def test_one_session_is_this_browser_only(look_at, demonstration):
    forget(demonstration, session)
    app = look_at("sessions", "management")
    assert not app.exception
    assert app.header[0].value == "Dans ce navigateur seulement."
    assert "end_others" not in {each.key for each in app.button}


def test_another_session_is_shown_and_ended(look_at, demonstration):
    forget(demonstration, session)
    other = open_session(demonstration, DPO)
    app = look_at("sessions")
    assert "1 autre" in app.header[0].value
    (end,) = [each for each in app.button if each.key and each.key.startswith("end_")]
    app = end.click().run()
    assert who(demonstration, other) is None
    assert app.header[0].value == "Dans ce navigateur seulement."


def test_all_others_are_ended_and_this_one_stays(look_at, demonstration):
    forget(demonstration, session)
    others = [open_session(demonstration, DPO) for _each in range(3)]
    strangers = open_session(demonstration, Identity(ISSUER, "auditor"))
    app = look_at("sessions")
    app.button(key="end_others").click().run()
    assert [who(demonstration, token) for token in others] == [None] * 3
    assert who(demonstration, strangers) is not None
    assert len(sessions_of(demonstration, visit.browser_token())) == 1


def test_a_session_that_was_ended_elsewhere_shows_nothing_more(look_at, demonstration):
    app = look_at("sessions")
    for each in sessions_of(demonstration, visit.browser_token()):
        revoke_session(demonstration, DPO, each.id)
    assert app.run().title[0].value == "Vous êtes déconnecté"


def test_nobody_looked_so_far_is_said(look_at, demonstration):
    forget(demonstration, access_log)
    app = look_at("access_log")
    assert not app.exception
    assert "Personne n\u2019a encore consulté de fiche." in app.header[0].value
    assert not app.dataframe


def test_what_was_looked_at_is_told_in_words_with_a_way_there(look_at, demonstration):
    forget(demonstration, access_log)
    due = RecordFilter(Purpose.PROSPECTING, Status.DUE)
    line = find(demonstration, DPO, due, demonstration.today(), 90).records[0]
    explain(demonstration, DPO, [line.person], demonstration.today())
    note_search(demonstration, DPO, 4)
    app = look_at("access_log", "auditor")
    told = list(app.dataframe[0].value["Quoi"])
    assert told == ["Recherche d\u2019une personne", f"Fiche {line.person}", "Liste\u202f: prospection, échue"]
    assert list(app.dataframe[0].value["Qui"]) == ["Hélène Rochelande"] * 3
    assert app.header[0].value.startswith("3 consultations en douze mois, par 1 personne")


def test_a_page_of_the_log_that_is_not_there_any_more_leads_to_the_last(look_at, demonstration):
    forget(demonstration, access_log)
    note_search(demonstration, DPO, 4)
    app = look_at("access_log", page="99")
    assert not app.info
    assert len(app.dataframe[0].value) == 1


def test_lines_are_narrowed_by_person_and_kind_in_the_address(look_at, demonstration):
    forget(demonstration, access_log)
    find(demonstration, Identity(ISSUER, "auditor"), RecordFilter(Purpose.CONTESTS), date(2026, 1, 1), 90)
    note_search(demonstration, DPO, 4)
    app = look_at("access_log", who=f"{ISSUER} dpo")
    assert len(app.dataframe[0].value) == 1
    assert len(look_at("access_log", kind="list").dataframe[0].value) == 1
    assert len(look_at("access_log", kind="nonsense").dataframe[0].value) == 2
    assert not look_at("access_log", kind="list", who=f"{ISSUER} dpo").dataframe


def test_the_register_flags_who_is_entitled_without_being_named(look_at):
    app = look_at("register")
    said = "\n".join(each.value for each in app.markdown)
    assert "**Comptabilité**\u202f: la charte ne désigne aucun destinataire" in said
    assert "Solène Vaulime" in said
    assert "**Prospection**\u202f: une personne" not in said
    assert any("Par leur mission" in each.value for each in app.caption)
