"""What they did: orders, invoices, contests, contacts, disputes."""

import sqlite3

import numpy as np
from numpy.random import Generator

from diager_dpo.demonstration import commerce
from diager_dpo.demonstration.companies import FIRST_COMPANY
from diager_dpo.demonstration.contests import Consents, Contest, Entries, as_written
from diager_dpo.demonstration.moments import day_texts, instant_texts
from diager_dpo.demonstration.people import FIRST_CONTACT
from diager_dpo.demonstration.rows import insert, numbers, references
from diager_dpo.demonstration.traces import Disputes, Interactions


def write_sales(connection: sqlite3.Connection, rng: Generator, orders: commerce.Orders, lines: commerce.Lines) -> None:
    """Orders and their lines."""
    count = len(orders.on)
    insert(
        connection,
        "commande",
        [
            numbers(commerce.FIRST_ORDER, count),
            references(orders.company, FIRST_COMPANY),
            references(orders.person, FIRST_CONTACT),
            [commerce.CHANNELS[channel] for channel in orders.channel.tolist()],
            day_texts(orders.on),
            ["Livrer avant 8 heures" if asked else None for asked in rng.random(count) < 0.04],
        ],
    )
    columns = (lines.order + commerce.FIRST_ORDER, lines.article + 1, lines.quantity, lines.amount)
    insert(connection, "ligne_vente", [numbers(1, len(lines.order)), *columns])


def write_invoices(connection: sqlite3.Connection, invoices: commerce.Invoices) -> None:
    """Invoices; who is named on one is written afterwards (``residue``)."""
    count = len(invoices.on)
    ids = numbers(commerce.FIRST_INVOICE, count)
    insert(
        connection,
        "facture",
        [
            ids,
            [f"F{number}" for number in ids.tolist()],
            references(invoices.company, FIRST_COMPANY),
            references(invoices.person, FIRST_CONTACT),
            [None] * count,
            day_texts(invoices.on),
            invoices.total,
        ],
    )


def write_contests(
    connection: sqlite3.Connection, contests: tuple[Contest, ...], entries: Entries, consents: Consents, today: int
) -> None:
    """Operations, entries and consent events."""
    for contest in contests:
        announced = [as_written(day, today) for day in (contest.opens - 20, contest.opens, contest.closes)]
        row = [contest.code, contest.name, *announced, as_written(contest.keep_until, today), contest.keep_for]
        insert(connection, "operation", [[value] for value in (*row, contest.provider)])
    codes = np.array([contest.code for contest in contests], dtype=object)
    count = len(entries.contest)
    answers = np.array(["A", "B", "C"], dtype=object)[np.arange(count) % 3]
    person = entries.person + FIRST_CONTACT
    insert(
        connection,
        "participation",
        [numbers(1, count), codes[entries.contest], person, answers, instant_texts(entries.at)],
    )
    insert(
        connection,
        "consentement",
        [
            numbers(1, len(consents.contest)),
            codes[consents.contest],
            consents.person + FIRST_CONTACT,
            np.where(consents.newsletter, "lettre", "participation"),
            np.where(consents.withdrawn, "retire", "donne"),
            consents.notice,
            consents.channel,
            instant_texts(consents.at),
        ],
    )


def write_contacts(connection: sqlite3.Connection, interactions: Interactions) -> None:
    """Calls, mails, clicks, fairs, in and out."""
    count = len(interactions.person)
    direction = np.where(interactions.inbound, "entrant", "sortant")
    columns = (interactions.person + FIRST_CONTACT, direction, interactions.nature, instant_texts(interactions.at))
    insert(connection, "interaction", [numbers(1, count), *columns])


def write_disputes(connection: sqlite3.Connection, disputes: Disputes) -> None:
    """Disputes, open and settled."""
    count = len(disputes.person)
    about = [("livraison", "facture", "garantie")[place % 3] for place in range(count)]
    opened, closed = day_texts(disputes.opened), day_texts(disputes.closed)
    insert(
        connection,
        "litige",
        [numbers(1, count), disputes.person + FIRST_CONTACT, about, disputes.purpose, opened, closed],
    )
