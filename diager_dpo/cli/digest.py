"""Who must act, for cron's mail: numbers only."""

from datetime import date

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import as_of as as_of_option
from diager_dpo.cli.opening import horizon as horizon_option
from diager_dpo.cli.opening import opened
from diager_dpo.domain.permissions import Grant
from diager_dpo.services.attention import matters
from diager_dpo.services.matters import Matter
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.matter_sentences import matter_sentence
from diager_dpo.ui.words import role_name


@click.command()
@as_of_option()
@horizon_option
@json_option
def digest(as_of: date | None, horizon: int, as_json: bool) -> None:
    """Say what needs somebody, and whom, most urgent first. No personal data."""
    with opened() as (installation, actor):
        day = as_of or installation.today()
        found = matters(installation, actor, day, horizon)
    if as_json:
        print_json({"as_of": day, "horizon_days": horizon, "matters": [_document(matter) for matter in found]})
        return
    click.echo(_("What needs somebody on {day}:", day=formats.day(day)))
    for role in dict.fromkeys(matter.role for matter in found):
        click.echo(f"\n{role_name([Grant(role)])}")
        for matter in found:
            if matter.role is role:
                click.echo(f"  - {matter_sentence(matter)}")
    if not found:
        click.echo("  " + _("Nothing. Everything is as promised."))


def _document(matter: Matter) -> dict[str, object]:
    target = matter.target
    return {
        "code": matter.code,
        "urgency": matter.urgency,
        "who": matter.role,
        "purpose": matter.purpose,
        "count": matter.count,
        "days": matter.days,
        "on": matter.on,
        "subject": matter.subject or None,
        "page": target.page if target else None,
        "filters": dict(target.filters) if target else {},
    }
