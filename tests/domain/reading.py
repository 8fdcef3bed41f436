"""A decision, read back in the words of the rules: keys, ISO days, machine forms."""

from dataclasses import dataclass

import numpy as np

from diager_dpo.domain.civil import day_date, day_number, is_day
from diager_dpo.domain.verdicts import Decision, flags_on, statuses
from diager_dpo.domain.words import Anchor, Anomaly, Category, Flag, Kind, Purpose, Status


def iso(number):
    """An ISO day, ``"open"`` for a relation without a known end, ``None`` for no day."""
    if is_day(np.int32(number)):
        return day_date(number).isoformat()
    return "open" if number > 0 else None


@dataclass(frozen=True)
class Scan:
    """One decision and the keys of what it is about."""

    decision: Decision
    persons: tuple[str, ...]
    operations: tuple[str, ...]
    today: int

    def all(self, purpose=None):
        """Every verdict, or those of one purpose."""
        verdicts = [Verdict(self, position) for position in range(len(self.decision.records))]
        return [verdict for verdict in verdicts if purpose in (None, verdict.purpose)]

    def find(self, person, purpose, operation=None):
        """The verdict of one record; ``None`` where it is out of scope. Never more than one."""
        sought = (person, purpose, operation)
        found = [verdict for verdict in self.all() if (verdict.person, verdict.purpose, verdict.operation) == sought]
        assert len(found) < 2
        return found[0] if found else None

    def prospecting(self, person="c1"):
        return self.find(person, "prospecting")

    def management(self, person="c1"):
        return self.find(person, "customer_management")

    def accounting(self, person="c1"):
        return self.find(person, "accounting")

    def contest(self, operation="game", person="c1"):
        return self.find(person, "contests", operation)

    def counts(self, purpose, today=None, horizon=-1):
        """How many records of a purpose stand where; statuses without any are left out."""
        standing = [verdict.status(today, horizon) for verdict in self.all(purpose)]
        return {status: standing.count(status) for status in standing}

    def alerts(self):
        return {(alert.code, alert.purpose.code, alert.operation, alert.count) for alert in self.decision.alerts}

    def findings(self):
        """How often each anomaly was found in which fact: ``{("future_date", "persons"): 2}``."""
        found = {}
        for finding in self.decision.findings:
            key = (*finding.anomaly.codes, finding.fact)
            found[key] = found.get(key, 0) + finding.count
        return found


@dataclass(frozen=True)
class Verdict:
    """One record of a scan."""

    scan: Scan
    position: int

    def _of(self, column):
        return getattr(self.scan.decision.records, column)[self.position]

    def _alone(self, *columns):
        return [getattr(self.scan.decision.records, column)[[self.position]] for column in columns]

    @property
    def person(self):
        return self.scan.persons[self._of("person")]

    @property
    def purpose(self):
        return Purpose(self._of("purpose")).code

    @property
    def operation(self):
        position = self._of("operation")
        return None if position < 0 else self.scan.operations[position]

    @property
    def category(self):
        return Category(self._of("category")).code

    @property
    def kind(self):
        return Kind(self._of("kind")).code

    @property
    def anchor(self):
        """The event and its day."""
        return Anchor(self._of("anchor")).code, iso(self._of("anchor_on"))

    @property
    def last_day(self):
        return iso(self._of("last_day"))

    @property
    def due_from(self):
        return iso(self._of("last_day") + 1)

    @property
    def running_until(self):
        return iso(self._of("running_until"))

    @property
    def inactive_from(self):
        return iso(self._of("inactive_from"))

    @property
    def rule(self):
        return self.scan.decision.rules[self._of("rule")]

    @property
    def anomalies(self):
        return set(Anomaly(int(self._of("anomalies"))).codes)

    def status(self, today=None, horizon=-1):
        """Its status on a day; on the day of the scan where none is named."""
        columns = self._alone("kind", "running_until", "last_day")
        return Status(statuses(*columns, self._on(today), horizon)[0]).code

    def flags(self, today=None):
        """Its flags on a day; on the day of the scan where none is named."""
        columns = self._alone("running_until", "last_day", "inactive_from")
        archives = np.array([self.purpose == "customer_management"])
        return set(Flag(int(flags_on(*self._alone("flags"), archives, *columns, today=self._on(today))[0])).codes)

    def _on(self, today):
        return self.scan.today if today is None else day_number(np.datetime64(today, "D").item())
