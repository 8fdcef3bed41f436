"""Why each record of a person stands where it stands."""

from datetime import date

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import as_of as as_of_option
from diager_dpo.cli.opening import opened
from diager_dpo.domain.explanation import Explanation
from diager_dpo.domain.words import Anchor, Purpose
from diager_dpo.services.records import PersonExplanation
from diager_dpo.services.records import explain as explain_persons
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.step_sentences import step_sentence, supplements
from diager_dpo.ui.words import purpose_name, status_name


@click.command()
@click.argument("persons", metavar="PERSON...", nargs=-1, required=True)
@as_of_option()
@json_option
def explain(persons: tuple[str, ...], as_of: date | None, as_json: bool) -> None:
    """Explain every record of one or several PERSONs, named by their keys."""
    with opened() as (installation, actor):
        answers = explain_persons(installation, actor, persons, as_of or installation.today())
        names = supplements(installation.charters)
    if as_json:
        print_json([_document(answer) for answer in answers])
        return
    for answer in answers:
        click.echo(_("Person {key}, on {day}", key=answer.person, day=formats.day(answer.as_of)))
        if not answer.purposes:
            click.echo("  " + _("No record: the last scan did not find this person, or nothing is left of them."))
        for record in answer.purposes:
            place = f" ({record.operation})" if record.operation else ""
            click.echo(f"  {purpose_name(record.purpose)}{place} \u2013 {status_name(record.status)}")
            for step in record.steps:
                click.echo(f"    - {step_sentence(step, names)}")


def _document(answer: PersonExplanation) -> dict[str, object]:
    return {
        "person": answer.person,
        "as_of": answer.as_of,
        "purposes": [_record(record) for record in answer.purposes],
    }


def _record(record: Explanation) -> dict[str, object]:
    operation = {"operation": record.operation} if record.purpose is Purpose.CONTESTS else {}
    rule = record.rule
    return {
        "purpose": record.purpose,
        **operation,
        "category": record.category,
        "status": record.status,
        "last_day": record.last_day,
        "due_from": record.due_from,
        "anchor": {"event": None if record.anchor is Anchor.NONE else record.anchor, "on": record.anchor_on},
        "rule": {"duration": rule.duration or None, "charter": rule.charter or None, "clause": rule.clause or None},
        "flags": record.flags,
        "anomalies": record.anomalies,
    }
