"""The overview: what it says, to whom, and what stands there when there is little to say."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.attention import matters
from diager_dpo.services.counting import counts
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.register import HORIZON_DAYS
from diager_dpo.store import tables
from diager_dpo.store.engine import writing
from diager_dpo.ui import formats, frame, matter_list
from diager_dpo.ui.record_counts import records


def texts(app):
    return [each.value for each in (*app.markdown, *app.subheader, *app.header, *app.caption, *app.info)]


def links(app):
    return [(each.proto.label, each.proto.query_string) for each in app.get("page_link")]


def due(demonstration, purpose, person="dpo"):
    today = demonstration.today()
    found = counts(demonstration, Identity(ISSUER, person), today, HORIZON_DAYS)
    return next(each for each in found.purposes if each.purpose is purpose)


def test_the_answer_stands_first_and_is_a_sentence(look_at, demonstration):
    app = look_at("overview")
    assert "conservées au-delà de ce qui était promis" in app.header[0].value
    late = due(demonstration, Purpose.PROSPECTING)
    days = formats.days((demonstration.today() - late.late_from).days)
    wanted = (
        f"**{records(late.due, Purpose.PROSPECTING)}** ont dépassé leur dernier jour, la plus ancienne depuis {days}."
    )
    assert wanted in texts(app)


def test_each_matter_leads_to_where_it_is_dealt_with(look_at, demonstration):
    late = due(demonstration, Purpose.PROSPECTING)
    assert (f":blue[Voir les {late.due} fiches]", "purpose=prospecting&status=due") in links(look_at("overview"))


def test_the_overview_speaks_english_as_well(look_at):
    app = look_at("overview", language="en")
    assert "kept for longer than promised" in app.header[0].value
    assert [each.value for each in app.header][1:2] == ["Late"]


def test_every_figure_says_why(look_at):
    app = look_at("overview")
    assert "Le dernier jour de conservation est passé." in texts(app)
    assert any(text.startswith("Faits lus le ") for text in texts(app))


def test_management_sees_totals_and_no_way_to_records(look_at):
    app = look_at("overview", "management")
    assert len(app.metric) >= 6
    assert not [label for label, query in links(app) if "purpose=" in query]


def test_an_approver_sees_the_purposes_of_the_role_only(look_at):
    app = look_at("overview", "approver-sales")
    said = " ".join(texts(app))
    assert "fiches de prospection" in said
    assert "comptabilité" not in said
    assert "gestion des clients" not in said


def test_one_plotly_chart_with_its_text_and_its_table(look_at):
    app = look_at("overview")
    (chart,) = app.get("plotly_chart")
    assert chart.proto.alt.startswith("Fiches arrivant à échéance chaque mois, par finalité.")
    assert [each for each in app.expander if each.label == "Chiffres de ce graphique"]


def test_nothing_to_do_is_said_with_what_comes_next(look_at, monkeypatch):
    monkeypatch.setattr("diager_dpo.services.attention.matters", lambda *_all: ())
    app = look_at("overview")
    assert app.header[0].value == "Rien ne demande votre attention aujourd\u2019hui."
    assert any(text.startswith("Prochaine échéance\u202f: ") for text in texts(app))


def test_points_that_remain_when_nothing_is_late_are_counted(look_at, demonstration):
    found = [m for m in matters(demonstration, Identity(ISSUER, "dpo"), demonstration.today(), 90) if m.code != "due"]
    assert matter_list.answer(found) == f"Rien n\u2019est en retard. Il reste {len(found)} points à voir."


def test_before_the_first_scan_the_reason_and_the_next_step_stand_there(look_at, monkeypatch):
    def never(*_all):
        raise NotPossible("never_scanned")

    monkeypatch.setattr("diager_dpo.services.counting.counts", never)
    app = look_at("overview")
    assert "jamais été analysée" in app.info[0].value
    assert ("Ouvrir la source", "") in links(app)
    assert not app.metric
    assert "L\u2019administrateur" not in app.info[0].value
    told = look_at("overview", "management")
    assert any("administrateur s\u2019en occupe" in text for text in texts(told))


@pytest.fixture
def started(monkeypatch):
    """The scans that opening the app starts, and never come."""
    found = []
    monkeypatch.setattr(frame, "start_scan", lambda _house, actor: found.append(actor.subject))
    return found


@pytest.fixture
def old_scan(demonstration):
    """The last scan ended two days ago."""
    ended = (demonstration.now() - timedelta(days=2)).isoformat()
    kept = tables.scan.c
    with demonstration.store.connect() as connection:
        before = connection.execute(tables.scan.select()).mappings().all()
    with writing(demonstration.store) as connection:
        connection.execute(update(tables.scan).where(kept.finished_at > ended).values(finished_at=ended))
    yield
    with writing(demonstration.store) as connection:
        for row in before:
            connection.execute(update(tables.scan).where(kept.id == row["id"]).values(finished_at=row["finished_at"]))
        connection.execute(delete(tables.scan).where(kept.id.not_in([row["id"] for row in before])))


@pytest.mark.usefixtures("old_scan")
def test_the_scan_that_opening_the_app_starts_is_shown_and_can_be_left(look_at, started):
    app = look_at("overview")
    assert started == ["dpo"]
    assert any("Vous pouvez quitter cette page" in text for text in texts(app))
    assert app.metric, "the former figures stay"
    app.run()
    assert started == ["dpo"]


@pytest.mark.usefixtures("old_scan")
@pytest.mark.parametrize("person", ["auditor", "management", "approver-sales"])
def test_who_may_not_scan_starts_none_and_waits_for_none(look_at, started, person):
    app = look_at("overview", person)
    assert started == []
    assert not any("quitter cette page" in text for text in texts(app))


def test_after_a_fresh_scan_none_is_awaited(look_at, started):
    app = look_at("overview")
    assert started == []
    assert not any("quitter cette page" in text for text in texts(app))
