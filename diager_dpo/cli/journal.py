"""The journal: whether it is whole, its head to keep elsewhere, the whole of it for somebody else to check."""

from pathlib import Path

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.domain.journal import canonical, head_content
from diager_dpo.services.anchors import head as head_of
from diager_dpo.services.anchors import read_pins, short_form
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.journal import rotate_key as let_another_sign
from diager_dpo.services.journal_export import export as lines_of
from diager_dpo.services.journal_verification import Verification
from diager_dpo.services.journal_verification import verify as look_at
from diager_dpo.ui.journal_faults import fault_sentence, verification_sentence
from diager_dpo.ui.language import _

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def journal() -> None:
    """What was decided and changed: verify, keep its head elsewhere, export."""


@journal.command()
@click.option("--pin", "pins", multiple=True, type=click.Path(path_type=Path), help="A head that was kept; repeatable.")
@click.argument("more", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@json_option
@click.pass_context
def verify(context: click.Context, pins: tuple[Path, ...], more: tuple[Path, ...], as_json: bool) -> None:
    """Look at every entry, and at every row that the entries tell of. Files are pins too: --pin A B.

    Exit code 1 where something is wrong.
    """
    with opened() as (installation, actor):
        found = look_at(installation, actor, read_pins((*pins, *more)))
    if as_json:
        print_json(_content(found))
    else:
        click.echo(verification_sentence(found))
        for fault in found.faults:
            click.echo(f"  {fault_sentence(fault)} [{fault.code}]")
    if not found.whole:
        context.exit(1)


@journal.command()
@_file
def head(file: Path) -> None:
    """Write the signed head to FILE: keep it where nobody of this installation can change it."""
    with opened() as (installation, actor):
        found = head_of(installation, actor)
    if found is None:
        raise NotPossible("journal_not_opened")
    file.write_text(canonical(head_content(found)) + "\n", "utf-8")
    click.echo(short_form(found))


@journal.command()
@_file
def export(file: Path) -> None:
    """Write the whole journal to FILE, for diager_dpo/verifier.py."""
    with opened() as (installation, actor):
        lines = lines_of(installation, actor)
        partial = file.with_name(file.name + ".partial")
        with partial.open("wb") as out:
            out.writelines(lines)
        partial.replace(file)
    click.echo(_("Saved to {folder}.", folder=file))


@journal.command("rotate-key")
def rotate_key() -> None:
    """Let another key sign from now on."""
    with opened() as (installation, actor):
        new = let_another_sign(installation, actor)
    click.echo(_("The journal is signed with key {key} from now on.", key=new[:16]))


def _content(found: Verification) -> dict[str, object]:
    return {
        "whole": found.whole,
        "size": found.size,
        "hash": found.hash,
        "rows": found.rows,
        "months": found.months,
        "pins": found.pins,
        "anchors": found.anchors,
        "more": found.more,
        "faults": [{"code": each.code, "number": each.number, "what": each.what} for each in found.faults],
    }
