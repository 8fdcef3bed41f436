"""The words of the domain, one code each.

Every member's ``code`` is its machine form, used in files, in JSON and in the addresses of pages. Its number is what
arrays and the store hold; numbers are never reused.
"""

from enum import IntEnum, IntFlag
from typing import Self


class _Word(IntEnum):
    """An integer with a machine form."""

    @property
    def code(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, code: str) -> Self:
        """The member with this machine form; ``KeyError`` where there is none."""
        return cls[code.upper()]


class Purpose(_Word):
    """Finalité: what the data are processed for (charter, section FINALITÉS). ACCOUNTING is a supplement to it."""

    PROSPECTING = 1
    CUSTOMER_MANAGEMENT = 2
    CONTESTS = 3
    ACCOUNTING = 4
    STATISTICS = 5


#: Purposes that have records of persons. Statistics are published as protected aggregates only.
RECORD_PURPOSES = (Purpose.PROSPECTING, Purpose.CUSTOMER_MANAGEMENT, Purpose.CONTESTS, Purpose.ACCOUNTING)


class Category(_Word):
    """Which clock of a purpose a record runs on."""

    PROSPECT = 1
    CUSTOMER = 2
    CONTRACTUAL = 3
    ENTRY = 4
    VOUCHER = 5


class Kind(_Word):
    """What a scan can say of a record, whatever the day one looks at it."""

    DATED = 1
    UNDETERMINED = 2
    HELD = 3


class Status(_Word):
    """Where a record stands on a given day. Disjoint; the sum over a purpose is its total."""

    RUNNING = 1
    KEPT = 2
    DUE_SOON = 3
    DUE = 4
    HELD = 5
    UNDETERMINED = 6


class Anchor(_Word):
    """Point de départ: the event a clock starts from. NONE where no clock runs yet or none can be computed."""

    NONE = 0
    LAST_CONTACT = 1
    COLLECTION = 2
    COMMERCIAL_END = 3
    CONTRACT_END = 4
    OPERATION_CLOSE = 5
    ANNOUNCED_DAY = 6
    FISCAL_YEAR_CLOSE = 7
    OBJECTION = 8
    WITHDRAWAL = 9
    QUALIFIED = 10


class Flag(IntFlag):
    """What a reader of a verdict should know besides the verdict."""

    INACTIVE = 1
    GAP_LONGER_THAN_RETENTION = 2
    CONTACT_AFTER_END = 4
    PLANNED_END = 8
    INTERMEDIATE_ARCHIVE = 16
    OPERATION_PROLONGED = 32
    PROOF_INCOMPLETE = 64
    NO_CONSENT = 128

    @property
    def codes(self) -> tuple[str, ...]:
        """The machine forms of the flags that are set."""
        return tuple(str(flag.name).lower() for flag in self)


class Anomaly(IntFlag):
    """A fact of the source that cannot be, or contradicts another; counted and listed, never dropped in silence."""

    FUTURE_DATE = 1
    PLACEHOLDER_DATE = 2
    END_BEFORE_START = 4
    OPEN_WITH_PAST_END = 8
    UNKNOWN_PERSON = 16
    DUPLICATE_PERSON = 32
    NULL_KEY = 64
    UNREADABLE_DATE = 128
    KEEP_CONFLICT = 256

    @property
    def codes(self) -> tuple[str, ...]:
        """The machine forms of the anomalies that are set."""
        return tuple(str(anomaly.name).lower() for anomaly in self)


class Origin(_Word):
    """How a person came to be known (column ``origin`` of the ``persons`` facts)."""

    UNKNOWN = 0
    PROSPECT = 1
    CONTEST = 2
    OTHER = 3


class Subject(_Word):
    """What a consent is about. Consents are separate per subject matter."""

    OTHER = 0
    ENTRY = 1
    NEWSLETTER = 2


class ConsentEvent(_Word):
    """A consent is a sequence of events; its state at an instant is the last one before it."""

    GIVEN = 1
    WITHDRAWN = 2
