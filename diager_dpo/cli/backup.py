"""Save an installation and bring it back."""

from pathlib import Path

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.services.backup import back_up
from diager_dpo.services.backup import restore as bring_back
from diager_dpo.ui.language import _

_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.command()
@_folder
@json_option
def backup(folder: Path, as_json: bool) -> None:
    """Copy store, keys and configuration to DIR."""
    with opened() as (installation, actor):
        back_up(installation, actor, folder)
    _answer(folder, _("Saved to {folder}.", folder=folder), as_json=as_json)


@click.command()
@_folder
@json_option
def restore(folder: Path, as_json: bool) -> None:
    """Bring back what was saved to DIR, once it has been verified."""
    with opened() as (installation, actor):
        bring_back(installation, actor, folder)
    _answer(folder, _("Restored from {folder}.", folder=folder), as_json=as_json)


def _answer(folder: Path, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"folder": str(folder)})
    else:
        click.echo(text)
