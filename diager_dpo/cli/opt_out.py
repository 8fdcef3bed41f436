"""Which addresses of a file are opposed to prospecting."""

from pathlib import Path

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.services.opt_out import check_addresses
from diager_dpo.ui import formats
from diager_dpo.ui.language import _


@click.group(name="opt-out")
def opt_out() -> None:
    """Compare with the opt-out list before writing to anybody."""


@opt_out.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say which e-mail addresses and telephone numbers of a CSV are opposed; nothing of the file is kept."""
    with opened() as (installation, actor):
        found = check_addresses(installation, actor, file.read_bytes())
    if as_json:
        print_json(found)
        return
    for each in found.opposed:
        click.echo(
            _(
                "Line {line}, column {column}: {address} (opposed since {day})",
                line=each.line,
                column=each.column,
                address=each.address,
                day=formats.day(each.since),
            )
        )
    click.echo(
        _(
            "{opposed} opposed among {addresses} e-mail addresses and telephone numbers in {lines} lines.",
            opposed=formats.number(len(found.opposed)),
            addresses=formats.number(found.addresses),
            lines=formats.number(found.lines),
        )
    )
