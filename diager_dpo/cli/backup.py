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
    """Copy store, keys and configuration to DIR, which must be new or empty."""
    with opened() as (installation, actor):
        written = back_up(installation, actor, folder)
    if as_json:
        print_json({"folder": str(written)})
    else:
        click.echo(_("Saved to {folder}.", folder=written))


@click.command()
@_folder
@click.option("--overwrite", is_flag=True, help="Replace a store that is in use.")
@json_option
def restore(folder: Path, overwrite: bool, as_json: bool) -> None:
    """Bring back what was saved to DIR, once it has been verified."""
    with opened() as (installation, actor):
        restored = bring_back(installation, actor, folder, overwrite=overwrite)
    if as_json:
        print_json({"folder": str(restored.folder), "kept": [str(path) for path in restored.kept]})
        return
    click.echo(_("Restored from {folder}.", folder=restored.folder))
    for path in restored.kept:
        click.echo("  " + _("{file} differs from the one saved, and was left as it is.", file=path))
