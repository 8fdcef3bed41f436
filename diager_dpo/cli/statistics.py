"""Commercial statistics from a shell: publish closed months, export what is published, attack it."""

import os
import re
import sys
from contextlib import suppress

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.services.publication import audit_published, publish
from diager_dpo.services.publication_plan import Progress
from diager_dpo.services.safe_sheets import csv_table
from diager_dpo.services.statistics import ExportedCell, export
from diager_dpo.services.statistics import months as months_of
from diager_dpo.ui import formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.publication_sentences import finding_sentence, reason_sentence

_COLUMNS = ("table", "period", "family", "region", "channel", "measure", "value")


@click.group()
def statistics() -> None:
    """Commercial statistics under disclosure control: publish, export, audit."""


@statistics.command("publish")
@click.option("--until", metavar="YYYY-MM", help="Publish no month after this one.")
@json_option
def publish_months(until: str | None, as_json: bool) -> None:
    """Publish the closed months that are not yet, from the latest back."""
    if until is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", until):
        raise click.BadParameter(f"{until!r} is not a month such as 2026-10", param_hint="--until")
    with suppress(OSError, AttributeError):  # Windows has no such thing
        os.nice(10)
    with opened() as (installation, actor):
        done = publish(installation, actor, until, _show if sys.stderr.isatty() else None)
        reasons = {it.period: it.reason for it in months_of(installation, actor)}
    if as_json:
        print_json(done)
        return
    n = len(done.published)
    click.echo(ngettext("{n} month was published.", "{n} months were published.", n))
    for month in done.not_publishable:
        click.echo(f"- {month}: {reason_sentence(reasons[month])} [{reasons[month]}]")
    for month in done.late:
        click.echo(f"- {month}: " + _("lines changed after publication; they are counted nowhere."))
    if done.undated:
        text = ngettext("{n} line has no day that can be.", "{n} lines have no day that can be.", done.undated)
        click.echo(f"- {text}")


@statistics.command("export")
@click.option("--json", "form", flag_value="json", default="json", help="A list of cells (the default).")
@click.option("--csv", "form", flag_value="csv", help="The same as CSV.")
def export_cells(form: str) -> None:
    """Print every published cell: "*" is a total, a hidden value is null; revenue in euros."""
    with opened() as (installation, actor):
        cells = export(installation, actor)
    if form == "json":
        print_json([_document(it) for it in cells])
        return
    rows = [(it.table, it.period, it.family, it.region, it.channel, it.measure, _plain(it)) for it in cells]
    click.echo(csv_table(_COLUMNS, rows), nl=False)


@statistics.command("audit")
@json_option
@click.pass_context
def audit_months(context: click.Context, as_json: bool) -> None:
    """Attack everything that was ever published, with the source at hand. Exit code 1 where something is found."""
    with opened() as (installation, actor):
        found = audit_published(installation, actor)
    if as_json:
        print_json([{"code": it.code, "period": it.period, "cells": it.cells} for it in found])
    else:
        for it in found:
            click.echo(f"- {it.period}: {finding_sentence(it.code)} [{it.code}]")
        if not found:
            click.echo(_("The audit found nothing in what is published."))
    if found:
        context.exit(1)


def _document(it: ExportedCell) -> dict[str, object]:
    value = it.value / 100 if it.measure == "revenue" and isinstance(it.value, int) else it.value
    return {
        "table": it.table,
        "period": it.period,
        "family": it.family,
        "region": it.region,
        "channel": it.channel,
        "measure": it.measure,
        "value": value,
    }


def _plain(it: ExportedCell) -> str | int | None:
    """Euros with a point and two decimals; csv_table would take a minus sign for a formula."""
    if it.measure != "revenue" or not isinstance(it.value, int):
        return it.value
    return _Euros(it.value)


class _Euros(int):
    """Cents that are written as euros: a true number of a CSV."""

    def __str__(self) -> str:
        sign = "-" if self < 0 else ""
        return f"{sign}{abs(int(self)) // 100}.{abs(int(self)) % 100:02d}"


def _show(progress: Progress) -> None:
    done = f"{formats.number(progress.done)} / {formats.number(progress.expected)}"
    click.echo(f"\r\x1b[K{progress.month} {done}", nl=not progress.month, err=True)
