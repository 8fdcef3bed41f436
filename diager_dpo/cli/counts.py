"""How many records stand where on a day."""

from datetime import date

import click

from diager_dpo.cli.answers import print_json, print_table
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import as_of as as_of_option
from diager_dpo.cli.opening import horizon as horizon_option
from diager_dpo.cli.opening import opened
from diager_dpo.domain.words import Status
from diager_dpo.services.counting import Counts
from diager_dpo.services.counting import counts as count
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, pgettext
from diager_dpo.ui.words import purpose_name, status_name


@click.command()
@as_of_option()
@horizon_option
@json_option
def counts(as_of: date | None, horizon: int, as_json: bool) -> None:
    """Count the records of each purpose by status."""
    with opened() as (installation, actor):
        answer = count(installation, actor, as_of or installation.today(), horizon)
    if as_json:
        print_json(_document(answer))
        return
    click.echo(
        _(
            "On {day}, looking {days} ahead; facts read on {moment}.",
            day=formats.day(answer.as_of),
            days=formats.days(answer.horizon_days),
            moment=formats.instant(answer.scanned_at),
        )
    )
    rows = [
        [
            purpose_name(each.purpose),
            *(formats.number(each.of(status)) for status in Status),
            formats.number(each.total),
        ]
        for each in answer.purposes
    ]
    head = [
        pgettext("command line", "Purpose"),
        *(status_name(status) for status in Status),
        pgettext("command line", "Total"),
    ]
    print_table(head, rows)


def _document(answer: Counts) -> dict[str, object]:
    return {
        "as_of": answer.as_of,
        "horizon_days": answer.horizon_days,
        "scanned_at": answer.scanned_at,
        "purposes": {
            each.purpose.code: {**{status.code: each.of(status) for status in Status}, "total": each.total}
            for each in answer.purposes
        },
    }
