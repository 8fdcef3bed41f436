"""The certificate of an executed purge: issued once, from a read of this moment, and the same ever after.

It says what was found, never more: "logical erasure", and what no read of the source can see stands beside it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from diager_dpo.domain.certificate import Content, certificate_message
from diager_dpo.domain.journal import canonical, head_content
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.purges import PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import require
from diager_dpo.services.access_log import note_list
from diager_dpo.services.anchors import anchor, head_in
from diager_dpo.services.certificate_content import certified_content
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal_reading import expected_key
from diager_dpo.services.keys import signing_key
from diager_dpo.services.purge_second_look import look_once_more
from diager_dpo.services.purge_standing import standing
from diager_dpo.services.source_engine import configured_source
from diager_dpo.store import journal as journal_store
from diager_dpo.store import purge_certificates as store
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.purge_settlements import purge_row
from diager_dpo.store.tables import purge_certificate

CERTIFIED = "purge_certified"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it was issued. ``json``: its bytes; ``content``: the same, read."""

    purge: int
    json: bytes
    content: Content


@dataclass(frozen=True, slots=True)
class CertifiedPurge:
    """An executed purge; ``certified_at`` is ``None`` until somebody asks for its certificate."""

    purge: int
    executed_at: datetime | None
    certified_at: datetime | None


def certificate(installation: Installation, actor: Identity, number: int) -> Certificate:
    """The certificate of an executed purge, issued where it was not yet. Each time it leaves is written down.

    Of a purge by hand there is one once a scan has verified each item: it is executed only then.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``purge_state_differs`` where it is not executed,
            ``certificate_values_remain`` and ``certificate_receipts_missing`` where the source is no longer as the
            purge left it, or what is wrong with the source or the key.
    """
    with reading(installation.store) as connection:
        row = standing(installation, connection, actor, Action.SEE_PURGES, number)
        content = store.issued(connection, number)
    if row.state != PurgeState.EXECUTED:
        raise NotPossible("purge_state_differs", purge=number, state=row.state)
    if content is None:
        content = _issue(installation, actor, number)
        anchor(installation)
    read: Content = json.loads(content)
    note_list(installation, actor, Purpose(row.purpose), {"purge": str(number), "export": "certificate"}, 1)
    return Certificate(number, content.encode(), read)


def certified(installation: Installation, actor: Identity, purpose: Purpose) -> tuple[CertifiedPurge, ...]:
    """The executed purges of a purpose, newest first.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    require(installation, actor, Action.SEE_PURGES, purpose)
    source = configured_source(installation)
    with reading(installation.store) as connection:
        rows = store.of_purpose(connection, source.name, purpose)
    return tuple(
        CertifiedPurge(number, instant(executed) if executed else None, instant(certified) if certified else None)
        for number, executed, certified in rows
    )


def _issue(installation: Installation, actor: Identity, number: int) -> str:
    with reading(installation.store) as connection:
        row = purge_row(connection, number)
    assert row is not None
    found = look_once_more(installation, actor, row)
    if sum(found.remaining.values()):
        raise NotPossible("certificate_values_remain", purge=number, count=sum(found.remaining.values()))
    with writing(installation.store) as connection:
        standing(installation, connection, actor, Action.SEE_PURGES, number)
        journal_store.lock(connection)
        issued = store.issued(connection, number)
        if issued is not None:  # by somebody else, in between
            return issued
        last, head = journal_store.last(connection), head_in(installation, connection)
        assert last is not None
        assert head is not None
        key = signing_key(installation, expected_key(last))
        unsigned = {
            **certified_content(installation, connection, actor, number, found),
            "head": head_content(head),
            "key": key.id,
            "public_key": key.public.hex(),
        }
        content = canonical({**unsigned, "signature": key.sign(certificate_message(unsigned))})
        store.keep(connection, number, str(unsigned["issued_at"]), content)
        journal.record(
            installation,
            connection,
            actor,
            action=CERTIFIED,
            about=f"purge:{number}",
            details={"purpose": Purpose(row.purpose).code, "sha256": hashlib.sha256(content.encode()).hexdigest()},
            changed=[(purge_certificate, {"purge": number})],
        )
    return content
