"""The source file: does it fit the live schema, and what does the source need."""

import os
from pathlib import Path

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.services.source_engine import configured_source, source_engine
from diager_dpo.services.source_state import SourceCheck, check_file
from diager_dpo.services.source_state import check as check_configured
from diager_dpo.source.check import CheckReport, Severity
from diager_dpo.source.receipts import DIALECTS, receipts_ddl
from diager_dpo.ui.check_sentences import problem_sentence, write_warning
from diager_dpo.ui.language import _, ngettext

#: The name of the receipts table where the source file gives none.
DEFAULT_RECEIPTS = "dpo_erasure_receipt"


@click.group()
def sources() -> None:
    """Look after the file that describes the source."""


@sources.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Compare FILE with the live schema. Exit code 1 where something stands in the way of a purge."""
    with opened() as (installation, actor):
        configured = installation.source
        if configured is not None and os.path.realpath(configured.file) == os.path.realpath(file):
            found = check_configured(installation, actor)
        else:
            found = check_file(installation, actor, file)
    report = found.report
    if as_json:
        print_json(
            {
                "file": str(file),
                "clean": report.clean,
                "tables": report.tables,
                "problems": _problems(report),
                "writable": found.writable,
            }
        )
    else:
        _tell(found)
    ctx.exit(0 if report.clean else 1)


@sources.command("receipts-ddl")
@click.option("--database", type=click.Choice(DIALECTS), help="Default: that of the source.")
@click.option("--table", help="Default: what the source file says.")
def receipts_definition(database: str | None, table: str | None) -> None:
    """Print the definition of the table in which an erasure leaves its receipts."""
    if database is None or table is None:
        with opened() as (installation, _actor), source_engine(installation) as engine:
            database = database or engine.dialect.name
            table = table or configured_source(installation).receipts or DEFAULT_RECEIPTS
    click.echo(receipts_ddl(database, table), nl=False)


def _problems(report: CheckReport) -> list[dict[str, object]]:
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "table": problem.table or None,
            "column": problem.column or None,
            "values": dict(problem.values),
        }
        for problem in report.problems
    ]


def _tell(found: SourceCheck) -> None:
    report = found.report
    names = {Severity.BLOCKING: _("blocks purges"), Severity.WARNING: _("to be looked at")}
    for problem in report.problems:
        click.echo(f"- {problem_sentence(problem)} [{problem.code}, {names[problem.severity]}]")
    if found.writable:
        click.echo(f"- {write_warning(found.writable)} [account_can_write, {names[Severity.WARNING]}]")
    blocking = len(found.blocking)
    if blocking:
        click.echo(
            ngettext("{n} problem blocks purges; counts work.", "{n} problems block purges; counts work.", blocking)
        )
    else:
        click.echo(_("The file fits the schema."))
