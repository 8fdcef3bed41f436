"""What a scan writes of contests beside their records: entries with their proof, what announcements became."""

import numpy as np
from sqlalchemy import Connection

from diager_dpo.domain.civil import is_day
from diager_dpo.domain.evidence import evidence
from diager_dpo.domain.verdicts import Decision
from diager_dpo.services.store_facts import Completed
from diager_dpo.store import announcements, consent_proofs, entry_consents


def write_contests(
    connection: Connection, source_name: str, completed: Completed, decision: Decision, today: int
) -> None:
    """Everything the screens of contests read, in the transaction of the scan; proofs whose time is over go."""
    facts = completed.facts
    operations = np.empty(0, np.object_) if facts.operations is None else facts.operations.key
    rows = entry_consents.entry_rows(
        source_name, facts.persons.key, operations, decision.records, evidence(facts, today)
    )
    entry_consents.replace(connection, source_name, rows)
    says = completed.source_says
    last_days = zip(operations.tolist(), says.tolist(), is_day(says).tolist(), strict=True)
    announcements.hear_source(connection, source_name, {key: day if known else None for key, day, known in last_days})
    consent_proofs.drop_expired(connection, source_name, today)
