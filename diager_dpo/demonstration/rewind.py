"""The company as it was on an earlier day: what came later is deleted, what ended later runs again.

Facts dated after the day the company was made for are mistakes somebody typed; they stand since ever, and stay.
"""

# ruff: noqa: S608 names of tables and columns are our own, values are bound

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from diager_dpo.demonstration.marker import made_on

_LATER = "{0} >= :next AND {0} < :end"

# What came later, children first. Rows without a day of their own go with the one they belong to.
_DELETED = (
    ("consentement", _LATER.format("le")),
    ("participation", _LATER.format("le")),
    ("operation", _LATER.format("annoncee_le")),
    ("interaction", _LATER.format("le")),
    ("ligne_vente", f"commande_id IN (SELECT id FROM commande WHERE {_LATER.format('le')})"),
    ("commande", _LATER.format("le")),
    ("facture", _LATER.format("date_facture")),
    ("litige", _LATER.format("ouvert_le")),
    ("reclamation_message", _LATER.format("le")),
    ("reclamation", _LATER.format("le")),
    ("visite", _LATER.format("le")),
    ("note", _LATER.format("le")),
    ("piece_jointe", _LATER.format("le")),
    ("contrat_interlocuteur", f"contrat_id IN (SELECT id FROM contrat WHERE {_LATER.format('commence_le')})"),
    ("contrat_interlocuteur", f"contact_id IN (SELECT id FROM contact WHERE {_LATER.format('cree_le')})"),
    ("contrat", _LATER.format("commence_le")),
    ("contact", _LATER.format("cree_le")),
    ("societe", _LATER.format("creee_le")),
    ("piste", _LATER.format("importe_le")),
)

# Values that were written later, put back. The order matters: a contract reopens before its ends are forgotten.
_PUT_BACK = (
    f"""UPDATE societe SET titulaire_id = NULL
        WHERE titulaire_id IN (SELECT id FROM contact WHERE {_LATER.format("cree_le")})""",
    f"UPDATE contact SET opposition_le = NULL WHERE {_LATER.format('opposition_le')}",
    f"UPDATE piste SET dernier_retour_le = NULL WHERE {_LATER.format('dernier_retour_le')}",
    f"UPDATE litige SET clos_le = NULL WHERE {_LATER.format('clos_le')}",
    f"""UPDATE contrat SET statut = 'ouvert', fin_contrat_le = NULL, fin_commerciale_le = NULL
        WHERE statut = 'clos' AND {_LATER.format("MAX(fin_contrat_le, fin_commerciale_le)")}""",
)

# Each change kept the value it replaced: the first one after the day tells what stood there on it.
_UNDONE = """
UPDATE {table} SET {column} = earlier.ancienne_valeur
FROM (SELECT cle, ancienne_valeur, MIN(le) FROM modification
      WHERE table_nom = '{table}' AND champ = '{column}' AND le >= :next AND le < :end GROUP BY cle) AS earlier
WHERE earlier.cle = CAST({table}.{key} AS TEXT)
"""
_CHANGED = (("operation", "code", "conserver_jusqu_au"), ("contact", "id", "telephone"))


def rewind(path: Path, day: date) -> None:
    """Take a copy of the company back to the evening of ``day``, in place and in one transaction.

    Raises:
        ValueError: the file is no demonstration company, or ``day`` is not before the day it was made for.
    """
    made = made_on(path)
    if made is None or day >= made:
        raise ValueError(f"{path.name} is not a demonstration company that can be taken back to {day}")
    bounds = {"next": (day + timedelta(days=1)).isoformat(), "end": (made + timedelta(days=1)).isoformat()}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a copy that is read once
        connection.execute("BEGIN IMMEDIATE")
        for statement in _PUT_BACK:
            connection.execute(statement, bounds)
        for table, key, column in _CHANGED:
            connection.execute(_UNDONE.format(table=table, key=key, column=column), bounds)
        connection.execute(f"DELETE FROM modification WHERE {_LATER.format('le')}", bounds)
        for table, condition in _DELETED:
            connection.execute(f"DELETE FROM {table} WHERE {condition}", bounds)
        connection.execute("COMMIT")
