"""What every command needs: an installation, who acts, and the options that several share."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click

from diager_dpo.domain.permissions import Identity
from diager_dpo.services.access import COMMAND_LINE
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.ui.language import N_

HORIZON_DAYS = 90

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
horizon = click.option(
    "--horizon", type=click.IntRange(0, 36_500), default=HORIZON_DAYS, show_default=True, help="Days that are soon."
)


class Day(click.ParamType[date]):
    """A civil day, as ISO 8601 writes it."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a usage error where it is none."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2025-01-31", param, ctx)


def as_of(text: str = N_("The day to look at; default: today.")) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option ``--as-of``."""
    return click.option("--as-of", type=Day(), help=text)


@contextmanager
def opened() -> Iterator[tuple[Installation, Identity]]:
    """The installation of the environment, and the user of the system as the one who acts."""
    installation = open_installation()
    try:
        yield installation, operator()
    finally:
        installation.close()


def operator() -> Identity:
    """Who the command line acts as."""
    try:
        return Identity(COMMAND_LINE, getpass.getuser())
    except (KeyError, OSError, ImportError):  # a container may run as a user without a name
        return Identity(COMMAND_LINE, "unknown")
