"""The source on screen: complete and clean, what to mend, who may do what about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from diager_dpo.services import source_state
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.scanning import Scan
from diager_dpo.services.source_state import SourceCheck
from diager_dpo.source.check import CheckReport, Code, TableCounts
from diager_dpo.source.grants import WriteAccess
from diager_dpo.source.problems import problem
from diager_dpo.ui import check_panel, scan_panel, scan_watch

NOW = datetime(2026, 3, 1, 11, tzinfo=UTC)
CLEAN = SourceCheck(NOW, CheckReport((), TableCounts(16, 8, 1, 0), "x"), "postgresql", ())
MENDED_LAST = problem(Code.KEY_LIKE_NAME, "piste", "reference", found=9, sampled=10)
BROKEN = replace(
    CLEAN,
    report=CheckReport(
        (problem(Code.TABLE_UNDECLARED, "lead"), problem(Code.TABLE_UNDECLARED, "spare"), MENDED_LAST),
        TableCounts(16, 8, 1, 2),
        "x",
    ),
    writable=(WriteAccess("contact", ("DELETE", "UPDATE")),),
)


def read(app):
    parts = [*app.title, *app.header, *app.markdown, *app.info, *app.warning, *app.error]
    said = "\n".join(each.value for each in parts) + "\n".join(each.proto.body for each in app.get("html"))
    return said.replace("\u00a0", " ").replace("\u202f", " ")


def buttons(app):
    return {each.key for each in app.button}


@pytest.fixture
def kept(monkeypatch):
    """``kept(check)``: what the store remembers of the last check."""

    def keep(checked):
        monkeypatch.setattr(source_state, "last_check_in", lambda connection, source: checked)

    return keep


def test_a_source_that_was_never_checked_is_not_called_complete(look_at, kept):
    kept(None)
    app = look_at("source")
    assert not app.exception
    assert app.header[0].value.startswith("Complet\u202f? Nul ne le sait")
    assert {"scan_now", "check_now"} <= buttons(app)


def test_a_clean_check_says_what_the_account_may_do(look_at, kept):
    kept(CLEAN)
    said = read(look_at("source"))
    assert "Rien à signaler" in said
    assert "PostgreSQL" in said
    assert "lecture seule : aucun droit" in said


def test_problems_are_sentences_with_what_to_do_blocking_first(look_at, kept):
    kept(BROKEN)
    app = look_at("source", language="en")
    said = read(app)
    assert app.header[0].value.startswith("Not complete: 2 problems make any purge impossible.")
    assert said.index("says nothing of the table `lead`") < said.index("read like names")
    assert said.count("Declare it in the source file") == 1, "one remedy for both tables"
    assert "**2 are not declared.**" in said


def test_an_account_that_could_write_is_warned_of(look_at, kept):
    kept(BROKEN)
    warned = look_at("source").warning[0].value
    assert "`contact` (DELETE, UPDATE)" in warned
    assert "docs/source-accounts.md" in warned


def test_facts_that_cannot_be_are_counted_with_keys(look_at):
    said = read(look_at("source"))
    assert "**Fin avant le début : " in said
    assert "- Relations, fin de la relation commerciale :small[`relations.commercial_end_on`] : " in said
    assert "contact:" in said.replace("\\", "")


def test_what_is_out_of_reach_stands_with_its_reason(look_at):
    assert "- **factures PDF** : sur le serveur de fichiers" in read(look_at("source"))


def test_every_scan_is_listed_with_its_day_and_whether_it_was_replayed(look_at):
    table = look_at("source").table[-1].value
    assert len(table) >= 7
    assert "terminée, rejouée" in set(table["État"])


def test_the_auditor_looks_and_starts_nothing(look_at, kept):
    kept(None)
    app = look_at("source", "auditor")
    assert not {"scan_now", "check_now"} & buttons(app)
    assert "Le DPO ou un administrateur" in read(app)


def test_the_administrator_may_scan_and_check_without_a_way_to_records(look_at):
    app = look_at("source", "administrator")
    assert {"scan_now", "check_now"} <= buttons(app)
    assert not [each for each in app.get("page_link") if "deadlines" in each.proto.page]


@pytest.mark.parametrize("person", ["management", "operator", "approver-sales"])
def test_who_may_not_see_the_source_does_not(look_at, person):
    with pytest.raises(ValueError, match="navigation page"):
        look_at("source", person)


def test_a_scan_that_is_refused_says_why(look_at, monkeypatch):
    def busy(installation, actor):
        raise NotPossible("scan_running")

    monkeypatch.setattr(scan_watch, "start_scan", busy)
    app = look_at("source")
    app.button(key="scan_now").click().run()
    assert "Une analyse est en cours" in app.error[0].value


def test_a_scan_that_was_asked_for_is_watched_until_it_appears(look_at, monkeypatch):
    asked = []
    monkeypatch.setattr(scan_watch, "start_scan", lambda installation, actor: asked.append(actor))
    app = look_at("source")
    app.button(key="scan_now").click().run()
    assert len(asked) == 1
    assert "scan_now" not in buttons(app)
    assert not app.exception


def test_a_check_that_cannot_be_made_says_why(look_at, monkeypatch):
    def unreachable(installation, actor):
        raise NotPossible("source_unavailable", correlation="abcd")

    monkeypatch.setattr(check_panel, "check", unreachable)
    app = look_at("source")
    app.button(key="check_now").click().run()
    assert "abcd" in app.error[0].value


def test_a_failed_scan_says_why_and_what_is_still_true(look_at, monkeypatch):
    app = look_at("source")
    assert not app.error
    said = scan_panel.failed_sentence(replace(_a_scan(), state="failed", error="unknown_column"))
    assert "{" not in said
    assert "Contrôler maintenant" in said


def _a_scan():
    return Scan(1, "done", NOW.date(), False, NOW, NOW, None, 5, 6, 1, 2, 3, None, "")
