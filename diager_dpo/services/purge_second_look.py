"""What the source says of an executed purge when its certificate is issued: one more read, through another connection.

Keys of erased persons are gone by then. Whoever the source still names is recognised by their pseudonym, and the places
that were erased are counted again for them; the rest is what the read at the end of the execution found with the keys.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.installation import Installation
from diager_dpo.services.live_decision import decide_now
from diager_dpo.services.pseudonyms import pseudonyms
from diager_dpo.services.purge_chunk import companions_live
from diager_dpo.services.purge_run import CHUNK, Run
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.source.connection import snapshot
from diager_dpo.source.erasure import Batch, companions, left
from diager_dpo.source.erasure_plan import erasure_plan
from diager_dpo.source.reader import persons_named
from diager_dpo.source.receipts import count_receipts
from diager_dpo.store import forgetting
from diager_dpo.store import purge_certificates as stored
from diager_dpo.store.engine import reading
from diager_dpo.store.purge_settlements import Place, PurgeRow


@dataclass(frozen=True, slots=True)
class SecondLook:
    """``recognised``: erased persons whom the source still names; ``receipts``: ``None`` where it has no such table."""

    remaining: Mapping[Place, int]
    recognised: int
    receipts: int | None


def look_once_more(installation: Installation, actor: Identity, row: PurgeRow) -> SecondLook:
    """Count again, from one snapshot of the source; for services, which have asked for the right.

    Raises:
        NotPossible: ``no_source``, or what is wrong with the source.
    """
    described = configured_source(installation)
    with reading(installation.store) as store, source_engine(installation) as engine, snapshot(engine) as source:
        live = stored.pseudonyms(store, row.id)
        named = sorted(persons_named(source, described, "persons")) if live else []
        names = pseudonyms(installation, row.source, named)
        known = [(person, live[name]) for person, name in zip(named, names, strict=True) if name in live]
        run = Run(installation, actor, described, engine, erasure_plan(source, described), row, row.fence, len(known))
        receipts = None
        if not row.by_hand and described.receipts is not None:
            receipts = count_receipts(source, described.receipts).get(row.uuid, 0)
        return SecondLook(_left(run, store, source, known), len(known), receipts)


def _left(
    run: Run, store: sa.Connection, source: sa.Connection, known: Sequence[tuple[str, int]]
) -> Mapping[Place, int]:
    """What stands at the places of these persons, who have no such record any more.

    Whoever has one again, by a fact that came after, is not counted: their data are new.
    """
    places, found = run.plan.places(run.purpose), Counter[Place]()
    for begin in range(0, len(known), CHUNK):
        chunk = known[begin : begin + CHUNK]
        persons = tuple(person for person, _ in chunk)
        approved = np.array([live for _, live in chunk], np.int16)
        others = companions(source, run.plan, Batch(run.purpose, run.purge.operation, persons, approved))
        purged = forgetting.purged_before(store, run.purge.source, others) if others else set()
        decision = decide_now(run.installation, store, source, (*persons, *others), run.installation.today())
        now = decision.verdicts(persons, run.purpose, run.purge.operation)
        gone = np.flatnonzero(~now.present)
        batch = Batch(run.purpose, run.purge.operation, tuple(persons[at] for at in gone), now.live[gone])
        still = left(source, run.plan, batch, companions_live(run, decision, others, purged)).sum(0)
        found.update({(it.table, it.column): int(n) for it, n in zip(places, still, strict=True)})
    return found
