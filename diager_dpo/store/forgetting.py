"""Takes the keys of erased persons out of the store: what remains of them is a keyed hash, for as long as it is needed.

A person who is still known for another purpose keeps their key where the index needs it, and in ``purged_record``.
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, Table, bindparam, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from diager_dpo.store.consent_proofs import forget_key
from diager_dpo.store.fingerprints import keyed_marks
from diager_dpo.store.membership import within
from diager_dpo.store.tables import (
    access_log,
    finding,
    gone_person,
    hold,
    purge_item,
    purged_record,
    qualified_record,
    record,
    scan,
)


def note_purged(
    connection: Connection, source: str, persons: Sequence[str], purpose: int, operation: str, *, on: int, purge: int
) -> None:
    """Note that these records have left the scope: only a later fact opens a new one."""
    if not persons:
        return
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = build(purged_record)
    adding = adding.on_conflict_do_update(
        index_elements=list(purged_record.primary_key.columns),
        set_={"on": adding.excluded.on, "purge": adding.excluded.purge},
    )
    row = {"source": source, "purpose": purpose, "operation": operation, "on": on, "purge": purge}
    connection.execute(adding, [row | {"person": person} for person in persons])


def purged_before(connection: Connection, source: str, persons: Sequence[str]) -> set[str]:
    """Which of these persons lost a record to a purge and are not forgotten yet."""
    query = select(purged_record.c.person).where(
        purged_record.c.source == source, within(connection, purged_record.c.person, persons)
    )
    return set(connection.execute(query.distinct()).scalars())


def in_index(connection: Connection, source: str, persons: Sequence[str]) -> set[str]:
    """Which of these persons have a record left in the index."""
    query = select(record.c.person).where(record.c.source == source, within(connection, record.c.person, persons))
    return set(connection.execute(query.distinct()).scalars())


def pseudonymise_items(connection: Connection, purge: int, pseudonyms: Mapping[str, str]) -> None:
    """Replace the key of each erased item of a purge. ``pseudonyms``: of every key among them.

    The plus keeps SQLite from walking all items of the purge once for each key: it is to find each by its key.
    """
    _replace(
        connection,
        purge_item,
        "person = NULL, pseudonym = m.value",
        "state = 'erased' AND +purge = :purge",
        pseudonyms,
        purge=purge,
    )


def forget_persons(
    connection: Connection, source: str, pseudonyms: Mapping[str, str], forget_on: int | None, key: bytes
) -> None:
    """Take every key of these persons out of the store. Nothing is left of them in the index.

    Args:
        connection: a writing transaction.
        source: its name.
        pseudonyms: of each key what replaces it.
        forget_on: the day from which that goes too; ``None`` where nobody said how long backups are kept.
        key: of the marks that find candidates.
    """
    if not pseudonyms:
        return
    persons = sorted(pseudonyms)
    _keep_marks(connection, source, pseudonyms, forget_on, key)
    for table in (purged_record, qualified_record):
        connection.execute(delete(table).where(table.c.source == source, within(connection, table.c.person, persons)))
    _replace(connection, purge_item, "person = NULL, pseudonym = m.value", "state = 'erased'", pseudonyms)
    _replace(connection, purge_item, "person = m.value, pseudonym = m.value", "state <> 'erased'", pseudonyms)
    _replace(connection, access_log, "person = m.value", "kind = 'record'", pseudonyms)
    # A suspension without a person would be one of everybody: it keeps the pseudonym.
    _replace(connection, hold, "person = m.value", "source = :source", pseudonyms, source=source)
    _forget_examples(connection, source, set(persons))
    forget_key(connection, source, pseudonyms, key)  # of consents and refusals; what must outlive the person stays


def drop_pseudonyms(connection: Connection, source: str, today: int) -> int:
    """Forget the pseudonyms whose last backup is over; how many persons that were.

    What cannot be without a person, a suspension or an item that was skipped, names the empty key: nobody.
    """
    over = select(gone_person.c.pseudonym).where(gone_person.c.source == source, gone_person.c.forget_on <= today)
    dropped = list(connection.execute(over.distinct()).scalars())
    if not dropped:
        return 0
    held = within(connection, hold.c.person, dropped)
    connection.execute(update(hold).where(hold.c.source == source, held).values(person=""))
    looked = update(access_log).where(within(connection, access_log.c.person, dropped))
    connection.execute(looked.values(person=None))
    of_items = within(connection, purge_item.c.pseudonym, dropped)
    connection.execute(update(purge_item).where(of_items, purge_item.c.person.is_not(None)).values(person=""))
    connection.execute(update(purge_item).where(of_items).values(pseudonym=None))
    gone = within(connection, gone_person.c.pseudonym, dropped)
    connection.execute(delete(gone_person).where(gone_person.c.source == source, gone))
    return len(dropped)


def _keep_marks(
    connection: Connection, source: str, pseudonyms: Mapping[str, str], forget_on: int | None, key: bytes
) -> None:
    """Every record of theirs that a purge took, this one or an earlier one."""
    p = purged_record.c
    query = select(p.person, p.purpose, p.operation, p.purge)
    rows = connection.execute(query.where(p.source == source, within(connection, p.person, sorted(pseudonyms)))).all()
    if not rows:
        return
    persons = np.array([row.person for row in rows], np.object_)
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = build(gone_person)
    adding = adding.on_conflict_do_update(
        index_elements=list(gone_person.primary_key.columns),
        set_={"purge": adding.excluded.purge, "forget_on": adding.excluded.forget_on},
    )
    connection.execute(
        adding,
        [
            {
                "source": source,
                "pseudonym": pseudonyms[row.person],
                "purpose": row.purpose,
                "operation": row.operation,
                "mark": mark,
                "purge": row.purge,
                "forget_on": forget_on,
            }
            for row, mark in zip(rows, keyed_marks(persons, key).tolist(), strict=True)
        ],
    )


def _replace(
    connection: Connection, table: Table, change: str, where: str, pseudonyms: Mapping[str, str], **values: str | int
) -> None:
    """One statement for all persons, who come as one parameter."""
    if not pseudonyms:
        return
    given = "json_each(:given)" if connection.dialect.name == "sqlite" else "json_each_text(CAST(:given AS json))"
    statement = f"UPDATE {table.name} SET {change} FROM {given} AS m WHERE {where} AND person = m.key"  # noqa: S608
    connection.execute(text(statement), {"given": json.dumps(dict(pseudonyms)), **values})


def _forget_examples(connection: Connection, source: str, persons: set[str]) -> None:
    """Findings of scans name a few keys as examples."""
    f = finding.c
    mine = f.scan.in_(select(scan.c.id).where(scan.c.source == source))
    rows = connection.execute(select(f.scan, f.anomaly, f.fact, f.column, f.examples).where(mine, f.examples != "[]"))
    changed = [
        {
            "of_scan": row.scan,
            "of_anomaly": row.anomaly,
            "of_fact": row.fact,
            "of_column": row.column,
            "kept": json.dumps([key for key in json.loads(row.examples) if key not in persons]),
        }
        for row in rows.all()
        if persons.intersection(json.loads(row.examples))
    ]
    if changed:
        here = [f[name] == bindparam(f"of_{name}") for name in ("scan", "anomaly", "fact", "column")]
        connection.execute(update(finding).where(*here).values(examples=bindparam("kept")), changed)
