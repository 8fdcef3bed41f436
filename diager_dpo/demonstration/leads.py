"""Leads imported from lists as they came: a text is no date, a reference is missing, a line came twice."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from diager_dpo.demonstration.moments import between, day_texts, start_of
from diager_dpo.domain.civil import day_date

_FILES = ("Salon des artisans", "Carnet repris", "Formulaire du site")
_UNREADABLE = ("31/02/2024", "n.c.", "vers juin", "2023-13-45", "au salon", "hier", "?", "2024-02-30", "1er trim. 2024")
# How many, and the last day of three years after the import, as offsets from today.
_DATED = ((116, 95, 1_085), (5, 3, 88), (8, -120, -2))
_WITHOUT_DATE = 8
_WITHOUT_REFERENCE = 5
_TWICE = 7


@dataclass(frozen=True, slots=True)
class Lead:
    """One imported line; ``reference`` is the key of the person, as far as there is one."""

    reference: str | None
    file: str
    imported: str | None
    answered: str | None


def import_leads(rng: Generator, today: int) -> list[Lead]:
    """About 160 lines, in the order of the lists."""
    last_days = np.concatenate([between(rng, today + low, today + high, size) for size, low, high in _DATED])
    anchors = start_of(last_days, 36)
    days, earlier = day_texts(anchors), day_texts(anchors - between(rng, 0, 200, len(anchors)))
    leads = [
        Lead(_reference(place), _FILES[place % 3], *((day, None) if place % 2 else (earlier[place], day)))
        for place, day in enumerate(days)
    ]
    start = len(leads)
    readable = [day_date(today - 500).isoformat(), None, None]
    leads += [
        Lead(_reference(start + place), _FILES[1], text, readable[place % 3]) for place, text in enumerate(_UNREADABLE)
    ]
    leads += [Lead(_reference(start + 20 + place), _FILES[1], None, None) for place in range(_WITHOUT_DATE)]
    leads += [Lead(None, _FILES[0], days[place], None) for place in range(_WITHOUT_REFERENCE)]
    again = (date.fromisoformat(str(days[place])) - timedelta(days=30) for place in range(_TWICE))
    leads += [Lead(_reference(place), _FILES[0], day.isoformat(), None) for place, day in enumerate(again)]
    return leads


def _reference(place: int) -> str:
    return f"P-{place + 1:04d}"
