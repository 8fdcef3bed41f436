"""The commands, and what becomes of an error.

Exit codes: 0; 1 where something could not be done or a fault was found; 2 where the command line was wrong. A command
is imported when it is called: ``counts`` does not wait for what a scan needs.
"""

import importlib
import logging
import os
import traceback
from collections.abc import Sequence

import click

from diager_dpo import __version__
from diager_dpo.cli.help_words import in_words, speak
from diager_dpo.services.errors import DpoError
from diager_dpo.ui.language import DEFAULT, Language, _, from_code, use
from diager_dpo.ui.sentences import sentence

#: Name of a command -> module and command object.
_COMMANDS = {
    "demo": "diager_dpo.cli.demo:demo",
    "sources": "diager_dpo.cli.sources:sources",
    "scan": "diager_dpo.cli.scan:scan",
    "counts": "diager_dpo.cli.counts:counts",
    "explain": "diager_dpo.cli.explain:explain",
    "purge": "diager_dpo.cli.purge:purge",
    "statistics": "diager_dpo.cli.statistics:statistics",
    "digest": "diager_dpo.cli.digest:digest",
    "opt-out": "diager_dpo.cli.opt_out:opt_out",
    "accounts": "diager_dpo.cli.accounts:accounts",
    "journal": "diager_dpo.cli.journal:journal",
    "backup": "diager_dpo.cli.backup:backup",
    "restore": "diager_dpo.cli.backup:restore",
}


class Program(click.Group):
    """A group whose commands load when they are called, and whose errors are one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order in which somebody meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        return in_words(getattr(importlib.import_module(module), name))

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Settle the language first: help and usage errors need it before anything is parsed."""
        use(_language(_asked(args)))
        speak()
        return click.Group.make_context(in_words(self), info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run, and say what went wrong: never a stack trace, never a value of a person."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, an operator reads one sentence
            click.echo(_told(error), err=True)
            ctx.exit(1)


def _told(error: Exception) -> str:
    """One sentence with its code; of what nobody foresaw, its class and where in the program it happened."""
    if isinstance(error, DpoError):
        return f"{sentence(error)} [{error.code}]"
    code = getattr(error, "code", None)
    values = getattr(error, "values", None)
    if isinstance(code, str) and values is not None:
        return f"{sentence(DpoError(code, **values))} [{code}]"
    if isinstance(error, OSError) and error.filename:
        reason = type(error).__name__
        return _("{file} cannot be read or written ({reason}).", file=error.filename, reason=reason) + " [file]"
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__}, {last.filename.rsplit('/', 1)[-1]}:{last.lineno}"
    return _("Something unforeseen happened, and the command stopped ({place}).", place=place) + " [unforeseen]"


def _asked(arguments: Sequence[str]) -> str | None:
    """What ``--language`` says, before click reads it; a wrong value is click's to refuse."""
    for at, argument in enumerate(arguments):
        name, _sign, value = argument.partition("=")
        if name == "--language":
            return value or next(iter(arguments[at + 1 : at + 2]), None)
    return None


def _language(given: str | None) -> Language:
    """The language asked for, else that of the system, else French."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    wanted = given or next((os.environ[name] for name in names if os.environ.get(name)), None)
    return from_code((wanted or "").split(".")[0]) or DEFAULT


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--language", type=click.Choice([language.value for language in Language]), help="Default: LANG.")
@click.version_option(__version__, prog_name="diager_dpo")
def program(language: str | None) -> None:  # noqa: ARG001 - read before anything is parsed
    """Ties what a charter promises to what the company holds.

    DIAGER_DPO_HOME: where the store is. DIAGER_DPO_SOURCE: the source file.
    """
    logging.getLogger("diager_dpo").addHandler(logging.NullHandler())
