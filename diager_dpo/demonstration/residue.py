"""What only SQL can say well: texts that repeat a person's name, and the rows a careful ERP would not hold.

Every statement takes its rows by number, so that it changes the same ones each time.
"""

# ruff: noqa: S608 names of tables and columns are our own, values are bound

import sqlite3

import numpy as np
from numpy.random import Generator

from diager_dpo.demonstration import names
from diager_dpo.demonstration.companies import FIRST_COMPANY, FIRST_CONTRACT
from diager_dpo.demonstration.contests import FIRST_ANNOUNCED, NOW_ANNOUNCED, PROLONGED_ON, Contest
from diager_dpo.demonstration.directory import EMPLOYEES
from diager_dpo.demonstration.moments import at_work, instant_texts
from diager_dpo.demonstration.people import FIRST_CONTACT, People
from diager_dpo.demonstration.rows import insert, numbers
from diager_dpo.demonstration.traces import some
from diager_dpo.domain.civil import day_date

_NAMED = """
UPDATE facture SET a_l_attention_de = (SELECT civilite || ' ' || nom FROM contact c WHERE c.id = facture.contact_id)
WHERE contact_id IS NOT NULL;
UPDATE commande SET instructions = (
  SELECT 'Livrer à l''attention de ' || c.civilite || ' ' || c.nom || ', tél. ' || c.telephone FROM contact c
  WHERE c.id = commande.contact_id)
WHERE contact_id IS NOT NULL AND id % 70 = 0;
UPDATE note SET texte = (SELECT 'Vu ' || c.prenom || ' ' || c.nom || ' au dépôt' FROM contact c
  WHERE c.societe_id = note.objet_id ORDER BY c.id LIMIT 1)
WHERE objet_type = 'societe' AND id % 3 = 0 AND objet_id IN (SELECT societe_id FROM contact);
"""

# Companies of one person, about half of them: a natural person trading under their own name.
_SOLE_TRADERS = """
UPDATE societe SET entreprise_individuelle = 1, groupe_id = NULL, titulaire_id = alone.id,
  raison_sociale = alone.prenom || ' ' || alone.nom || ' EI'
FROM (SELECT MIN(id) AS id, societe_id, nom, prenom FROM contact WHERE societe_id IS NOT NULL
      GROUP BY societe_id HAVING COUNT(*) = 1) AS alone
WHERE alone.societe_id = societe.id AND societe.id % 2 = 0;
"""

_CONTRACTS = f"""
UPDATE contrat SET fin_commerciale_le = '9999-12-31', fin_contrat_le = '9999-12-31'
WHERE id BETWEEN {FIRST_CONTRACT + 30} AND {FIRST_CONTRACT + 32};
UPDATE contrat SET commence_le = 'mars 2014' WHERE id = {FIRST_CONTRACT + 33};
UPDATE contrat SET fin_commerciale_le = '1900-01-01', fin_contrat_le = '1900-01-01', statut = 'clos'
WHERE id = {FIRST_CONTRACT + 34};
UPDATE contrat SET fin_commerciale_le = 'fin du chantier', fin_contrat_le = 'fin du chantier', statut = 'clos'
WHERE id = {FIRST_CONTRACT + 35};
"""

# Invoices whose date was mistyped, or is all zeros, of contacts that no other invoice names.
_INVOICES = """
INSERT INTO facture
SELECT 599100 + ROW_NUMBER() OVER (ORDER BY c.id), 'E' || c.id, c.societe_id, c.id, c.civilite || ' ' || c.nom,
  CASE ROW_NUMBER() OVER (ORDER BY c.id) WHEN 1 THEN '0000-00-00' ELSE date(:today, '+3650 days') END, 25000
FROM (SELECT * FROM contact WHERE origine = 'client' AND id NOT IN (SELECT contact_id FROM facture WHERE contact_id > 0)
      ORDER BY id LIMIT 3) c;
"""


def write_notes(connection: sqlite3.Connection, rng: Generator, people: People, today: int) -> None:
    """Notes and attachments with a polymorphic link, visits of two people, complaints, and former values."""
    person, at = some(rng, people, 2_400, today)
    kind = np.array(["contact"] * 7 + ["societe"] * 2 + ["contrat"], dtype=object)[np.arange(2_400) % 10]
    customer = kind != "contact"
    company = np.maximum(people.company[person], 0)
    about = np.where(customer, company + FIRST_COMPANY, person + FIRST_CONTACT)
    about = np.where(kind == "contrat", np.arange(2_400) % 700 + FIRST_CONTRACT, about)
    texts = np.array(["Rappeler après le salon", "Demande le nouveau tarif", "Préfère le courriel", "Essai concluant"])
    insert(connection, "note", [numbers(1, 2_400), kind, about, texts[np.arange(2_400) % 4], instant_texts(at)])

    person, at = some(rng, people, 500, today)
    files = [f"piece-{number}.pdf" for number in range(1, 501)]
    insert(
        connection,
        "piece_jointe",
        [numbers(1, 500), ["contact"] * 500, person + FIRST_CONTACT, files, instant_texts(at)],
    )

    person, at = some(rng, people, 900, today)
    second, _ = some(rng, people, 900, today)
    with_second = (np.arange(900) % 3 == 0) & (people.collected[second] < at // 86_400)
    seconds = (second + FIRST_CONTACT).astype(object)
    seconds[~with_second] = None
    staff = rng.integers(1, EMPLOYEES + 1, 900)
    report = ["Démonstration de couronnes sur chantier"] * 900
    insert(connection, "visite", [numbers(1, 900), person + FIRST_CONTACT, seconds, staff, report, instant_texts(at)])

    person, at = some(rng, people, 220, today)
    subject = [("casse", "retard", "erreur de référence")[place % 3] for place in range(220)]
    insert(connection, "reclamation", [numbers(1, 220), person + FIRST_CONTACT, subject, instant_texts(at)])
    of = np.arange(500) % 220
    answered = at_work(rng, np.minimum(at[of] // 86_400 + np.arange(500) // 220 * 2, today - 1).astype(np.int32))
    said = ["Bonjour, le foret s'est brisé au premier perçage."] * 500
    insert(connection, "reclamation_message", [numbers(1, 500), of + 1, said, instant_texts(answered)])


def write_changes(
    connection: sqlite3.Connection, rng: Generator, people: People, prolonged: Contest, today: int
) -> None:
    """Former values: telephone numbers of contacts, and the retention of the contest that was prolonged."""
    person, at = some(rng, people, 600, today)
    person, first = np.unique(person, return_index=True)
    at, count = at[first], len(person)
    old = names.telephones(rng, count, "01 99 00")
    insert(
        connection,
        "modification",
        [
            numbers(1, count),
            ["contact"] * count,
            [str(key) for key in (person + FIRST_CONTACT).tolist()],
            ["telephone"] * count,
            old,
            old,
            rng.integers(1, EMPLOYEES + 1, count),
            instant_texts(at),
        ],
    )
    connection.execute(
        "UPDATE modification SET nouvelle_valeur = (SELECT telephone FROM contact WHERE id = CAST(cle AS INTEGER))"
    )
    before, after, on = (day_date(today + day).isoformat() for day in (FIRST_ANNOUNCED, NOW_ANNOUNCED, PROLONGED_ON))
    row = (count + 1, "operation", prolonged.code, "conserver_jusqu_au", before, after, 3, f"{on}T09:12:00Z")
    connection.execute("INSERT INTO modification VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def write_residue(connection: sqlite3.Connection, today: int) -> None:
    """Names in texts, sole traders, and the facts that cannot be."""
    day = day_date(today).isoformat()
    for statement in (_NAMED + _SOLE_TRADERS + _CONTRACTS + _INVOICES).split(";")[:-1]:
        connection.execute(statement, {"today": day} if ":today" in statement else {})
    future = day_date(today + 400).isoformat()
    connection.execute("UPDATE consentement SET le = ? WHERE id = 11", (f"{future}T08:00:00Z",))
    connection.execute(
        "UPDATE contact SET opposition_le = ? WHERE id = (SELECT MIN(id) FROM contact WHERE origine = 'prospection')",
        (future,),
    )
    connection.executemany(
        "INSERT INTO participation (operation_code, contact_id, reponse, le) VALUES ('CJ03', ?, 'A', ?)",
        [(key, f"{day_date(today - 200).isoformat()}T08:00:00Z") for key in (None, None, None, *range(90_011, 90_018))],
    )
