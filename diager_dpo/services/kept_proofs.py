"""Keeps the proof of consents before an erasure takes them (rules, "Refusals outlive what they refuse")."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from diager_dpo.domain.anomalies import checked_events
from diager_dpo.domain.civil import NO_DAY, day_number, later
from diager_dpo.domain.consent_states import start_of_day
from diager_dpo.domain.words import ConsentEvent
from diager_dpo.services.installation import Installation
from diager_dpo.services.keys import PSEUDONYM, secret
from diager_dpo.services.pseudonyms import pseudonyms
from diager_dpo.services.source_engine import configured_source
from diager_dpo.source.narrowing import statements
from diager_dpo.source.rows import read_rows
from diager_dpo.store import consent_proofs, recorded_refusals
from diager_dpo.store.consent_proofs import Proof
from diager_dpo.store.engine import writing
from diager_dpo.store.fingerprints import keyed_marks

KEPT_MONTHS = 60  # Code civil, art. 2224 [K]


def keep_proofs(
    installation: Installation,
    store_connection: Connection,
    source_connection: Connection,
    persons: Sequence[str],
    operation: str = "",
) -> int:
    """Keep every consent event of these persons that is about to go; how many were not kept yet.

    Args:
        installation: whose key hashes.
        store_connection: a writing transaction of the store, to be committed before the source erases: a proof too many
            harms nobody, one too few is lost for ever.
        source_connection: a transaction of the source in which the events still are.
        persons: whose consents go.
        operation: of this operation only; empty for all of theirs.

    What people withdrew through this product is part of the proof.
    """
    source = configured_source(installation)
    today = day_number(installation.today())
    until = int(later(np.array([today], np.int32), KEPT_MONTHS)[0])
    if not persons:
        return 0
    names = dict(zip(persons, pseudonyms(installation, source.name, persons), strict=True))
    keys = np.array(persons, np.object_)
    marks = dict(zip(persons, keyed_marks(keys, secret(installation, PSEUDONYM)).tolist(), strict=True))
    proofs = []
    if "consents" in source.facts:
        planned = statements(source_connection, "consents", source.facts["consents"], persons)
        rows = read_rows(source_connection, planned, source.timezone, texts=True)
        at = rows["at"]
        dated = checked_events(at.day, today, required=True).day != NO_DAY
        for row in np.flatnonzero(dated).tolist():
            person, of = rows["person"][row], rows["operation"][row]
            if person in names and of and operation in ("", of):
                proofs.append(
                    Proof(
                        names[person], of, int(rows["subject"][row]), int(rows["event"][row]), int(at.micros[row]),
                        int(at.day[row]), int(at.pure[row]), rows["notice_version"][row].strip(),
                        rows["channel"][row].strip(), marks[person], until,
                    )
                )  # fmt: skip
    withdrawn = int(ConsentEvent.WITHDRAWN)
    proofs += [
        Proof(
            names[each.person], each.operation, each.about, withdrawn, start_of_day(each.on), each.on, 1, "",
            each.channel, marks[each.person], until,
        )
        for each in recorded_refusals.standing(store_connection, source.name, persons)
        if each.kind == recorded_refusals.WITHDRAWAL and operation in ("", each.operation)
    ]  # fmt: skip
    return consent_proofs.keep(store_connection, source.name, proofs)


def keep_proofs_first(
    installation: Installation, source_connection: Connection, persons: Sequence[str], operation: str = ""
) -> int:
    """The same in a transaction of its own, which is committed when this returns: before anything is erased."""
    if "consents" not in configured_source(installation).facts or not persons:
        return 0
    with writing(installation.store) as connection:
        return keep_proofs(installation, connection, source_connection, persons, operation)
