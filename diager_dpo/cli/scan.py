"""Read the source and bring the index up to date."""

import sys
from collections.abc import Sequence
from datetime import date

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import as_of as as_of_option
from diager_dpo.cli.opening import opened
from diager_dpo.domain.facts import Finding
from diager_dpo.services.scan_progress import Progress
from diager_dpo.services.scan_run import ScanResult
from diager_dpo.services.scanning import scan as scan_source
from diager_dpo.services.source_state import check, findings
from diager_dpo.ui import formats
from diager_dpo.ui.check_sentences import write_warning
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.phases import phase_name
from diager_dpo.ui.words import anomaly_names


@click.command()
@as_of_option(N_("The day of the scan, for tests and replays; recorded. Default: today."))
@json_option
def scan(as_of: date | None, as_json: bool) -> None:
    """Read the facts, decide every record, apply the difference to the index, and check the source file.

    Anomalies are counted, without keys. An account that could write is warned of.
    """
    with opened() as (installation, actor):
        result = scan_source(installation, actor, day=as_of, progress=_show if sys.stderr.isatty() else None)
        set_aside = findings(installation, actor)
        checked = check(installation, actor)  # the screens then show a check of the same day
    if checked.writable:
        click.echo(write_warning(checked.writable), err=True)
    if as_json:
        print_json(_document(result, set_aside))
        return
    click.echo(
        _(
            "Scan of {day}: persons {persons}, records {records}; new {added}, changed {changed}, gone {removed}.",
            day=formats.day(result.day),
            persons=formats.number(result.persons),
            records=formats.number(result.records),
            added=formats.number(result.difference.added),
            changed=formats.number(result.difference.changed),
            removed=formats.number(result.difference.removed),
        )
    )
    for found in set_aside:
        place = f"{found.fact}.{found.column}"
        click.echo(f"- {place}: {anomaly_names(found.anomaly)[0]} ({formats.number(found.count)})")


def _document(result: ScanResult, set_aside: Sequence[Finding]) -> dict[str, object]:
    return {
        "scan": result.scan,
        "day": result.day,
        "persons": result.persons,
        "records": result.records,
        "added": result.difference.added,
        "changed": result.difference.changed,
        "removed": result.difference.removed,
        "anomalies": [
            {"anomaly": found.anomaly.codes[0], "fact": found.fact, "column": found.column, "count": found.count}
            for found in set_aside
        ],
    }


def _show(progress: Progress) -> None:
    """How far, on one line of a terminal."""
    done = formats.number(progress.done) + (f" / {formats.number(progress.expected)}" if progress.expected else "")
    click.echo(f"\r\x1b[K{phase_name(progress.phase)} {done}", nl=progress.phase == "done", err=True)
