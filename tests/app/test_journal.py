"""The journal's screen: what happened, in words; verification; what each role is shown."""

import shutil

import pytest

from diager_dpo.domain.permissions import Identity
from diager_dpo.services import journal
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.store.engine import writing
from diager_dpo.ui import entry_sentences

DPO = Identity(ISSUER, "dpo")


@pytest.fixture(scope="module")
def demonstration_home(made_home, tmp_path_factory):
    """A home of its own: tests of other screens write rows behind the journal, and a verification finds them."""
    home = tmp_path_factory.mktemp("journal") / "home"
    shutil.copytree(made_home, home)
    return home


def write(installation, action, about, why=None, **details):
    with writing(installation.store) as connection:
        number = None if why is None else journal.keep_reason(connection, why)
        journal.record(installation, connection, DPO, action=action, about=about, details=details, reason_id=number)


def test_the_dpo_reads_what_happened_and_verifies_it(look_at, demonstration):
    write(demonstration, "purge_approved", "purge:12", "tout est vu", purpose="contests")
    app = look_at("journal")
    assert not app.exception
    assert app.title[0].value == "Que s\u2019est-il passé\u202f?"
    assert "entrées au journal" in app.header[0].value
    first = app.dataframe[0].value.iloc[0]
    assert (first["Qui"], first["Quoi"]) == ("Hélène Rochelande", "La purge 12 a été approuvée.")
    app = app.button(key="verify_journal").click().run()
    assert not app.exception
    assert not app.error, [each.value for each in app.text]
    assert "Le journal est intact" in app.success[0].value
    assert any("aucun journal ne peut montrer" in each.value for each in app.caption)


def test_the_screen_speaks_english(look_at, demonstration):
    write(demonstration, "purge_approved", "purge:12")
    app = look_at("journal", language="en")
    assert app.title[0].value == "What happened?"
    assert app.dataframe[0].value.iloc[0]["What"] == "Purge 12 was approved."


def test_filters_stand_in_the_address_and_invalid_ones_fall_back(look_at, demonstration):
    write(demonstration, "purge_approved", "purge:77")
    app = look_at("journal", action="purge_approved", about="purge:77")
    assert list(app.dataframe[0].value["Quoi"]) == ["La purge 77 a été approuvée."]
    app = look_at("journal", about="purge:none")
    assert "Aucune entrée" in app.info[0].value
    app = look_at("journal", action="nonsense", who="x", **{"from": "x", "to": "y"}, page="9999")
    assert not app.exception
    assert len(app.dataframe[0].value)


def test_an_operator_sees_their_purpose_and_cannot_export(look_at, demonstration):
    write(demonstration, "purge_proposed", "purge:78", purpose="prospecting")
    write(demonstration, "purge_proposed", "purge:79", purpose="contests")
    app = look_at("journal", "operator")
    assert not app.exception
    told = " ".join(app.dataframe[0].value["Quoi"])
    assert "purge 78" in told
    assert "purge 79" not in told
    assert "journal_export" not in str([each.key for each in app.get("download_button")])


@pytest.mark.parametrize("person", ["management", "administrator"])
def test_who_may_not_see_it_is_not_led_there(look_at, demonstration, person):
    with pytest.raises(ValueError, match="navigation page"):
        look_at("journal", person)


def test_every_action_that_is_recorded_has_its_sentence_and_its_name():
    """Every code that a service hands to the journal, from the constants of the services."""
    import ast

    from diager_dpo.services.settings import CHECKOUT

    constants, used = {}, set()
    for path in (CHECKOUT / "diager_dpo" / "services").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.Name):
                names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                if len(names) == len(values):
                    for name, value in zip(names, values, strict=True):
                        if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                            constants[name.id, path.stem] = value.value
            if isinstance(node, ast.keyword) and node.arg == "action" and isinstance(node.value, ast.Name):
                used.add((node.value.id, path.stem))
    codes = {constants[key] for key in used if key in constants} - {None}
    assert "scan_done" in codes
    assert codes <= set(entry_sentences.ACTIONS)
    assert set(entry_sentences.ACTIONS) == set(entry_sentences._SHORT)


def test_a_reason_is_shown_with_the_entry(look_at, demonstration):
    write(demonstration, "hold_placed", "hold:1", "litige en cours", purpose="contests")
    app = look_at("journal")
    assert "Une suspension de purge a été posée." in list(app.dataframe[0].value["Quoi"])
