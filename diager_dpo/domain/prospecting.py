"""Prospecting: legitimate interest, until the person objects or three years have passed."""

import numpy as np

from diager_dpo.domain.anomalies import checked_events, findings_of
from diager_dpo.domain.case import Case
from diager_dpo.domain.civil import NO_DAY, Mask
from diager_dpo.domain.consents import opposition
from diager_dpo.domain.draft import Draft
from diager_dpo.domain.qualification import qualify
from diager_dpo.domain.relation_clock import COMMERCIAL, relation_clock
from diager_dpo.domain.words import Anchor, Category, Flag, Origin, Purpose


def prospecting(case: Case) -> Draft:
    """A prospect's clock starts at the last contact, else at the collection; a customer's at the commercial end."""
    persons = case.facts.persons
    contact = checked_events(persons.contact, case.today)
    collected = checked_events(persons.collected, case.today)
    case.findings += findings_of("persons", "last_inbound_contact_at", contact.anomalies, persons.key)
    case.findings += findings_of("persons", "collected_at", collected.anomalies, persons.key)
    touched = contact.day != NO_DAY
    anchor_on = np.where(touched, contact.day, collected.day)
    draft = Draft.of(case.size, Category.PROSPECT)
    draft.date_from(
        np.select([touched, collected.day != NO_DAY], [Anchor.LAST_CONTACT, Anchor.COLLECTION], Anchor.NONE),
        anchor_on,
        case.rulebook.last_days(Category.PROSPECT, Purpose.PROSPECTING, anchor_on),
    )
    draft.anomalies |= contact.anomalies | collected.anomalies
    draft.opened = np.maximum(contact.day, collected.day)

    related = np.zeros(case.size, np.bool_)
    if case.relations is not None and case.facts.relations is not None:
        related = case.relations.groups.present()
        customer = relation_clock(case, case.relations, case.facts.relations.commercial_end, COMMERCIAL)
        over = (customer.anchor_on != NO_DAY) & (customer.anchor_on < case.today)
        after = np.where(over & (contact.day > customer.anchor_on), Flag.CONTACT_AFTER_END, 0)
        customer.flags |= after.astype(np.int16)
        draft.override(related, customer)
    qualify(case, draft, Purpose.PROSPECTING)

    refusal = opposition(case.facts.objections, case.consents, persons.key, case.today)
    case.findings += refusal.findings
    draft.anomalies |= refusal.anomalies
    draft.opened = np.maximum(draft.opened, refusal.latest_choice)
    rules = case.rulebook
    draft.refuse(
        refusal.since,
        Anchor.OBJECTION,
        np.where(
            related,
            rules.exercised(Purpose.PROSPECTING, Category.CUSTOMER, "GDPR 21"),
            rules.exercised(Purpose.PROSPECTING, Category.PROSPECT, "GDPR 21"),
        ),
    )
    return draft.restricted(related | _known_beside_contests(case, touched))


def _known_beside_contests(case: Case, touched: Mask) -> Mask:
    """Who is known otherwise than by a contest: the consent was for the contest (GDPR 5, 6)."""
    origin = case.facts.persons.origin
    entered = np.zeros(case.size, np.bool_)
    if case.facts.entries is not None:
        entered[case.facts.entries.person] = True
    named = (origin == Origin.PROSPECT) | (origin == Origin.OTHER)
    known: Mask = named | touched | ((origin == Origin.UNKNOWN) & ~entered)
    return known
