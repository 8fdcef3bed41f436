"""Which columns each fact of a source file must and may return, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Holds(StrEnum):
    """What a column holds. Values of every database are brought to these."""

    KEY = "key"  # integer, UUID or opaque code
    DAY = "day"  # date, or timestamp whose civil day counts
    MOMENT = "moment"  # date or timestamp whose order counts
    BOOLEAN = "boolean"
    WORD = "word"  # one of a few
    DURATION = "duration"  # ISO 8601
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class FactShape:
    """The columns of one fact."""

    required: Mapping[str, Holds]
    optional: Mapping[str, Holds]

    @property
    def columns(self) -> Mapping[str, Holds]:
        """Every column that is read, required ones first."""
        return {**self.required, **self.optional}

    @property
    def is_personal(self) -> bool:
        """Whether each row names a person, and may return ``kind``."""
        return "person" in self.required


def _shape(required: Mapping[str, Holds], optional: Mapping[str, Holds] | None = None) -> FactShape:
    extra = {"kind": Holds.TEXT} if "person" in required else {}
    return FactShape(MappingProxyType(dict(required)), MappingProxyType({**(optional or {}), **extra}))


#: Every fact a source file may give; only ``persons`` is mandatory.
FACTS: Mapping[str, FactShape] = MappingProxyType(
    {
        "persons": _shape(
            {"person": Holds.KEY},
            {"collected_at": Holds.DAY, "last_inbound_contact_at": Holds.DAY, "origin": Holds.WORD},
        ),
        "labels": _shape({"person": Holds.KEY, "label": Holds.TEXT}),
        "contact_points": _shape({"person": Holds.KEY, "kind_of_point": Holds.TEXT, "value": Holds.TEXT}),
        "relations": _shape(
            {
                "person": Holds.KEY,
                "commercial_end_on": Holds.DAY,
                "contract_end_on": Holds.DAY,
                "is_open": Holds.BOOLEAN,
            },
            {"started_on": Holds.DAY, "last_activity_on": Holds.DAY},
        ),
        "vouchers": _shape({"person": Holds.KEY, "issued_on": Holds.DAY}),
        "objections": _shape({"person": Holds.KEY, "objected_at": Holds.MOMENT}),
        "litigations": _shape({"person": Holds.KEY, "since": Holds.DAY}, {"purpose": Holds.WORD}),
        "operations": _shape(
            {"operation": Holds.KEY},
            {
                "name": Holds.TEXT,
                "provider": Holds.TEXT,
                "opens_on": Holds.DAY,
                "closes_on": Holds.DAY,
                "keep_until": Holds.DAY,
                "keep_for": Holds.DURATION,
            },
        ),
        "entries": _shape({"operation": Holds.KEY, "person": Holds.KEY, "entered_at": Holds.MOMENT}),
        "consents": _shape(
            {
                "operation": Holds.KEY,
                "person": Holds.KEY,
                "subject": Holds.WORD,
                "event": Holds.WORD,
                "at": Holds.MOMENT,
                "notice_version": Holds.TEXT,
            },
            {"channel": Holds.TEXT},
        ),
        "sales": _shape(
            {
                "booked_on": Holds.DAY,
                "order_key": Holds.KEY,
                "family": Holds.TEXT,
                "region": Holds.TEXT,
                "channel": Holds.TEXT,
                "unit": Holds.KEY,
                "group": Holds.KEY,
                "is_natural_person": Holds.BOOLEAN,
                "amount": Holds.NUMBER,
            }
        ),
    }
)
