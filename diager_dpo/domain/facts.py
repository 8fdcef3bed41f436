"""What a source says, as columns: the input of every decision.

All arrays of one table have one length. ``person`` and ``operation`` are positions in the tables of persons and
operations. A table is ``None`` where the source file does not give it. Days follow ``civil``: they may still be
impossible; the rules decide which are, and list them.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from diager_dpo.domain.civil import Days, Mask, Positions
from diager_dpo.domain.words import Anomaly

Keys: TypeAlias = NDArray[np.object_]
Codes: TypeAlias = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Moments:
    """Instants whose order matters.

    ``day``: the civil day in Paris. ``micros``: microseconds since 1970 in UTC; where the source gives a pure date,
    midnight in Paris, and ``pure`` is true.
    """

    day: Days
    micros: NDArray[np.int64]
    pure: Mask


@dataclass(frozen=True, slots=True)
class Persons:
    """One row a data subject; keys are unique. ``several``: who came more than once."""

    key: Keys
    collected: Days
    contact: Days  # the last contact that came from the person
    origin: Codes  # words.Origin
    several: Mask


@dataclass(frozen=True, slots=True)
class Relations:
    """Commercial and contractual relations, several a person."""

    person: Positions
    started: Days
    commercial_end: Days
    contract_end: Days
    is_open: Mask
    last_activity: Days


@dataclass(frozen=True, slots=True)
class Vouchers:
    """Accounting vouchers on which a person's own data stand."""

    person: Positions
    issued: Days


@dataclass(frozen=True, slots=True)
class Objections:
    """Objections to prospecting (GDPR 21)."""

    person: Positions
    at: Moments


@dataclass(frozen=True, slots=True)
class Litigations:
    """Disputes under way: each is a hold."""

    person: Positions
    since: Days
    purpose: Codes  # words.Purpose, 0 for every purpose


@dataclass(frozen=True, slots=True)
class Operations:
    """Contests and other promotional operations, with the retention announced for each."""

    key: Keys
    name: Keys
    provider: Keys
    opens: Days
    closes: Days
    keep_until: Days
    keep_for_months: NDArray[np.int32]  # -1: not announced, -2: unreadable
    keep_for_days: NDArray[np.int32]
    prolonged_on: Days  # the day a scan first saw a longer retention than announced before


@dataclass(frozen=True, slots=True)
class Entries:
    """Who took part in which operation; a pair may occur twice."""

    person: Positions
    operation: Positions
    entered: Moments


@dataclass(frozen=True, slots=True)
class Consents:
    """Consent events, in any order."""

    person: Positions
    operation: Positions
    subject: Codes  # words.Subject
    event: Codes  # words.ConsentEvent
    at: Moments
    has_notice: Mask  # the version of the notice is known
    has_channel: Mask


@dataclass(frozen=True, slots=True)
class Purged:
    """Records erased earlier, out of scope unless a later fact opens a new one; operation -1 outside contests."""

    person: Positions
    purpose: Codes
    operation: Positions
    on: Days


@dataclass(frozen=True, slots=True)
class Holds:
    """Suspensions of purges that somebody placed: a row a hold, from the day it was placed."""

    person: Positions  # -1 for everybody
    purpose: Codes  # 0 for every purpose
    since: Days


@dataclass(frozen=True, slots=True)
class Qualifications:
    """Dates the DPO stated where the source has none; operation -1 outside contests. One a record."""

    person: Positions
    purpose: Codes
    operation: Positions
    stated: Days  # of the missing event; for an entry of a contest, its last day


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one scan read, in one snapshot of the source, and what the store knows beside it.

    Of the store: ``purged``, ``holds`` and ``qualifications``.
    """

    persons: Persons
    relations: Relations | None = None
    vouchers: Vouchers | None = None
    objections: Objections | None = None
    litigations: Litigations | None = None
    operations: Operations | None = None
    entries: Entries | None = None
    consents: Consents | None = None
    purged: Purged | None = None
    holds: Holds | None = None
    qualifications: Qualifications | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """An anomaly of one column of one fact: how often, and a few keys to look it up (at most ``EXAMPLES``)."""

    anomaly: Anomaly
    fact: str
    column: str
    count: int
    examples: tuple[str, ...]


EXAMPLES = 20
