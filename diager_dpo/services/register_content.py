"""The register with everything the DPO completed, for screens and exports."""

from sqlalchemy import Connection, and_, func, select

from diager_dpo.domain import register as stated
from diager_dpo.domain.civil import day_date
from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.register_content import (
    Change,
    ChangeKind,
    RegisterContent,
    activities,
    confirmed,
)
from diager_dpo.domain.register_fields import Severity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.access import purposes, require
from diager_dpo.services.index_view import instant
from diager_dpo.services.installation import Installation
from diager_dpo.store.engine import reading
from diager_dpo.store.tables import account, reason, register_version


def register_content(installation: Installation, actor: Identity) -> RegisterContent:
    """The register today, as far as the actor may see it: own purposes only, without added activities, where bound.

    Raises:
        Refused: ``not_permitted``.
    """
    require(installation, actor, Action.SEE_REGISTER)
    allowed = purposes(installation, actor, Action.SEE_REGISTER)
    sees_all = allowed == frozenset(Purpose)
    today, charters = installation.today(), installation.charters
    charter, *supplements = stated.documents(charters, today)
    with reading(installation.store) as connection:
        every = changes_in(connection)
    codes = {purpose.code for purpose in allowed}
    conventions = stated.conventions(charters, today, allowed)
    shown = {convention.code for convention in conventions}
    changes = tuple(each for each in every if sees_all or each.activity in codes or each.item in shown)
    return RegisterContent(
        version=every[-1].version if every else 0,
        as_of=today,
        charter=charter,
        supplements=tuple(supplements),
        activities=activities((e for e in stated.entries(charters, today) if e.purpose in allowed), changes),
        conventions=confirmed(conventions, changes),
        open_questions=stated.open_questions(charters, today, allowed),
        history=changes[::-1],
    )


def changes_in(connection: Connection) -> tuple[Change, ...]:
    """Every change, oldest first. What was erased of a text reads empty."""
    v, said, why = register_version.c, reason.alias("said"), reason.alias("why")
    same = and_(account.c.issuer == v.issuer, account.c.subject == v.subject)
    rows = connection.execute(
        select(
            register_version,
            said.c.text.label("said"),
            why.c.text.label("why"),
            func.coalesce(account.c.display_name, v.subject).label("who"),
        )
        .join(said, v.text == said.c.id)
        .join(why, v.reason == why.c.id)
        .outerjoin(account, same)
        .order_by(v.number)
    ).all()
    return tuple(
        Change(
            version=row.number,
            kind=ChangeKind(row.kind),
            activity=row.activity,
            item=row.item,
            text=row.said or "",
            choices=tuple(filter(None, row.choices.split(","))),
            by=row.who,
            on=instant(row.at).date(),
            why=row.why or "",
            severity=Severity(row.severity) if row.severity else None,
            due=None if row.due is None else day_date(row.due),
        )
        for row in rows
    )
