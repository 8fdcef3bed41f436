"""The verdicts of a few persons from the facts of this moment: before something is done to them, and after.

What a scan decides of everybody is decided here of a few, from the same facts and by the same rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from diager_dpo.domain.civil import NO_DAY, Positions, day_number
from diager_dpo.domain.erasure import bit
from diager_dpo.domain.evidence import Evidence, evidence
from diager_dpo.domain.facts import Keys
from diager_dpo.domain.purges import ItemVerdicts
from diager_dpo.domain.retention import decide
from diager_dpo.domain.verdicts import Decision, Records, statuses
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.installation import Installation
from diager_dpo.services.rules_in_force import charters_in_force, policy_of
from diager_dpo.services.source_engine import configured_source
from diager_dpo.services.store_facts import completed
from diager_dpo.services.stored_refusals import with_proofs
from diager_dpo.source.reader import read_facts_of
from diager_dpo.store import entry_consents, index, rules
from diager_dpo.store.entry_consents import entry_rows
from diager_dpo.store.index import Difference


@dataclass(frozen=True, slots=True)
class LiveDecision:
    """The decision of some persons on a day, and the keys it is about.

    ``persons``: those that the source still returns; ``rule``: the store's number of each of the decision's rules, -1
    where the store does not know it; ``evidence``: what proves the consent behind each entry.
    """

    day: int
    persons: Keys
    operations: Keys
    decision: Decision
    rule: NDArray[np.int32]
    evidence: Evidence

    def live_bits(self, persons: Sequence[str], purpose: Purpose, operation: str = "") -> NDArray[np.int16]:
        """For each person the purposes with a record, as bits (``domain.erasure``), without the one that is named.

        Contests: the bit stays where the person has an entry of another operation. 0 for who is not in the source.
        """
        records = self.decision.records
        others = ~self._named(purpose, operation)
        bits = np.zeros(len(self.persons) + 1, np.int16)  # the last one: who is not there
        for each in RECORD_PURPOSES:
            bits[records.person[others & (records.purpose == each)]] |= bit(each)
        return bits[self._places(persons)]

    def verdicts(self, persons: Sequence[str], purpose: Purpose, operation: str = "") -> ItemVerdicts:
        """What is decided of one record of each person. ``rule``: the store's number of it."""
        records = self.decision.records
        named = np.flatnonzero(self._named(purpose, operation))
        row_of = np.full(len(self.persons) + 1, -1, np.int64)
        row_of[records.person[named]] = named
        row = row_of[self._places(persons)]
        present = row >= 0
        status = statuses(records.kind, records.running_until, records.last_day, self.day)
        rule = self.rule[records.rule] if len(self.rule) else np.empty(0, np.int32)

        def of(column: NDArray[np.signedinteger], none: int) -> NDArray[np.signedinteger]:
            """The column of each record; ``none`` where there is no record."""
            return np.append(column, np.array(none, column.dtype))[row]

        return ItemVerdicts(
            present=present,
            status=of(status, 0).astype(np.int8),
            last_day=of(records.last_day, NO_DAY).astype(np.int32),
            anchor=of(records.anchor, 0).astype(np.int8),
            anchor_on=of(records.anchor_on, NO_DAY).astype(np.int32),
            rule=of(rule, -1).astype(np.int32),
            live=self.live_bits(persons, purpose, operation),
        )

    def _named(self, purpose: Purpose, operation: str) -> NDArray[np.bool_]:
        records = self.decision.records
        named = np.append(self.operations, "")[records.operation] == operation  # position -1: outside contests
        answer: NDArray[np.bool_] = (records.purpose == purpose) & named.astype(np.bool_)
        return answer

    def _places(self, persons: Sequence[str]) -> Positions:
        """Where each person stands, -1 where the source does not return them."""
        known = pd.Index(self.persons, dtype=object)
        return known.get_indexer(pd.Index(list(persons), dtype=object)).astype(np.int32)


def decide_now(
    installation: Installation,
    store_connection: Connection,
    source_connection: Connection,
    persons: Sequence[str],
    day: date,
) -> LiveDecision:
    """Decide the records of some persons as a scan of this moment would.

    Args:
        installation: whose source file and charters.
        store_connection: a transaction of the store, with what it has suspended, stated and purged so far.
        source_connection: a transaction of the source; its own changes count.
        persons: keys, as the index has them.
        day: the day of the decision.

    Raises:
        NotPossible: ``no_source``, ``no_charter_in_force``.
        SourceReadError: a fact cannot be read.
    """
    source, today = configured_source(installation), day_number(day)
    charters = charters_in_force(installation, day)
    found = read_facts_of(source_connection, source, persons, today=today)
    kept = with_proofs(installation, store_connection, source.name, found.facts, today)
    facts = completed(store_connection, source.name, kept, charters, today).facts
    decision = decide(facts, charters, today, policy_of(source))
    keys = np.empty(0, np.object_) if facts.operations is None else facts.operations.key
    rule = rules.known_numbers(store_connection, decision.rules)
    return LiveDecision(today, facts.persons.key, keys, decision, rule, evidence(facts, today))


def refresh_index(
    installation: Installation, store_connection: Connection, persons: Sequence[str], decision: LiveDecision
) -> Difference:
    """Bring index and calendar to what was decided of these persons, in the writing transaction of the caller.

    Who is no longer in the source leaves the index. The other persons of the decision stay as they are. To be called
    before ``journal.record``: who changes the index takes its turn before that of the journal.
    """
    whole = decision.decision
    places = decision._places(persons)  # noqa: SLF001  (a function of this module)
    wanted = np.zeros(len(decision.persons), np.bool_)
    wanted[places[places >= 0]] = True
    theirs = Records(
        *(getattr(whole.records, name)[wanted[whole.records.person]] for name in Records.__dataclass_fields__)
    )
    some = replace(whole, records=theirs)
    source = configured_source(installation).name
    new = index.new_index(store_connection, source, decision.persons, decision.operations, some)
    difference = index.apply_some(store_connection, new, persons)
    rows = entry_rows(source, decision.persons, decision.operations, theirs, decision.evidence)
    entry_consents.apply_some(store_connection, source, persons, rows)
    return difference
