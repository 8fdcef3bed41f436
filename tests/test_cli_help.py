"""The command line explains itself, and refuses what it does not understand, in both languages."""

import inspect
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from diager_dpo.cli.help_words import CLICKS, in_words
from diager_dpo.cli.program import program


def below(command, path=()):
    """Every command, with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from below(command.get_command(context, name), (*path, name))


PATHS = [path for path, _command in below(program)]


def said(*arguments, code=0):
    result = CliRunner().invoke(program, arguments, prog_name="diager_dpo")
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_speaks_one_language(path):
    english, french = (said("--language", language, *path, "--help") for language in ("en", "fr"))
    assert "Show this message and exit." in english
    assert "Affiche ce message et s\u2019arrête." in french
    command = dict(below(in_words(program)))[path]  # a test begins in French
    own = [inspect.cleandoc(command.help), *(it.help for it in command.params if getattr(it, "help", None))]
    for text in own:
        words = " ".join(text.split())
        assert words in french
        assert words not in english


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (("counts", "--horizn", "3"), "L\u2019option '--horizn' n\u2019existe pas.", "No such option '--horizn'."),
        (("nothing",), "La commande 'nothing' n\u2019existe pas.", "No such command 'nothing'."),
        (("explain",), "Il manque l\u2019argument", "Missing argument"),
        (("purge", "execute", "x"), "n\u2019est pas une valeur valable", "is not a valid"),
    ],
)
def test_a_wrong_line_is_refused_in_the_language_asked_for(arguments, french, english):
    told = {language: said("--language", language, *arguments, code=2) for language in ("fr", "en")}
    assert french in told["fr"]
    assert english in told["en"]
    assert "Error" not in told["fr"]
    assert "Erreur" not in told["en"]


def test_a_language_that_nobody_speaks_is_refused():
    assert "'de'" in said("--language", "de", "counts", code=2)


def test_click_still_says_what_is_translated():
    sources = "".join(path.read_text("utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    assert not [text for text in CLICKS if text.replace("\n", "\\n").replace("\t", "\\t") not in sources]
