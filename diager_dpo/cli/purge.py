"""Purges from a shell: look, execute what two people approved, recover. Nobody proposes or approves here."""

import sys
from pathlib import Path

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.services.purge_board import board
from diager_dpo.services.purge_certificates import certificate as certificate_of
from diager_dpo.services.purge_execution import Progress, execute, recover, watch
from diager_dpo.services.purge_run import Step
from diager_dpo.services.purge_views import PurgeLine
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.words import purpose_name


@click.group()
def purge() -> None:
    """Look at purges, execute what two people approved, recover what was interrupted."""


@purge.command("list")
@json_option
def list_purges(as_json: bool) -> None:
    """List the purges that are open, and the last ones that are over."""
    with opened() as (installation, actor):
        known = board(installation, actor, installation.today())
    found = (*known.open, *known.history)
    if as_json:
        print_json([_line(it) for it in found])
        return
    if not found:
        click.echo(_("There is no purge."))
    for it in found:
        place = f" ({it.operation})" if it.operation else ""
        items = f"{formats.number(it.erased)} / {formats.number(it.items)}"
        click.echo(f"{it.number}  {purpose_name(it.purpose)}{place}  {it.state.value}  {items}")


@purge.command("execute")
@click.argument("number", type=click.IntRange(min=1))
@json_option
@click.pass_context
def execute_purge(ctx: click.Context, number: int, as_json: bool) -> None:
    """Erase what purge NUMBER holds, once two people approved it. Exit code 1 where it needs somebody."""
    with opened() as (installation, actor):

        def show(step: Step) -> None:
            if step is Step.RESULT_WRITTEN:
                at = watch(installation, actor, number)
                click.echo(f"\r\x1b[K{formats.number(at.settled)} / {formats.number(at.items)}", nl=False, err=True)

        done = execute(installation, actor, number, show if sys.stderr.isatty() else None)
    _tell(done, as_json=as_json)
    ctx.exit(0 if done.state is PurgeState.EXECUTED else 1)


@purge.command("recover")
@json_option
def recover_purges(as_json: bool) -> None:
    """Settle what an interrupted execution left, from the receipts in the source. Done again, it changes nothing."""
    with opened() as (installation, actor):
        touched = recover(installation, actor)
    if as_json:
        print_json({"purges": list(touched)})
        return
    click.echo(ngettext("{n} purge was settled.", "{n} purges were settled.", len(touched)))


@purge.command("certificate")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--json", "json_file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where to.")
def certificate(number: int, json_file: Path) -> None:
    """Write the certificate of the executed purge NUMBER, for diager_dpo/verifier.py; issue it where there is none."""
    with opened() as (installation, actor):
        issued = certificate_of(installation, actor, number)
    partial = json_file.with_name(json_file.name + ".partial")
    partial.write_bytes(issued.json)
    partial.replace(json_file)
    click.echo(_("Saved to {folder}.", folder=json_file))


def _line(it: PurgeLine) -> dict[str, object]:
    return {
        "purge": it.number,
        "purpose": it.purpose,
        "operation": it.operation or None,
        "state": it.state,
        "by_hand": it.by_hand,
        "items": it.items,
        "erased": it.erased,
    }


def _tell(done: Progress, *, as_json: bool) -> None:
    erased, skipped, failed = (done.states[it] for it in (ItemState.ERASED, ItemState.SKIPPED, ItemState.FAILED))
    if as_json:
        why = {f"{state.value}:{code}": n for (state, code), n in done.why.items()}
        print_json(
            {
                "purge": done.number,
                "state": done.state,
                "stopped": done.stopped or None,
                "items": done.items,
                "erased": erased,
                "skipped": skipped,
                "failed": failed,
                "why": why,
            }
        )
        return
    click.echo(
        _(
            "Purge {number}: erased {erased} of {items}; skipped {skipped}, failed {failed}.",
            number=done.number,
            erased=formats.number(erased),
            items=formats.number(done.items),
            skipped=formats.number(skipped),
            failed=formats.number(failed),
        )
    )
    for (state, code), n in done.why.items():
        click.echo(f"- {state.value}, {code}: {formats.number(n)}")
    if done.state is not PurgeState.EXECUTED:
        click.echo(_("It stopped and needs somebody: {code}.", code=done.stopped or done.state.value), err=True)
