"""Answers as JSON and as tables of text."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

import click

from diager_dpo.domain.words import Anomaly, Flag


def print_json(value: Any) -> None:
    """One JSON document: days and instants in ISO 8601, words by their codes, flags and anomalies as lists of codes."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """A value made of dataclasses, words and days as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    match value:
        case Mapping():
            return {str(plain(key)): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case Flag() | Anomaly():
            return list(value.codes)
        case Enum():
            return value.value if isinstance(value, str) else value.name.lower()
        case date():
            return value.isoformat()
        case _:
            return value


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns side by side: the first one to the left, the others, which are numbers, to the right."""
    widths = [max(len(line[column]) for line in (head, *rows)) for column in range(len(head))]
    for line in (head, *rows):
        cells = [text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)]
        click.echo("  ".join((line[0].ljust(widths[0]), *cells)))
