"""Make the demonstration company."""

import json
import sys

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.services.demonstration import demonstration_people, make_demonstration
from diager_dpo.ui import formats
from diager_dpo.ui.language import _
from diager_dpo.ui.phases import phase_name


@click.command()
@json_option
@click.option("--steps", is_flag=True, help="Say each step as one line of JSON, for whoever started this process.")
def demo(as_json: bool, steps: bool) -> None:
    """Make the made-up company, its store and its people in DIAGER_DPO_HOME, where nothing is configured."""
    with opened() as (installation, _actor):
        settings = installation.settings
        tell = _say if steps else _show if sys.stderr.isatty() else None
        make_demonstration(settings.home, installation.today(), tell)
        people = demonstration_people(installation)
    if steps:
        return
    if as_json:
        names = [{"subject": person.identity.subject, "name": person.display_name} for person in people]
        print_json({"database": str(settings.demonstration_file), "people": names})
    else:
        click.echo(_("The demonstration company is ready."))


def _say(phase: str, share: float) -> None:
    """One step, to a program."""
    click.echo(json.dumps({"phase": phase, "share": share}))


def _show(phase: str, share: float) -> None:
    """How far, on one line of a terminal."""
    click.echo(f"\r\x1b[K{phase_name(phase)} {formats.percent(share)}", nl=share >= 1, err=True)
