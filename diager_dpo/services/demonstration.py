"""The demonstration: a made-up company, the scans and the check it would have had, and the people who look at it.

Making it may be interrupted anywhere and started again: the company is finished before it is used, a scan that was done
is not repeated, and the people, with whom the demonstration counts as made, come last.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select

from diager_dpo.demonstration import is_demonstration, make_company, rewind
from diager_dpo.demonstration.marker import made_on
from diager_dpo.domain.civil import day_date, day_number, later
from diager_dpo.domain.permissions import Grant, Identity, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services import journal
from diager_dpo.services.access import COMMAND_LINE
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.services.issuer import DEMONSTRATION, issuer_in_force
from diager_dpo.services.people import Person, people
from diager_dpo.services.scan_run import run
from diager_dpo.services.scanning import scan
from diager_dpo.services.settings import DEMONSTRATION_SOURCE, Settings
from diager_dpo.services.source_state import check
from diager_dpo.source.description import SourceFile, load_source
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive
from diager_dpo.store.scans import DONE
from diager_dpo.store.tables import account, role_grant
from diager_dpo.store.tables import installation as installation_table
from diager_dpo.store.tables import scan as scan_table

Progress: TypeAlias = Callable[[str, float], None]

ISSUER = DEMONSTRATION
MADE = "demonstration_made"
MARKER = "demonstration"  # name of the row in which the store remembers the id of its demonstration
REPLAYED_MONTHS = 6
_ACTOR = Identity(COMMAND_LINE, "demonstration")
_LOCK = "demonstration"
_SETTLED_FOR = timedelta(days=30)  # a right younger than a day could not approve

# Proposer and approver are never the same person: the DPO and the operator propose, the approvers approve.
PEOPLE = (
    Person(Identity(ISSUER, "dpo"), "Hélène Rochelande", (Grant(Role.DPO),)),
    Person(
        Identity(ISSUER, "approver-sales"),
        "Bastien Corbeforge",
        (Grant(Role.APPROVER, Purpose.PROSPECTING), Grant(Role.APPROVER, Purpose.CONTESTS)),
    ),
    Person(
        Identity(ISSUER, "approver-accounts"),
        "Solène Vaulime",
        (Grant(Role.APPROVER, Purpose.CUSTOMER_MANAGEMENT), Grant(Role.APPROVER, Purpose.ACCOUNTING)),
    ),
    Person(Identity(ISSUER, "management"), "Étienne Hautegarde", (Grant(Role.MANAGEMENT),)),
    Person(Identity(ISSUER, "operator"), "Inès Belcoing", (Grant(Role.OPERATOR, Purpose.PROSPECTING),)),
    Person(Identity(ISSUER, "auditor"), "Octave Noirmortier", (Grant(Role.AUDITOR),)),
    Person(Identity(ISSUER, "administrator"), "Nadia Boisdrille", (Grant(Role.ADMINISTRATOR),)),
)

# Whom of the recipients of the charter they are. For accounting the charter names none, which the register shows.
RECIPIENTS = {
    ("operator", Purpose.PROSPECTING): "Collaborateurs de DIAGER chargés de la prospection",
    ("approver-sales", Purpose.PROSPECTING): "Collaborateurs de DIAGER chargés de la prospection",
    ("approver-sales", Purpose.CONTESTS): "Collaborateurs de DIAGER chargés de l'opération",
    ("approver-accounts", Purpose.CUSTOMER_MANAGEMENT): "Collaborateurs de la comptabilité et de la facturation",
}


def make_demonstration(home: Path, today: date, progress: Progress | None = None) -> None:
    """Make the demonstration in ``home``, or what is missing of it; nothing where it is all there.

    ``progress`` hears ``company``, ``replaying``, ``scanning`` and ``done`` with the share already done, 0 to 1.

    Raises:
        NotPossible: ``demonstration_under_way``: another process makes it now; ``store_in_use``: the store already
            knows another source; or what is wrong with the home.
    """
    tell = progress or (lambda _phase, _share: None)
    installation = open_installation(Settings(home=home, source=None))
    try:
        with exclusive(installation.store, _LOCK, 0) as taken:
            if not taken:
                raise NotPossible("demonstration_under_way")
            if not demonstration_people(installation):
                _make(installation, today, tell)
        tell("done", 1.0)
    finally:
        installation.close()


def demonstration_people(installation: Installation) -> tuple[Person, ...]:
    """Whom one may choose to be; nobody unless the source is the very demonstration whose marker the store knows."""
    if issuer_in_force(installation) != ISSUER:
        return ()
    marker = is_demonstration(installation.settings.demonstration_file)
    with reading(installation.store) as connection:
        known = connection.scalar(select(installation_table.c.value).where(installation_table.c.name == MARKER))
    return people(installation, ISSUER) if marker is not None and marker == known else ()


def _make(installation: Installation, today: date, tell: Progress) -> None:
    file = installation.settings.demonstration_file
    workshop = file.with_name("demonstration.making")
    workshop.mkdir(mode=0o700, exist_ok=True)
    company = workshop / "company.sqlite3"
    source = load_source(DEMONSTRATION_SOURCE)
    last = _last_day_scanned(installation, source.name)
    tell("company", 0.0)
    in_place = made_on(file) is not None  # it was finished, and the making was interrupted afterwards
    if in_place:
        company = file
    elif made_on(company) is None:
        make_company(company, today, lambda _step, share: tell("company", 0.25 * share))
    made = made_on(company) or today  # of an interrupted making, which goes on as it began

    settings = installation.settings
    at_work = replace(installation, source=source, settings=settings.model_copy(update={"home": workshop}))
    for number, day in enumerate(_months_before(made)):
        tell("replaying", 0.25 + 0.6 * number / REPLAYED_MONTHS)
        if last is None or day > last:
            _replay(at_work, source, company, day)
    if not in_place:
        company.replace(file)
    shutil.rmtree(workshop)

    tell("scanning", 0.85)
    finished = replace(installation, source=source)
    if not (in_place and last == made):
        scan(finished, _ACTOR, day=None if made == installation.today() else made)
    check(finished, _ACTOR)
    with writing(installation.store) as connection:
        _remember(installation, connection, str(is_demonstration(file)))


def _replay(at_work: Installation, source: SourceFile, company: Path, day: date) -> None:
    """The scan of an earlier day, on a copy of the company that knows nothing later."""
    copy = at_work.settings.demonstration_file
    shutil.copyfile(company, copy)
    rewind(copy, day)
    run(
        at_work, source, day, replayed=True, listener=None
    )  # no entry of the journal: the home it works in goes, with its keys


def _months_before(day: date) -> list[date]:
    """The same day of the months before, oldest first."""
    months = -np.arange(REPLAYED_MONTHS, 0, -1, dtype=np.int32)
    days = later(np.full(REPLAYED_MONTHS, day_number(day), dtype=np.int32), months)
    return [day_date(number) for number in days.tolist()]


def _last_day_scanned(installation: Installation, source: str) -> date | None:
    """The day of the latest scan that came to its end: replays go forward in time only."""
    with reading(installation.store) as connection:
        if connection.scalar(select(scan_table.c.id).where(scan_table.c.source != source).limit(1)):
            raise NotPossible("store_in_use")
        query = select(func.max(scan_table.c.day)).where(scan_table.c.source == source, scan_table.c.state == DONE)
        last = connection.scalar(query)
    return None if last is None else day_date(last)


def _remember(installation: Installation, connection: Connection, marker: str) -> None:
    """The people and the marker, in place of those of a former demonstration."""
    former = _rows(connection)
    for table in (role_grant, account):
        connection.execute(delete(table).where(table.c.issuer == ISSUER))
    accounts: list[dict[str, str]] = []
    grants: list[dict[str, str | int | None]] = []
    granted_at = (installation.now() - _SETTLED_FOR).isoformat()
    for person in PEOPLE:
        issuer, subject = person.identity.issuer, person.identity.subject
        accounts.append({"issuer": issuer, "subject": subject, "display_name": person.display_name})
        for held in person.grants:
            right = {"role": held.role.value, "purpose": held.purpose, "granted_at": granted_at}
            recipient = RECIPIENTS.get((subject, held.purpose)) if held.purpose else None
            grants.append({"issuer": issuer, "subject": subject, "recipient": recipient, **right})
    connection.execute(insert(account), accounts)
    connection.execute(insert(role_grant), grants)
    connection.execute(delete(installation_table).where(installation_table.c.name == MARKER))
    connection.execute(insert(installation_table), {"name": MARKER, "value": marker})
    rows = [*_rows(connection), *former]
    changed = [row for place, row in enumerate(rows) if row not in rows[:place]]
    journal.record(
        installation, connection, _ACTOR, action=MADE, about=f"demonstration:{marker}", details={}, changed=changed
    )


def _rows(connection: Connection) -> list[journal.Changed]:
    """The rows of the people of the demonstration, for the journal."""
    people_of = select(account.c.subject).where(account.c.issuer == ISSUER).order_by(account.c.subject)
    rights = select(role_grant.c.id).where(role_grant.c.issuer == ISSUER).order_by(role_grant.c.id)
    return [
        *((account, {"issuer": ISSUER, "subject": subject}) for subject in connection.scalars(people_of)),
        *((role_grant, {"id": right}) for right in connection.scalars(rights)),
    ]
