"""Tables and columns of a company's database in plain words, so that who signs knows what goes.

A source file names places as its database spells them. The words that databases use for people are few: they are told
here. A name that is not among them is shown as it reads; the technical name always stands beside.
"""

from collections.abc import Mapping

from diager_dpo.ui.language import N_, _

_TABLES: Mapping[str, str] = {
    "commande": N_("orders"),
    "consentement": N_("consents"),
    "contact": N_("contacts"),
    "contrat_interlocuteur": N_("persons named in contracts"),
    "facture": N_("invoices"),
    "interaction": N_("exchanges with the person"),
    "litige": N_("disputes"),
    "modification": N_("history of changes"),
    "note": N_("notes"),
    "participation": N_("contest entries"),
    "piece_jointe": N_("attachments"),
    "piste": N_("imported leads"),
    "reclamation": N_("complaints"),
    "reclamation_message": N_("messages of complaints"),
    "societe": N_("companies"),
    "visite": N_("visits"),
    "company": N_("companies"),
    "customer": N_("customers"),
    "customers": N_("customers"),
    "invoice": N_("invoices"),
    "lead": N_("imported leads"),
    "orders": N_("orders"),
}
_COLUMNS: Mapping[str, str] = {
    "a_l_attention_de": N_("for the attention of"),
    "address": N_("postal address"),
    "adresse": N_("postal address"),
    "birth_date": N_("date of birth"),
    "birthday": N_("date of birth"),
    "city": N_("town"),
    "civilite": N_("form of address"),
    "compte_rendu": N_("report"),
    "courriel": N_("e-mail address"),
    "date_naissance": N_("date of birth"),
    "email": N_("e-mail address"),
    "first_name": N_("first name"),
    "fonction": N_("position"),
    "instructions": N_("instructions"),
    "last_name": N_("family name"),
    "mobile": N_("mobile telephone"),
    "name": N_("name"),
    "nom": N_("family name"),
    "note": N_("note"),
    "phone": N_("telephone"),
    "prenom": N_("first name"),
    "raison_sociale": N_("company name"),
    "telephone": N_("telephone"),
    "texte": N_("text"),
    "ville": N_("town"),
    "zip": N_("postcode"),
}


def table_words(table: str) -> str:
    """What a table holds: ``piece_jointe`` reads "attachments"."""
    return _(_TABLES[table.lower()]) if table.lower() in _TABLES else _as_it_reads(table)


def column_words(column: str) -> str:
    """What a column holds: ``email`` reads "e-mail address"."""
    return _(_COLUMNS[column.lower()]) if column.lower() in _COLUMNS else _as_it_reads(column)


def technical(table: str, column: str) -> str:
    """The place as the database spells it."""
    return f"{table}.{column}" if column else table


def _as_it_reads(name: str) -> str:
    return name.replace("_", " ").strip()
