"""Facts as rows of plain dates, and which of them cannot be (rules, rule 1): slow, and apart from the engine."""

from collections import Counter, defaultdict
from dataclasses import fields, is_dataclass
from types import SimpleNamespace

from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, Duration, day_date
from diager_dpo.domain.words import Anchor, Anomaly
from tests.domain.fate import FOREVER, NOTHING, plus

NO_CLOCK = (Anchor.NONE, None, None, None)
TABLES = (
    "relations",
    "vouchers",
    "objections",
    "litigations",
    "entries",
    "consents",
    "purged",
    "holds",
    "qualifications",
)


def _rows(table):
    """The rows of a table of columns, one object each; columns of instants become ``(day, micros, pure)``."""
    if table is None:
        return []
    columns = {}
    for column in fields(table):
        values = getattr(table, column.name)
        parts = (values.day, values.micros, values.pure) if is_dataclass(values) else None
        columns[column.name] = list(zip(*(part.tolist() for part in parts), strict=True)) if parts else values.tolist()
    names = list(columns)
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True)]


class PlainFacts:
    """All facts of one scan: ``of[table][person]`` are the rows of a person, ``found`` counts what cannot be."""

    def __init__(self, facts, today):
        self.facts, self.today = facts, today
        self.persons, self.operations = _rows(facts.persons), _rows(facts.operations)
        self.found = Counter()
        self.of = {table: defaultdict(list) for table in TABLES}
        for table in TABLES:
            for row in _rows(getattr(facts, table)):
                self.of[table][row.person].append(row)
        self._list()

    def past(self, number, *, needed=False, today=None):
        """A day that must have come, and what is wrong with it."""
        if number == NO_DAY:
            return None, Anomaly.UNREADABLE_DATE if needed else NOTHING
        if number == UNREADABLE:
            return None, Anomaly.UNREADABLE_DATE
        if number == ZERO_DATE or number <= 0:
            return None, Anomaly.PLACEHOLDER_DATE
        return (None, Anomaly.FUTURE_DATE) if number > (today or self.today) else (day_date(number), NOTHING)

    def end(self, number, start):
        """A day that may lie ahead, after its start."""
        if number in (NO_DAY, ZERO_DATE, OPEN_END):
            return None, NOTHING
        if number == UNREADABLE or number <= 0:
            return None, Anomaly.UNREADABLE_DATE if number == UNREADABLE else Anomaly.PLACEHOLDER_DATE
        day = day_date(number)
        return (None, Anomaly.END_BEFORE_START) if start is not None and day < start else (day, NOTHING)

    def relation(self, row, column):
        """Start and end of a relation for one clock; the end is ``None`` where it is over and nobody knows since when."""
        start, late = self.past(row.started)
        stop, wrong = self.end(getattr(row, column), start)
        if row.is_open and stop is not None and stop < day_date(self.today):
            stop, wrong = None, wrong | Anomaly.OPEN_WITH_PAST_END
        return start, FOREVER if stop is None and row.is_open else stop, late, wrong

    def announced(self, row):
        """The last day of an operation with its anchor and duration, and what is wrong with what it announces."""
        opens, wrong = self.past(row.opens, today=OPEN_END - 1)  # an operation may be planned
        until, bad_until = self.end(row.keep_until, opens)
        closes, bad_close = self.end(row.closes, opens)
        bad_length = Anomaly.UNREADABLE_DATE if row.keep_for_months == -2 else NOTHING
        clock = NO_CLOCK
        if closes is not None and row.keep_for_months >= 0:
            length = Duration(row.keep_for_months, row.keep_for_days)
            clock = (Anchor.OPERATION_CLOSE, closes, plus(closes, length), str(length))
        conflict = Anomaly.KEEP_CONFLICT if until and clock[2] and until != clock[2] else NOTHING
        if until is not None:
            clock = (Anchor.ANNOUNCED_DAY, until, until, "")
        return clock, [wrong, bad_until, bad_close, bad_length, conflict]

    def _list(self):
        def cells(table, anomalies):
            self.found.update((anomaly, table) for anomaly in anomalies if anomaly)

        for row in self.persons:
            cells("persons", [self.past(row.contact)[1], self.past(row.collected)[1]])
        for row in self.operations:
            cells("operations", self.announced(row)[1])
        for row in self._every("relations"):
            both = [self.relation(row, column)[3] for column in ("commercial_end", "contract_end")]
            cells("relations", [self.past(row.started)[1], self.past(row.last_activity)[1], *both])
        for row in self._every("vouchers"):
            cells("vouchers", [self.past(row.issued, needed=True)[1]])
        for row in self._every("litigations"):
            cells("litigations", [self.past(row.since)[1]])
        for table, column, needed in (
            ("objections", "at", True),
            ("consents", "at", True),
            ("entries", "entered", False),
        ):
            for row in self._every(table):
                cells(table, [self.past(getattr(row, column)[0], needed=needed)[1]])

    def _every(self, table):
        return [row for rows in self.of[table].values() for row in rows]
