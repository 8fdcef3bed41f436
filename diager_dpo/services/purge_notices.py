"""Who must be told that data were erased, until somebody records that they were (GDPR 19 and 28)."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from diager_dpo.domain.permissions import Action, Identity
from diager_dpo.domain.words import Purpose
from diager_dpo.services.accounts import recipients
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.index_view import index_view, instant
from diager_dpo.services.installation import Installation
from diager_dpo.services.journal import Changed
from diager_dpo.services.purge_lines import Reader, reader
from diager_dpo.services.purge_standing import note, standing
from diager_dpo.services.purge_views import NoticeLine
from diager_dpo.store.engine import writing
from diager_dpo.store.tables import operation, purge, purge_notice

TOLD = "purge_recipient_told"


def notices(installation: Installation, actor: Identity) -> tuple[NoticeLine, ...]:
    """Whom nobody has told yet, of every purge that the actor may see; the oldest purge first.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``.
    """
    with index_view(installation, actor, Action.SEE_PURGES) as view:
        reads = reader(installation, view.connection, actor, view.source)
        rows = view.connection.execute(
            select(purge)
            .where(
                purge.c.source == view.source,
                purge.c.purpose.in_(view.purposes),
                purge.c.id.in_(select(purge_notice.c.purge).where(purge_notice.c.told_at.is_(None))),
            )
            .order_by(purge.c.id)
        ).all()
        return tuple(
            line
            for row in rows
            for line in notices_of(installation, view.connection, row, reads)
            if line.told_at is None
        )


def record_told(installation: Installation, actor: Identity, number: int, recipient: str) -> None:
    """Record that a recipient was told, as the DPO did it.

    Raises:
        Refused: ``not_permitted``.
        NotPossible: ``no_source``, ``purge_unknown``, ``purge_notice_unknown`` also where it was recorded already.
    """
    with writing(installation.store) as connection:
        row = standing(installation, connection, actor, Action.RECORD_NOTICE, number)
        told = connection.execute(
            update(purge_notice)
            .where(
                purge_notice.c.purge == number,
                purge_notice.c.recipient == recipient,
                purge_notice.c.told_at.is_(None),
            )
            .values(told_at=installation.now().isoformat(), issuer=actor.issuer, subject=actor.subject)
        )
        if told.rowcount != 1:
            raise NotPossible("purge_notice_unknown", purge=number)
        note(
            installation,
            connection,
            actor,
            TOLD,
            row,
            details={"recipient": recipient},
            changed=[_row(number, recipient)],
        )


def announce(installation: Installation, connection: Connection, number: int) -> int:
    """List who must be told of a purge that was executed, in the transaction that says so; how many there are.

    The recipients of its purpose as the charter in force words them, and the provider of its operation. Whom an earlier
    call listed is not listed twice.
    """
    row = connection.execute(
        select(purge.c.source, purge.c.purpose, purge.c.operation).where(purge.c.id == number)
    ).one()
    named = [text.fr for text in recipients(installation)[Purpose(row.purpose)]]
    if row.operation:
        query = select(operation.c.provider).where(
            operation.c.source == row.source, operation.c.operation == row.operation
        )
        named += [provider for provider in connection.execute(query).scalars() if provider]
    known = set(connection.execute(select(purge_notice.c.recipient).where(purge_notice.c.purge == number)).scalars())
    rows = [{"purge": number, "recipient": each} for each in dict.fromkeys(named) if each not in known]
    if rows:
        connection.execute(insert(purge_notice), rows)
    return len(rows)


def rows_of(connection: Connection, number: int) -> list[Changed]:
    """The notices of a purge, for the entry that tells of them."""
    listed = select(purge_notice.c.recipient).where(purge_notice.c.purge == number).order_by(purge_notice.c.recipient)
    return [_row(number, recipient) for recipient in connection.scalars(listed)]


def _row(number: int, recipient: str) -> Changed:
    return purge_notice, {"purge": number, "recipient": recipient}


def notices_of(
    installation: Installation, connection: Connection, row: Row[Any], reads: Reader
) -> tuple[NoticeLine, ...]:
    """Everybody to be told of one purge, told or not."""
    purpose = Purpose(row.purpose)
    worded = {text.fr: text for text in recipients(installation)[purpose]}
    query = select(purge_notice).where(purge_notice.c.purge == row.id).order_by(purge_notice.c.recipient)
    return tuple(
        NoticeLine(
            purge=row.id,
            purpose=purpose,
            recipient=each.recipient,
            text=worded.get(each.recipient),
            told_at=None if each.told_at is None else instant(each.told_at),
            told_by=reads.name(each.issuer, each.subject),
        )
        for each in connection.execute(query)
    )
