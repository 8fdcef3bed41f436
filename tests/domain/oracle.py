"""The rules once more, one person at a time, with plain dates: slow, and written from the rules alone.

It shares nothing with the engine but the shapes of facts and the words.
"""

from dataclasses import replace
from datetime import timedelta

from diager_dpo.domain.civil import NO_DAY, OPEN_END, ZERO_DATE, Duration, day_date
from diager_dpo.domain.words import Anchor, Anomaly, Category, ConsentEvent, Flag, Kind, Origin, Purpose, Subject
from tests.domain.fate import FOREVER, NO_FLAG, NOTHING, Fate, plus
from tests.domain.plain_facts import PlainFacts

A_DAY = timedelta(days=1)


class Oracle(PlainFacts):
    """The fate of every record of one scan."""

    def __init__(self, facts, charters, today, policy):
        super().__init__(facts, today)
        self.policy = policy
        self.charters = sorted(charters, key=lambda charter: charter.effective)

    def clock(self, category, anchor, day):
        """Every version of the charter in turn: shorter always, longer only for what is recent enough."""
        chosen = None
        for charter in self.charters:
            for rule in (rule for rule in charter.rules if rule.category is category):
                last = plus(day, rule.duration)
                recent = day >= charter.effective or charter.applies_to_older_data
                if chosen is None or last < chosen[2] or (last > chosen[2] and recent):
                    chosen = (anchor, day, last, str(rule.duration), charter.version)
        return chosen

    def refusal(self, events):
        """The day of the first refusal after the last explicit choice, of ``(moment, is_refusal)``."""
        order = []
        for (number, micros, pure), refuses in events:
            day, _ = self.past(number, needed=True)
            if day is not None:
                within = (2 if refuses else 0) if pure else 1
                order.append(((day, within, 0 if pure else micros, refuses), day))
        since = None
        for (*_, refuses), day in sorted(order):
            since = (since or day) if refuses else None
        return since

    def decide(self):
        """The fate of every record, by person, purpose and operation."""
        fates = [fate for person in range(len(self.persons)) for fate in self.one(person)]
        return {(fate.person, fate.purpose, fate.operation): fate for fate in fates}

    def alerts(self):
        """What only a person can settle, with the number of records concerned."""
        found, fates = {}, self.decide()
        for position, row in enumerate(self.operations):
            if self.announced(row)[0][2] is None and self.facts.entries is not None:
                concerned = [fate for key, fate in fates.items() if key[1:] == (Purpose.CONTESTS, position)]
                unsettled = [fate for fate in concerned if fate.anchor is not Anchor.QUALIFIED]
                if len(unsettled) == len(concerned) or any(fate.last_day is None for fate in unsettled):
                    found["no_announced_duration", Purpose.CONTESTS, row.key] = len(unsettled)
        tables = {
            Purpose.CUSTOMER_MANAGEMENT: self.facts.relations,
            Purpose.CONTESTS: self.facts.entries,
            Purpose.ACCOUNTING: self.facts.vouchers,
        }
        for purpose, table in tables.items():
            if table is None and purpose not in self.policy.not_processed:
                found["facts_missing", purpose, ""] = len([key for key in fates if key[1] is purpose])
        return found

    def one(self, person):
        """Every record of one person."""
        found = [*self.prospecting(person), *self.management(person), *self.accounting(person), *self.contests(person)]
        return [self.held(fate) for fate in found if not self.purged(fate)]

    def held(self, fate):
        disputes = [row for row in self.of["litigations"][fate.person] if row.purpose in (0, fate.purpose)]
        wrong = fate.anomalies | (Anomaly.DUPLICATE_PERSON if self.persons[fate.person].several else NOTHING)
        for row in disputes:
            wrong |= self.past(row.since)[1]
        placed = [*self.of["holds"][fate.person], *self.of["holds"][-1]]
        placed = [row for row in placed if row.purpose in (0, fate.purpose) and row.since <= self.today]
        undetermined = fate.last_day is None and not fate.runs(day_date(self.today))
        kind = Kind.HELD if disputes or placed else Kind.UNDETERMINED if undetermined else Kind.DATED
        return replace(fate, kind=kind, anomalies=wrong)

    def stated(self, fate):
        """The record with the date the DPO stated for it, where the source gives none."""
        rows = self.of["qualifications"][fate.person]
        days = [row.stated for row in rows if (row.purpose, row.operation) == (fate.purpose, fate.operation)]
        if not days or fate.last_day is not None or fate.runs(day_date(self.today)):
            return fate
        if fate.purpose is Purpose.CONTESTS:
            return self.set(fate, (Anchor.QUALIFIED, day_date(days[0]), day_date(days[0]), "", None))
        if days[0] > self.today:
            return fate
        day = max([day_date(days[0]), *(end for end in fate.ends if end is not None)])
        if fate.purpose is Purpose.ACCOUNTING:
            day = self.close(day)
        # What the DPO states is the end that was missing: no relation of the record is without one any more.
        return replace(self.set(fate, self.clock(fate.category, Anchor.QUALIFIED, day)), ends=self.known(fate.ends))

    def known(self, ends):
        return tuple(end for end in ends if end is not None)

    def close(self, day):
        """The close of the fiscal year of a day."""
        month, of_month = self.policy.fiscal_year_closes
        close = day.replace(month=month, day=of_month)
        return close if close >= day else close.replace(year=close.year + 1)

    def purged(self, fate):
        rows = self.of["purged"][fate.person]
        days = [row.on for row in rows if (row.purpose, row.operation) == (fate.purpose, fate.operation)]
        if not days:
            return False
        openings = self.openings(fate)
        return not any(day is not None and day > day_date(max(days)) for day in openings)

    def openings(self, fate):
        person = fate.person
        starts = [self.past(row.started)[0] for row in self.of["relations"][person]]
        if fate.purpose is Purpose.CUSTOMER_MANAGEMENT:
            return starts
        if fate.purpose is Purpose.ACCOUNTING:
            return [self.past(row.issued)[0] for row in self.of["vouchers"][person]]
        if fate.purpose is Purpose.CONTESTS:
            rows = [row for row in self.of["entries"][person] if row.operation == fate.operation]
            return [self.past(row.entered[0])[0] for row in rows]
        row = self.persons[person]
        given = [self.past(at[0])[0] for at, refuses in self.newsletter(person) if not refuses]
        return [*starts, *given, self.past(row.contact)[0], self.past(row.collected)[0]]

    def newsletter(self, person):
        rows = [row for row in self.of["consents"][person] if row.subject == Subject.NEWSLETTER]
        return [(row.at, row.event == ConsentEvent.WITHDRAWN) for row in rows]

    def prospecting(self, person):
        row, relations = self.persons[person], self.of["relations"][person]
        contact, wrong = self.past(row.contact)
        collected, also_wrong = self.past(row.collected)
        known = row.origin in (Origin.PROSPECT, Origin.OTHER) or contact is not None
        by_nothing = row.origin == Origin.UNKNOWN and not self.of["entries"][person]
        if not (relations or known or by_nothing):
            return
        fate = Fate(person, Purpose.PROSPECTING, -1, Category.PROSPECT, anomalies=wrong | also_wrong)
        if relations:
            fate = self.on_relations(replace(fate, category=Category.CUSTOMER), "commercial_end", Anchor.COMMERCIAL_END)
            over = fate.last_day is not None and not fate.runs(day_date(self.today))
            if over and contact is not None and contact > fate.anchor_on:
                fate = replace(fate, flags=fate.flags | Flag.CONTACT_AFTER_END)
        elif contact or collected:
            anchor = Anchor.LAST_CONTACT if contact else Anchor.COLLECTION
            fate = self.set(fate, self.clock(Category.PROSPECT, anchor, contact or collected))
        events = [(row.at, True) for row in self.of["objections"][person]] + self.newsletter(person)
        yield self.refused(self.stated(fate), events, Anchor.OBJECTION)

    def management(self, person):
        fate = Fate(person, Purpose.CUSTOMER_MANAGEMENT, -1, Category.CONTRACTUAL)
        if self.facts.relations is None and fate.purpose not in self.policy.not_processed:
            yield fate
        if self.of["relations"][person]:
            yield self.stated(self.on_relations(fate, "contract_end", Anchor.CONTRACT_END))

    def on_relations(self, fate, column, anchor):
        rows = self.of["relations"][fate.person]
        read = [self.relation(row, column) for row in rows]
        ends = tuple(end for _, end, _, _ in read)
        wrong, seen = fate.anomalies, []
        for row, (_, _, late, of_end) in zip(rows, read, strict=True):
            active, of_activity = self.past(row.last_activity)
            wrong |= late | of_end | of_activity
            seen += [active] if active else []
        flags = NO_FLAG
        for start in (start for start, *_ in read if start is not None):
            before = [end for other, end, *_ in read if other is None or other < start]
            if before and None not in before and FOREVER not in before:
                gap = start > self.clock(fate.category, anchor, max(before))[2]
                flags |= Flag.GAP_LONGER_THAN_RETENTION if gap else NO_FLAG
        if None not in ends and FOREVER not in ends:
            fate = self.set(fate, self.clock(fate.category, anchor, max(ends)))
        until = max((end for end in ends if end is not None), default=None)
        inactive = plus(max(seen), Duration(36, 1)) if seen else None
        return replace(fate, ends=ends, running_until=until, inactive_from=inactive, flags=flags, anomalies=wrong)

    def set(self, fate, clock):
        anchor, day, last, duration, charter = clock
        return replace(fate, anchor=anchor, anchor_on=day, last_day=last, duration=duration, charter=charter)

    def refused(self, fate, events, anchor):
        for at, _ in events:
            fate = replace(fate, anomalies=fate.anomalies | self.past(at[0], needed=True)[1])
        day = self.refusal(events)
        if day is None or (fate.last_day is not None and fate.last_day <= day - A_DAY):
            return fate
        return replace(self.set(fate, (anchor, day, day - A_DAY, "", None)), running_until=None, ends=())

    def accounting(self, person):
        fate, rows = Fate(person, Purpose.ACCOUNTING, -1, Category.VOUCHER), self.of["vouchers"][person]
        if self.facts.vouchers is None and fate.purpose not in self.policy.not_processed:
            yield fate
        days = []
        for row in rows:
            day, wrong = self.past(row.issued, needed=True)
            days += [day] if day else []
            fate = replace(fate, anomalies=fate.anomalies | wrong)
        if days:
            fate = self.set(fate, self.clock(Category.VOUCHER, Anchor.FISCAL_YEAR_CLOSE, self.close(max(days))))
        if rows:
            yield self.stated(fate)

    def contests(self, person):
        if self.facts.entries is None and Purpose.CONTESTS not in self.policy.not_processed:
            yield Fate(person, Purpose.CONTESTS, -1, Category.ENTRY)
        for operation in {row.operation for row in self.of["entries"][person]}:
            yield self.contest(person, operation)

    def contest(self, person, operation):
        fate = Fate(person, Purpose.CONTESTS, operation, Category.ENTRY)
        clock, wrong = self.announced(self.operations[operation])
        entries = [row.entered for row in self.of["entries"][person] if row.operation == operation]
        for anomaly in [*wrong, *(self.past(entered[0])[1] for entered in entries)]:
            fate = replace(fate, anomalies=fate.anomalies | anomaly)
        consents = [
            row for row in self.of["consents"][person] if row.operation == operation and row.subject == Subject.ENTRY
        ]
        given = [row for row in consents if row.event == ConsentEvent.GIVEN and self.past(row.at[0])[0]]
        fate = replace(self.set(fate, (*clock, None)), flags=self.proof(given, entries))
        prolonged = self.operations[operation].prolonged_on
        if ZERO_DATE < prolonged < OPEN_END and min((row.at[0] for row in given), default=NO_DAY) < prolonged:
            fate = replace(fate, flags=fate.flags | Flag.OPERATION_PROLONGED)
        events = [(row.at, row.event == ConsentEvent.WITHDRAWN) for row in consents]
        return self.refused(self.stated(fate), events, Anchor.WITHDRAWAL)

    def proof(self, given, entries):
        if not given:
            return Flag.NO_CONSENT
        # Of a pair that occurs twice the earliest entry counts.
        dated = sorted(entered for entered in entries if self.past(entered[0])[0])[:1]
        complete = [row for row in given if row.has_notice and not any(later(row.at, entered) for entered in dated)]
        return NO_FLAG if complete else Flag.PROOF_INCOMPLETE


def later(given, entered):
    """Whether a consent came after the entry: by the instant where both are known, else by the day."""
    instants = not given[2] and not entered[2]
    return given[1] > entered[1] if instants else given[0] > entered[0]
