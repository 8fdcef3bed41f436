"""The help and the usage errors of the command line, in the language of the run.

What a command says of itself is its docstring, and what an option says its ``help``: both stand in the catalogs as they
stand here. Click's own words go through the standard library's ``gettext``, whose catalogs would have to be built and
installed; here they go through the same ``.po`` files as everything else.
"""

import copy
import inspect

import click
from click import core, decorators, exceptions, formatting, parser, types

from diager_dpo.ui.language import N_, _

#: What click says; a text of a later version that is not here is said in English.
CLICKS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("%(prog)s, version %(version)s"),
    N_("default: {default}"),
    N_("required"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing command."),
    N_("Choose from:\n\t{choices}"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Option {name!r} requires an argument."),
    N_("{value!r} is not one of {choices}."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Got unexpected extra argument ({args})"),
    N_("Got unexpected extra arguments ({args})"),
    N_("Did you mean {possibility}?"),
    N_("(Did you mean one of: {possibilities}?)"),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("file"),
    N_("directory"),
    N_("path"),
)


def speak() -> None:
    """Let click say its own words in the language of each run."""
    for module in (core, decorators, exceptions, formatting, parser, types):
        for name, ours in (("_", _), ("ngettext", _by_count)):
            if hasattr(module, name):
                setattr(module, name, ours)


def in_words(command: click.Command) -> click.Command:
    """A copy of a command, and of those below it, that speaks the language of this run."""
    said = copy.copy(command)
    said.help = _(inspect.cleandoc(command.help)) if command.help else None
    said.params = [_parameter(it) for it in command.params]
    if isinstance(said, click.Group):
        said.commands = {name: in_words(it) for name, it in said.commands.items()}
    return said


def _parameter(parameter: click.Parameter) -> click.Parameter:
    said = copy.copy(parameter)
    if isinstance(said, click.Option) and said.help:
        said.help = _(said.help)
    return said


def _by_count(one: str, many: str, n: int) -> str:
    """Click fills the places itself: neither text has a plural form of its own."""
    return _(one if n == 1 else many)
