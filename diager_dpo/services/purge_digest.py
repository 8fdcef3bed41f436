"""The digest of a list: what an approval names (docs/decisions/pseudonyms.md)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.domain.purges import ItemState, ListedItem, canonical
from diager_dpo.domain.verdicts import AppliedRule
from diager_dpo.domain.words import Anchor, Purpose
from diager_dpo.services.installation import Installation
from diager_dpo.services.pseudonyms import pseudonyms
from diager_dpo.store.record_queries import rules
from diager_dpo.store.tables import purge_item

_HEAD = ("uuid", "source", "operation", "as_of", "ground", "by_hand", "source_digest", "schema_fingerprint")


def digest_of(
    installation: Installation, connection: Connection, head: Mapping[str, Any], items: Sequence[tuple[Any, ...]]
) -> str:
    """SHA-256, hexadecimal.

    ``head``: the columns of ``purge``; ``items``: person, last day, anchor, its day, rule and live bits of each.
    """
    known = {number: _rule(rule) for number, rule in rules(connection).items()}
    names = pseudonyms(installation, head["source"], (item[0] for item in items))
    lines = (
        ListedItem(name, last_day, Anchor(anchor).code, anchor_on, known.get(rule, ""), live)
        for name, (_, last_day, anchor, anchor_on, rule, live) in zip(names, items, strict=True)
    )
    top = {name: head[name] for name in _HEAD}
    top |= {"purpose": Purpose(head["purpose"]).code, "charters": ",".join(json.loads(head["charters"]))}
    return hashlib.sha256(canonical(top, lines)).hexdigest()


def digest_now(installation: Installation, connection: Connection, row: Row[Any]) -> str:
    """The digest of what is still planned in a purge, from its rows as they are."""
    columns = ("person", "last_day", "anchor", "anchor_on", "rule", "live")
    query = select(*(purge_item.c[name] for name in columns)).where(
        purge_item.c.purge == row.id, purge_item.c.state == ItemState.PLANNED.value
    )
    items = [tuple(item) for item in connection.execute(query)]
    return digest_of(installation, connection, {**row._mapping}, items)  # noqa: SLF001 - SQLAlchemy's public name


def _rule(rule: AppliedRule) -> str:
    return f"{rule.duration}\t{rule.charter}\t{rule.clause}"
