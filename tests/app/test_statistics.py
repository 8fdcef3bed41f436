"""The screen of statistics: published cells only, whatever the address, the widgets or a forged message say."""

import shutil
from itertools import product

import pytest
from sqlalchemy import delete, insert

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.access import actor_grants
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.publication_plan import load_plan
from diager_dpo.services.statistics_views import View, view
from diager_dpo.store import published, tables
from diager_dpo.store.engine import writing
from diager_dpo.store.published import CellRow, MonthRow
from diager_dpo.ui import frame, publication_watch, visit
from diager_dpo.ui.registry import permitted

DPO = Identity(ISSUER, "dpo")
FAMILIES, REGIONS, CHANNELS = ("Burins", "Forets <b>"), ("Est", "Ouest"), ("web", "agence")
SECOND = {"family_region": REGIONS, "family_channel": CHANNELS}


def texts(app):
    found = (*app.header, *app.markdown, *app.caption, *app.info, *app.error)
    return "\n".join([*(each.value for each in found), *(each.proto.body for each in app.get("html"))]).replace(
        "\u202f", " "
    )


@pytest.fixture(scope="session")
def demonstration_home(made_home, tmp_path_factory):
    """A home of their own: these tests publish."""
    home = tmp_path_factory.mktemp("statistics") / "home"
    shutil.copytree(made_home, home)
    return home


def write(there, month, *, state=published.PUBLISHED, hidden=("Burins", "Est"), amount=1_000_000):
    """A month of two tables of two by two, with one hidden pair in the first."""
    plan = load_plan()
    cells = []
    for table, others in SECOND.items():
        for family, other in product((*FAMILIES, "*"), (*others, "*")):
            value = None if table == "family_region" and (family, other) == hidden else amount
            key = (other, "*") if table == "family_region" else ("*", other)
            cells.append(CellRow(month, table, family, *key, value, value and 10, value and 6))
    reason = "" if state == published.PUBLISHED else "audit"
    with writing(there.store) as connection:
        published.keep_plan(connection, plan.digest, plan.text)
        row = MonthRow(month, state, reason, "2026-11-20T00:00:00+00:00", plan.digest, 1, "")
        published.write(connection, there.source.name, row, cells if state == published.PUBLISHED else [])


@pytest.fixture
def empty(demonstration):
    with writing(demonstration.store) as connection:
        for table in (tables.late_sales, tables.publication):
            connection.execute(delete(table))
    return demonstration


@pytest.fixture(scope="session")
def _months():
    return []


@pytest.fixture
def sold(empty, _months):
    """Fourteen published months; written once, as the store never lets go of one."""
    if not _months:
        _months.extend(f"{2025 + at // 12}-{at % 12 + 1:02d}" for at in range(8, 22))
        for at, month in enumerate(_months):
            write(empty, month, amount=1_000_000 + 100_000 * at)
        write(empty, "2025-08", state=published.NOT_PUBLISHABLE)
    return empty


# Before anything is published: these come first, on the same home.


def test_where_nothing_is_published_the_page_says_so_and_the_dpo_may_start(look_at, empty):
    app = look_at("statistics")
    assert not app.exception
    assert "Aucun mois n\u2019est encore publié" in texts(app)
    assert [each.key for each in app.button] == ["publish_now"]


def test_who_may_not_publish_is_told_who_does(look_at, empty):
    app = look_at("statistics", "management", language="en")
    assert "The DPO starts it" in texts(app)
    assert not app.button


def test_the_button_starts_one_worker_and_shows_that_it_begins(look_at, empty, monkeypatch):
    started = []
    monkeypatch.setattr(publication_watch, "start_publication", lambda _house, actor: started.append(actor))
    app = look_at("statistics")
    app.button(key="publish_now").click().run()
    assert not app.exception
    assert started == [DPO]
    assert "Vous pouvez quitter cette page" in texts(app)
    assert not app.button


def test_a_failed_publication_says_what_happened(look_at, empty):
    with writing(empty.store) as connection:
        published.begin(connection, empty.source.name, "2026-11-20T00:00:00+00:00")
        published.end(connection, empty.source.name, "2026-11-20T00:00:00+00:00", "source_timed_out")
    app = look_at("statistics")
    assert "mal terminée" in texts(app)
    assert "trop de temps" in texts(app)


def test_a_source_without_sales_has_nothing_to_publish(look_at, empty, monkeypatch):
    monkeypatch.delitem(visit.installation().source.facts, "sales")
    assert "ne donne pas de ventes" in texts(look_at("statistics"))


# Then with months.


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_answer_stands_first(look_at, sold, language):
    app = look_at("statistics", "management", language=language)
    assert not app.exception
    said = {"fr": "En octobre 2026, les ventes nettes ont atteint 23 000 €, +109,1 % sur un an.",
            "en": "In October 2026, net sales came to €23,000, +109.1% on the year."}  # fmt: skip
    assert app.header[0].value.replace("\u202f", " ") == said[language]
    assert len(app.get("plotly_chart")) == 2
    assert all(each.proto.alt for each in app.get("plotly_chart"))


@pytest.mark.parametrize("layout", ["family", "region", "cross", "grid"])
def test_never_more_than_two_charts(look_at, sold, layout):
    app = look_at("statistics", by=layout)
    assert not app.exception
    assert len(app.get("plotly_chart")) == (2 if layout in ("family", "region") else 1)


def test_what_is_hidden_is_a_sign_that_is_explained_once(look_at, sold):
    app = look_at("statistics", by="cross")
    assert texts(app).count("secret statistique)") == 1
    assert '<td class="none">n.d.</td>' in texts(app)
    assert "Forets &lt;b&gt;" in texts(app)


def test_a_month_that_is_not_published_says_why(look_at, sold):
    app = look_at("statistics")
    assert "août 2025 n\u2019est pas publié. L\u2019audit indépendant a refusé" in texts(app)
    assert "(non publié)" in texts(app)  # the months a year before


def test_a_view_can_be_sent(look_at, sold):
    app = look_at("statistics", **{"table": "family_channel", "from": "2026-09", "family": "Burins", "by": "channel"})
    assert not app.exception
    assert {each.key: each.value for each in app.selectbox} == {
        "to": "2026-10", "from": "2026-09", "family": "Burins", "channel": "",
    }  # fmt: skip
    assert "De septembre 2026 à octobre 2026" in texts(app)


@pytest.mark.parametrize(
    "forged",
    [
        {"table": "region_channel"},
        {"table": "unit"},
        {"family": "*"},
        {"family": "Burins' OR 1=1"},
        {"table": "family_region", "channel": "web"},
        {"from": "2026-10", "to": "2025-09"},
        {"from": "2020-01", "to": "2030-01"},
        {"to": "2025-08"},
        {"by": "unit"},
        {"by": "channel"},
    ],
)
def test_what_the_address_forges_is_ignored(look_at, sold, forged):
    app = look_at("statistics", **forged)
    assert not app.exception
    assert not app.error
    assert {each.key: each.value for each in app.selectbox}["family"] == ""
    assert "channel" not in {each.key for each in app.selectbox}


@pytest.mark.parametrize("key", ["to", "from", "family", "region"])
def test_a_forged_message_shows_no_other_view(look_at, sold, key):
    """What a browser sends for a widget, with a value that the widget does not offer."""
    app = look_at("statistics")
    states = app._tree.get_widget_states()
    mine = next(each for each in states.widgets if each.id.endswith(f"-{key}"))
    mine.string_value = "2024-01" if key in ("to", "from") else "*"
    app._run(states)
    assert not app.exception
    assert app.header[0].value.startswith("En octobre 2026")
    assert "De novembre 2025 à octobre 2026" in texts(app)


def test_who_has_no_right_has_no_screen(demonstration):
    for person in ("operator", "approver-sales", "administrator"):
        opened = {each.address for each in permitted(actor_grants(demonstration, Identity(ISSUER, person)))}
        assert "statistics" not in opened


def test_every_combination_outside_the_plan_is_refused(sold):
    """Table, labels of each dimension, period and layout: what the plan has is answered, all else is refused."""
    plan = {it.name: {each.value for each in it.dimensions} for it in load_plan().plan.tables}
    answered = refused = 0
    asked = product(
        (*plan, "region_channel", ""),
        (None, "Burins", "*"),
        (None, "Est"),
        (None, "web"),
        (("2026-09", "2026-10"), ("2026-10", "2026-09")),
        ("months", "region", "channel", "cross", "grid", "unit"),
    )
    for table, family, region, channel, (first, last), layout in asked:
        chosen = {name: it for name, it in (("family", family), ("region", region), ("channel", channel)) if it}
        free = plan.get(table, set()) - set(chosen)
        of_free = free | ({"cross"} if len(free) == 2 else set()) | ({"grid"} if free else set())
        within = (
            table in plan
            and set(chosen) <= plan[table]
            and "*" not in chosen.values()
            and first == "2026-09"
            and layout in of_free | {"months"}
        )
        wanted = View(table, first, last, layout, family, region, channel)
        if within:
            assert view(sold, DPO, wanted).view == wanted
            answered += 1
            continue
        with pytest.raises(NotPossible) as error:
            view(sold, DPO, wanted)
        assert error.value.code == "view_not_published"
        refused += 1
    assert answered == 20
    assert refused > 300


def test_the_overview_tells_of_months_without_statistics_once(look_at, sold):
    said = texts(look_at("overview"))
    assert said.count("ne sont pas publiées") == 1
    with writing(sold.store) as connection:
        values = {"source": sold.source.name, "month": "2026-10", "lines": 2, "mark": "x", "noticed_at": "2026-11-21"}
        connection.execute(insert(tables.late_sales), values)
    assert "Les ventes de **1 mois publié** ont changé" in texts(look_at("overview", "management"))
    assert "ont changé après la publication" in texts(look_at("statistics"))


def test_opening_the_app_looks_once_a_session_whether_something_is_to_be_published(look_at, sold, monkeypatch):
    looked = []
    monkeypatch.setattr(frame, "publish_by_itself", looked.append)
    app = look_at("overview", "operator")
    app.run()
    assert looked == [sold]
