"""One person's consents as JSON, with the fields of a Kantara consent receipt (1.1.0); no claim of conformity.

Read live from the source, with what people recorded here; nothing of it is kept but that somebody looked.
"""

import json
from typing import Any, TypeAlias

import numpy as np

from diager_dpo.domain.charter import Field
from diager_dpo.domain.civil import day_date, day_number
from diager_dpo.domain.consent_states import end_of_day, states_at
from diager_dpo.domain.evidence import Missing, evidence
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import ConsentEvent, Purpose, Subject
from diager_dpo.services.access_log import note_records
from diager_dpo.services.errors import NotPossible, Refused
from diager_dpo.services.index_view import index_view
from diager_dpo.services.installation import Installation
from diager_dpo.services.pseudonyms import pseudonym
from diager_dpo.services.rules_in_force import charters_in_force
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.services.store_facts import completed
from diager_dpo.services.stored_refusals import with_proofs
from diager_dpo.source.connection import snapshot
from diager_dpo.source.narrowing import statements
from diager_dpo.source.reader import read_facts_of
from diager_dpo.source.rows import read_rows

FORMAT = "diager-dpo/consent-record/1"
Json: TypeAlias = dict[str, Any]


def consent_record(installation: Installation, actor: Identity, person: str) -> bytes:
    """The consents of a person: an object a pair of operation and subject, with its events and what its proof lacks.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``no_consent_facts``, ``person_unknown``, or what is wrong with the source.
    """
    today = day_number(installation.today())
    with index_view(installation, actor, Action.EXPORT_RECORDS) as view:
        source = configured_source(installation)
        if Purpose.CONTESTS not in view.purposes:
            raise Refused("not_permitted", action=Action.EXPORT_RECORDS.value)
        if "consents" not in source.facts:
            raise NotPossible("no_consent_facts")
        with source_engine(installation) as engine, snapshot(engine) as connection:
            found = read_facts_of(connection, source, [person], today=today)
            planned = statements(connection, "consents", source.facts["consents"], [person])
            texts = read_rows(connection, planned, source.timezone, texts=True)
        if not len(found.facts.persons.key):
            raise NotPossible("person_unknown")
        charters = charters_in_force(installation, installation.today())
        kept = with_proofs(installation, view.connection, source.name, found.facts, today)
        facts = completed(view.connection, source.name, kept, charters, today).facts
    note_records(installation, actor, {person: 1})
    assert facts.consents is not None
    assert facts.operations is not None
    states, proofs = states_at(facts.consents, end_of_day(today)), evidence(facts, today)
    lacks = dict(zip(proofs.operation.tolist(), proofs.missing.tolist(), strict=True))
    names = facts.operations
    services = []
    for operation, subject, state, since in zip(
        states.operation.tolist(), states.subject.tolist(), states.state.tolist(), states.since.tolist(), strict=True
    ):
        key = str(names.key[operation]) if operation >= 0 else ""
        services.append(
            {
                "service": str(names.name[operation] or key) if operation >= 0 else "",
                "operation": key,
                "purposes": [
                    {
                        "purpose": _purpose(subject),
                        "purposeCategory": ["contests" if subject == Subject.ENTRY else "prospecting"],
                        "consentType": "EXPLICIT",
                        "primaryPurpose": subject == Subject.ENTRY,
                        "state": ConsentEvent(state).code,
                        "since": day_date(since).isoformat(),
                        "termination": _termination(facts, operation),
                        "thirdPartyDisclosure": bool(operation >= 0 and names.provider[operation]),
                        "thirdPartyName": str(names.provider[operation] or "") if operation >= 0 else "",
                        "events": _events(texts, person, key, subject),
                        "missing": list(Missing(lacks.get(operation, 0)).codes) if subject == Subject.ENTRY else [],
                    }
                ],
            }
        )
    return json.dumps(_receipt(installation, source.name, person, services), ensure_ascii=False, indent=2).encode()


def _receipt(installation: Installation, source: str, person: str, services: list[Json]) -> Json:
    charter = installation.charters.current(installation.today())
    entry = next(each for each in charter.purposes if each.purpose is Purpose.CONTESTS)
    return {
        "format": FORMAT,
        "version": "KI-CR-v1.1.0",
        "conformity": "fields of the Kantara Consent Receipt Specification; no conformity is claimed",
        "jurisdiction": "FR",
        "consentTimestamp": int(installation.now().timestamp()),
        "collectionMethod": "see each event",
        "consentReceiptID": pseudonym(installation, f"{source}\0consent-record", person),
        "language": "fr",
        "piiPrincipalId": person,
        "piiControllers": [{"piiController": charter.controller, "contact": charter.contact, "email": charter.contact}],
        "policyUrl": charter.general_charter,
        "charter": charter.version,
        "recipients": [each.text.fr for each in entry.stated(Field.RECIPIENTS)],
        "services": services,
        "sensitive": False,
        "spiCat": [],
    }


def _purpose(subject: int) -> str:
    return Subject(subject).code


def _termination(facts: Any, operation: int) -> str:
    """As the operation announced it; empty where it did not."""
    if operation < 0:
        return ""
    until = int(facts.operations.keep_until[operation])
    months, days = int(facts.operations.keep_for_months[operation]), int(facts.operations.keep_for_days[operation])
    if 0 < until < day_number(day_date(2_932_896)):
        return day_date(until).isoformat()
    return f"P{months}M{days}D" if months >= 0 else ""


def _events(texts: Any, person: str, operation: str, subject: int) -> list[Json]:
    """What the source says, in the order of time."""
    at = texts["at"]
    rows = [
        row
        for row in range(texts.count)
        if (texts["person"][row], texts["operation"][row], int(texts["subject"][row])) == (person, operation, subject)
    ]
    order = sorted(rows, key=lambda row: int(at.micros[row]))
    return [
        {
            "event": ConsentEvent(int(texts["event"][row])).code,
            "on": day_date(int(at.day[row])).isoformat() if 0 < int(at.day[row]) < 2_932_896 else None,
            "timestamp": None if at.pure[row] else int(np.int64(at.micros[row]) // 1_000_000),
            "noticeVersion": texts["notice_version"][row],
            "collectionMethod": texts["channel"][row],
        }
        for row in order
    ]
