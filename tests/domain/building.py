"""Facts and a charter, written so that a test reads like a line of the rules.

``Company()`` collects facts under keys; ``scan("2025-01-10")`` decides them. Days are ISO texts; ``None`` is NULL, and
``"unreadable"``, ``"0000-00-00"``, ``"infinity"`` and ``"9999-12-31"`` stand for what a source may hold instead of a day.
Timestamps carry an offset and are civil days of Paris.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from diager_dpo.domain.charter import Charter, Origin, RetentionRule, Text
from diager_dpo.domain.civil import NO_DAY, OPEN_END, UNREADABLE, ZERO_DATE, Duration, day_number
from diager_dpo.domain.facts import (
    Consents,
    Entries,
    Facts,
    Holds,
    Litigations,
    Moments,
    Objections,
    Operations,
    Persons,
    Purged,
    Qualifications,
    Relations,
    Vouchers,
)
from diager_dpo.domain.retention import Policy, decide
from diager_dpo.domain.words import Anchor, Category, ConsentEvent, Purpose, Subject
from diager_dpo.domain.words import Origin as KnownBy
from tests.domain.reading import Scan

PARIS = ZoneInfo("Europe/Paris")
_NOT_DAYS = {None: NO_DAY, "unreadable": UNREADABLE, "0000-00-00": ZERO_DATE, "infinity": OPEN_END}


def day(text):
    """The number of a day; of a timestamp, its civil day in Paris."""
    if text in _NOT_DAYS:
        return _NOT_DAYS[text]
    if "T" in text:
        return day_number(datetime.fromisoformat(text).astimezone(PARIS).date())
    return day_number(date.fromisoformat(text))


def micros(text):
    """Microseconds since 1970 in UTC; of a pure date, those of its first midnight in Paris."""
    if text in _NOT_DAYS:
        return 0
    at = datetime.fromisoformat(text)
    at = at if "T" in text else at.replace(tzinfo=PARIS)
    return round((at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


def _days(rows, column):
    return np.array([day(row[column]) for row in rows], np.int32)


def _moments(rows, column):
    texts = [row[column] for row in rows]
    return Moments(
        np.array([day(text) for text in texts], np.int32),
        np.array([micros(text) for text in texts], np.int64),
        np.array([text is None or "T" not in text for text in texts], np.bool_),
    )


def _codes(rows, column, words):
    return np.array([words.of(row[column]) if row[column] else 0 for row in rows], np.int8)


def _keys(rows, column):
    return np.array([row[column] for row in rows], np.object_)


def _truths(rows, column):
    return np.array([row[column] for row in rows], np.bool_)


@dataclass
class Company:
    """What one source says. A table in ``missing`` is one the source file does not give."""

    missing: set[str] = field(default_factory=set)
    rows: dict[str, list[dict]] = field(default_factory=dict)

    def _add(self, table, **values):
        self.rows.setdefault(table, []).append(values)
        return self

    def without(self, *tables):
        self.missing |= set(tables)
        return self

    def person(self, key, *, contact=None, collected=None, origin="unknown", several=False):
        values = {"contact": contact, "collected": collected, "origin": origin, "several": several}
        return self._add("persons", key=key, **values)

    def relation(self, person, *, started=None, ended=None, commercial=None, contract=None, is_open=False, active=None):
        """A relation; ``ended`` gives one end for both clocks."""
        commercial, contract = commercial or ended, contract or ended
        values = {"started": started, "commercial": commercial, "contract": contract, "is_open": is_open}
        return self._add("relations", person=person, active=active, **values)

    def voucher(self, person, issued):
        return self._add("vouchers", person=person, issued=issued)

    def objection(self, person, at):
        return self._add("objections", person=person, at=at)

    def litigation(self, person, since, purpose=""):
        return self._add("litigations", person=person, since=since, purpose=purpose)

    def operation(self, key, *, opens=None, closes=None, keep_until=None, keep_for=None, prolonged=None):
        values = {"opens": opens, "closes": closes, "keep_until": keep_until, "prolonged": prolonged}
        return self._add("operations", key=key, keep_for=keep_for, **values)

    def entry(self, person, operation, entered=None):
        return self._add("entries", person=person, operation=operation, entered=entered)

    def consent(self, person, operation, event, at, *, subject="entry", notice=True):
        values = {"subject": subject, "event": event, "at": at, "notice": notice}
        return self._add("consents", person=person, operation=operation, **values)

    def purged(self, person, purpose, on, operation=None):
        return self._add("purged", person=person, purpose=purpose, on=on, operation=operation)

    def hold(self, person, since, purpose=""):
        """A suspension somebody placed; of everybody's records where ``person`` is ``None``."""
        return self._add("holds", person=person, since=since, purpose=purpose)

    def qualified(self, person, purpose, stated, operation=None):
        return self._add("qualifications", person=person, purpose=purpose, stated=stated, operation=operation)

    def scan(self, today, charters=None, policy=None):
        """Decide everything as of ``today``."""
        facts, charters = self.facts(), (CHARTER, SUPPLEMENT) if charters is None else tuple(charters)
        decision = decide(facts, charters, day(today), policy or Policy())
        return Scan(decision, tuple(facts.persons.key), tuple(self._positions("operations")), day(today))

    def facts(self):
        """The same facts as columns."""
        return Facts(
            self._persons(),
            self._given("relations", self._relations),
            self._given("vouchers", lambda rows: Vouchers(self._person(rows), _days(rows, "issued"))),
            self._given("objections", lambda rows: Objections(self._person(rows), _moments(rows, "at"))),
            self._given("litigations", self._litigations),
            self._given("operations", self._operations),
            self._given("entries", self._entries),
            self._given("consents", self._consents),
            self._given("purged", self._purged),
            self._given("holds", self._holds),
            self._given("qualifications", self._qualifications),
        )

    def _given(self, table, build):
        return None if table in self.missing else build(self.rows.get(table, []))

    def _positions(self, table):
        return {row["key"]: position for position, row in enumerate(self.rows.get(table, []))}

    def _person(self, rows):
        positions = {None: -1} | self._positions("persons")
        return np.array([positions[row["person"]] for row in rows], np.int32)

    def _operation(self, rows):
        positions = {None: -1} | self._positions("operations")
        return np.array([positions[row["operation"]] for row in rows], np.int32)

    def _persons(self):
        rows = self.rows.get("persons", [])
        dates = _days(rows, "collected"), _days(rows, "contact")
        return Persons(_keys(rows, "key"), *dates, _codes(rows, "origin", KnownBy), _truths(rows, "several"))

    def _relations(self, rows):
        dates = (_days(rows, column) for column in ("started", "commercial", "contract"))
        return Relations(self._person(rows), *dates, _truths(rows, "is_open"), _days(rows, "active"))

    def _litigations(self, rows):
        return Litigations(self._person(rows), _days(rows, "since"), _codes(rows, "purpose", Purpose))

    def _operations(self, rows):
        announced = [_announced(row["keep_for"]) for row in rows]
        months, days = (
            np.array([getattr(length, part) for length in announced], np.int32) for part in ("months", "days")
        )
        nothing = np.array([None] * len(rows), np.object_)
        dates = (_days(rows, column) for column in ("opens", "closes", "keep_until"))
        return Operations(_keys(rows, "key"), nothing, nothing, *dates, months, days, _days(rows, "prolonged"))

    def _entries(self, rows):
        return Entries(self._person(rows), self._operation(rows), _moments(rows, "entered"))

    def _consents(self, rows):
        what = _codes(rows, "subject", Subject), _codes(rows, "event", ConsentEvent)
        proof = _truths(rows, "notice"), np.ones(len(rows), np.bool_)
        return Consents(self._person(rows), self._operation(rows), *what, _moments(rows, "at"), *proof)

    def _purged(self, rows):
        what = self._person(rows), _codes(rows, "purpose", Purpose), self._operation(rows)
        return Purged(*what, _days(rows, "on"))

    def _holds(self, rows):
        return Holds(self._person(rows), _codes(rows, "purpose", Purpose), _days(rows, "since"))

    def _qualifications(self, rows):
        what = self._person(rows), _codes(rows, "purpose", Purpose), self._operation(rows)
        return Qualifications(*what, _days(rows, "stated"))


def _announced(text):
    if text is None or text == "unreadable":
        return Duration(-1 if text is None else -2, 0)
    return Duration.parse(text)


def rule(category, start, duration, *, archive=False):
    """One clock; the purpose follows from the category."""
    length = Duration.parse(duration) if duration else None
    clause = f"clause of {category.code}"
    return RetentionRule(_PURPOSES[category], category, start, length, clause, Origin.CHARTER, _NOTHING, archive)


def charter(version, effective, rules, *, applies_to_older_data=False, is_supplement=False):
    """One version of the charter, or a supplement, with nothing but its clocks."""
    texts = {"title": _NOTHING, "activity": _NOTHING, "controller": "", "contact": "", "general_charter": ""}
    empty = {"purposes": (), "open_questions": (), "conventions": ()}
    identity = {"version": version, "effective": date.fromisoformat(effective), "is_supplement": is_supplement}
    return Charter(**identity, **texts, **empty, rules=tuple(rules), applies_to_older_data=applies_to_older_data)


def version(name, effective, *, prospecting="P3Y", management="P5Y", applies_to_older_data=False):
    """A version of the charter with its two durations."""
    clocks = (
        rule(Category.PROSPECT, Anchor.LAST_CONTACT, prospecting),
        rule(Category.CUSTOMER, Anchor.COMMERCIAL_END, prospecting),
        rule(Category.CONTRACTUAL, Anchor.CONTRACT_END, management, archive=True),
        rule(Category.ENTRY, Anchor.OPERATION_CLOSE, None),
    )
    return charter(name, effective, clocks, applies_to_older_data=applies_to_older_data)


_NOTHING = Text("", "")
_PURPOSES = {
    Category.PROSPECT: Purpose.PROSPECTING,
    Category.CUSTOMER: Purpose.PROSPECTING,
    Category.CONTRACTUAL: Purpose.CUSTOMER_MANAGEMENT,
    Category.ENTRY: Purpose.CONTESTS,
    Category.VOUCHER: Purpose.ACCOUNTING,
}
CHARTER = version("2018-09", "2018-09-01")
SUPPLEMENT = charter(
    "law", "2018-09-01", [rule(Category.VOUCHER, Anchor.FISCAL_YEAR_CLOSE, "P10Y")], is_supplement=True
)
