"""The made-up company: its volumes, its habits, and that nobody in it exists."""

import re
import sqlite3
from datetime import date

import pytest

from diager_dpo.demonstration import is_demonstration, make_company
from tests.demonstration.conftest import TODAY, rows


def everything(path):
    tables = [name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: rows(path, f"SELECT * FROM {name}") for name in tables if name != "demonstration"}


def texts(path, *but):
    return (
        value
        for table, lines in everything(path).items()
        if table not in but
        for line in lines
        for value in line
        if isinstance(value, str)
    )


def test_the_same_day_gives_the_same_rows(company, tmp_path):
    again = tmp_path / "again.sqlite3"
    make_company(again, TODAY)
    assert everything(again) == everything(company)


def test_each_company_has_a_marker_of_its_own(company, tmp_path):
    again = tmp_path / "again.sqlite3"
    make_company(again, TODAY)
    assert is_demonstration(company)
    assert is_demonstration(again) != is_demonstration(company)


def test_another_database_has_no_marker(tmp_path):
    assert is_demonstration(tmp_path / "absent.sqlite3") is None
    (tmp_path / "text.sqlite3").write_text("not a database, but longer than its header would be" * 9)
    assert is_demonstration(tmp_path / "text.sqlite3") is None
    sqlite3.connect(tmp_path / "other.sqlite3").execute("CREATE TABLE contact (id)").connection.close()
    assert is_demonstration(tmp_path / "other.sqlite3") is None


def test_it_has_the_size_of_a_company(company):
    def count(table):
        return rows(company, f"SELECT COUNT(*) FROM {table}")[0][0]

    assert 5_700 <= count("contact") + count("piste") <= 6_300
    assert count("societe") == 1_500
    assert count("operation") == 8
    assert count("ligne_vente") == 120_000
    assert count("interaction") > 20_000
    assert rows(company, "SELECT COUNT(*) FROM societe WHERE entreprise_individuelle = 1")[0][0] > 50
    assert rows(company, "SELECT COUNT(DISTINCT groupe_id) FROM societe")[0][0] > 40


def test_sales_cover_six_years_in_every_family_region_and_channel(company):
    lines = "ligne_vente l JOIN commande o ON o.id = l.commande_id JOIN article a ON a.id = l.article_id"
    lines += " LEFT JOIN societe s ON s.id = o.societe_id"
    query = f"SELECT MIN(o.le), MAX(o.le), COUNT(DISTINCT famille_code), COUNT(DISTINCT region_code) FROM {lines}"
    first, last, families, regions = rows(company, query)[0]
    assert (date.fromisoformat(first) - TODAY).days < -6 * 360
    assert date.fromisoformat(last) < TODAY
    assert (families, regions) == (10, 12)
    assert rows(company, "SELECT COUNT(DISTINCT canal) FROM commande") == [(5,)]
    assert rows(company, "SELECT COUNT(*) FROM commande WHERE societe_id IS NULL")[0][0] > 0


def test_amounts_are_whole_cents_and_credit_notes_are_negative(company):
    assert rows(company, "SELECT DISTINCT typeof(montant_centimes) FROM ligne_vente") == [("integer",)]
    assert rows(company, "SELECT COUNT(*) FROM ligne_vente WHERE montant_centimes < 0")[0][0] > 1_000
    assert rows(company, "SELECT COUNT(*) FROM ligne_vente WHERE montant_centimes * quantite <= 0") == [(0,)]


def test_an_invoice_adds_up_to_the_lines_of_an_order(company):
    ordered = rows(company, "SELECT SUM(montant_centimes) FROM ligne_vente")
    assert rows(company, "SELECT SUM(total_centimes) FROM facture WHERE societe_id IS NULL")[0][0] is not None
    older = rows(company, "SELECT SUM(total_centimes) FROM facture WHERE date_facture < '2020' OR id < 600000")[0][0]
    assert rows(company, "SELECT SUM(total_centimes) FROM facture")[0][0] - older == ordered[0][0]


def test_the_database_is_sound(company):
    assert rows(company, "PRAGMA integrity_check") == [("ok",)]
    assert rows(company, "PRAGMA foreign_key_check") == []


def test_every_mail_address_ends_in_example(company):
    addresses = [text for text in texts(company) if "@" in text]
    assert len(addresses) > 5_000
    assert all(re.fullmatch(r"[a-z.0-9-]+@[a-z-]+\.example", address) for address in addresses)
    assert not any(re.search(r"\.(fr|com|net|org|eu)\b", text) for text in texts(company, "piece_jointe"))


def test_every_telephone_number_is_kept_for_fiction(company):
    found = [number for text in texts(company) for number in re.findall(r"\b0\d(?: \d\d){4}\b", text)]
    assert len(found) > 5_000
    assert {number[:8] for number in found} == {"01 99 00", "06 39 98"}


def test_progress_rises_to_the_end(tmp_path):
    heard = []
    make_company(tmp_path / "company.sqlite3", TODAY, lambda step, share: heard.append((step, share)))
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    assert heard[-1] == ("done", 1.0)


def test_a_making_that_was_killed_leaves_what_was_there(company, tmp_path, monkeypatch):
    path = tmp_path / "company.sqlite3"

    def killed(step, _share):
        if step == "indexes":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_company(path, TODAY, killed)
    assert not path.exists()
    make_company(path, TODAY)
    assert [file.name for file in tmp_path.iterdir()] == ["company.sqlite3"]
    assert everything(path)["contact"] == everything(company)["contact"]


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2025, 1, 1), date(2025, 12, 31), date(2027, 3, 31)])
def test_it_can_be_made_on_any_day(day, tmp_path):
    make_company(tmp_path / "company.sqlite3", day)
    assert rows(tmp_path / "company.sqlite3", "PRAGMA foreign_key_check") == []
