"""What a certificate says: from the stored result of a purge and from a read of this moment."""

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from diager_dpo.domain.certificate import FORMAT
from diager_dpo.domain.civil import day_date
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import ItemState
from diager_dpo.domain.words import Category, Purpose
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation
from diager_dpo.services.purge_lines import Reader, reader
from diager_dpo.services.purge_second_look import SecondLook
from diager_dpo.services.source_engine import configured_source
from diager_dpo.store import purge_certificates as store
from diager_dpo.store import purge_settlements as settlements
from diager_dpo.store.record_queries import rules
from diager_dpo.store.tables import purge

#: What no statement to the database reaches, wherever it runs.
BEYOND = ("backups", "replicas", "log_files", "free_pages")


def certified_content(
    installation: Installation, connection: Connection, actor: Identity, number: int, found: SecondLook
) -> dict[str, object]:
    """Everything but the head of the journal and the signature: text, integers, nothing, lists and objects of these.

    Raises:
        NotPossible: ``certificate_receipts_missing`` where the source has not the receipt of every erased item.
    """
    row = connection.execute(select(purge).where(purge.c.id == number)).one()
    reads, source = reader(installation, connection, actor, row.source), configured_source(installation)
    states = settlements.states(connection, number)
    erased = states[ItemState.ERASED]
    if found.receipts is not None and found.receipts != erased:
        raise NotPossible("certificate_receipts_missing", purge=number, expected=erased, found=found.receipts)
    return {
        "format": FORMAT,
        "claim": "logical_erasure",
        "issued_at": installation.now().isoformat(),
        "issued_by": reads.name(actor.issuer, actor.subject),
        "purge": {"number": number, "id": row.uuid, "list_digest": row.digest, "ground": row.ground},
        "purpose": Purpose(row.purpose).code,
        "operation": {"key": row.operation, "name": reads.operations.get(row.operation, "")} if row.operation else None,
        "as_of": day_date(row.as_of).isoformat(),
        "source": {
            "name": row.source,
            "title": {"fr": source.title.fr, "en": source.title.en},
            "file_sha256": row.source_digest,
            "schema_fingerprint": row.schema_fingerprint,
        },
        "charters": json.loads(row.charters),
        "rules": _rules(connection, number),
        "decisions": _decisions(row, reads),
        "items": {"proposed": row.proposed, **{state.value: n for state, n in states.items() if n or state in _ALWAYS}},
        "not_erased": [
            {"state": state, "why": why, "items": n} for (state, why), n in store.not_erased(connection, number).items()
        ],
        **_places(connection, number),
        "verified": _verified(row, found),
        "out_of_reach": {
            "beyond": list(BEYOND),
            "backups_kept_for": None if source.backups_kept_for is None else str(source.backups_kept_for),
            "declared": _reasons(source.out_of_reach),
            "other_persons": _reasons(source.other_persons),
            "not_personal": _reasons(source.not_personal),
        },
    }


_ALWAYS = (ItemState.ERASED, ItemState.SKIPPED, ItemState.FAILED, ItemState.SET_ASIDE)


def _rules(connection: Connection, number: int) -> list[dict[str, object]]:
    known, answer = rules(connection), []
    for (category, rule), n in store.erased_by_rule(connection, number).items():
        applied = known.get(rule)
        answer.append(
            {
                "category": Category(category).code,
                "duration": applied.duration if applied else "",
                "charter": applied.charter if applied else "",
                "clause": applied.clause if applied else "",
                "effective": applied.effective.isoformat() if applied else "",
                "items": n,
            }
        )
    return answer


def _decisions(row: Row[Any], reads: Reader) -> dict[str, object]:
    return {
        "proposed": {"by": reads.name(row.proposer_issuer, row.proposer_subject), "at": row.proposed_at},
        "approved": {"by": reads.name(row.approver_issuer, row.approver_subject), "at": row.decided_at},
        "executed": {"begun_at": row.started_at, "at": row.finished_at, "by_hand": bool(row.by_hand)},
    }


def _places(connection: Connection, number: int) -> dict[str, object]:
    found = store.places(connection, number)
    return {
        "erased": [
            {"table": it.table, "column": it.column or None, "planned": it.planned, "gone": it.gone, "remaining": 0}
            for it in found
            if it.planned or it.gone
        ],
        "unlinked": [{"table": it.table, "rows": it.unlinked} for it in found if it.unlinked],
        "residue": [
            {"table": table, "column": column, "places": n}
            for (table, column), n in store.residue(connection, number).items()
        ],
    }


def _verified(row: Row[Any], found: SecondLook) -> dict[str, object]:
    """The read with the keys at the end of the execution, and the one of this moment without them."""
    return {
        "at_the_end": {"at": row.finished_at, "remaining": 0},
        "when_issued": {"remaining": 0, "recognised": found.recognised, "receipts": found.receipts},
    }


def _reasons(declared: Any) -> list[dict[str, str]]:
    return [{"what": what, "reason": reason} for what, reason in sorted(declared.items())]
