"""Every text of the app exists in French, is used, and fills the same places."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import diager_dpo
from diager_dpo.ui.language import LOCALE
from diager_dpo.ui.typography import in_french

ROOT = Path(diager_dpo.__file__).parents[1]
SOURCES = [*sorted((ROOT / "diager_dpo").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
FILES = sorted((LOCALE / "fr").glob("*.po"))


def _key(message, context):
    return (context, message[0] if isinstance(message, tuple | list) else message)


def _calls() -> Iterator:
    """Each call that names a text, wherever it stands: in an f-string and inside another call too."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", None) if isinstance(node, ast.Call) else None
            if name in {"_", "N_", "ngettext", "pgettext"}:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", name, node.args


def _helps() -> Iterator:
    """What the command line says of its commands and options: ``cli.help_words`` translates them where they are shown."""
    for path in SOURCES:
        if path.parent.name != "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.FunctionDef) and any(_is_command(it) for it in node.decorator_list):
                yield place, ast.get_docstring(node)
            if isinstance(node, ast.Call):
                yield from (
                    (place, it.value.value)
                    for it in node.keywords
                    if it.arg == "help" and isinstance(it.value, ast.Constant)
                )


def _is_command(decorator) -> bool:
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", None) in {"command", "group"}


@pytest.fixture(scope="module")
def used() -> dict:
    found = {(None, text): place for place, text in _helps()}
    for place, name, arguments in _calls():
        texts = [argument.value for argument in arguments[:2] if isinstance(argument, ast.Constant)]
        if name == "pgettext":
            found[tuple(texts)] = place
        elif texts:
            found[None, texts[0]] = place
    return found


@pytest.fixture(scope="module")
def translated() -> dict:
    return {_key(message.id, message.context): path.name for path, message in _messages()}


def _messages() -> Iterator:
    for path in FILES:
        with path.open("rb") as file:
            yield from ((path, message) for message in read_po(file, locale="fr") if message.id)


def _strings(text) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [text]


def _places(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)[^}]*}", text))


def test_every_text_of_the_screens_has_its_french(used, translated):
    assert not [f"{place}: {key[1]!r}" for key, place in used.items() if key not in translated]


def test_a_text_is_written_out_where_it_is_marked():
    """A text put together at run time has no translation: values go into places, never into the text."""
    made_up = (ast.JoinedStr, ast.BinOp)
    wrong = [place for place, _name, arguments in _calls() if any(isinstance(each, made_up) for each in arguments[:1])]
    assert not wrong


def test_no_french_text_is_left_empty_or_unsure():
    bad = [m.id for _path, m in _messages() if m.fuzzy or not all(_strings(m.string))]
    assert not bad


def test_no_french_text_is_left_over(used, translated):
    assert not [f"{file}: {key[1]!r}" for key, file in translated.items() if key not in used]


def test_no_text_is_translated_twice():
    keys = [_key(message.id, message.context) for _path, message in _messages()]
    assert not {key for key in keys if keys.count(key) > 1}


def test_a_text_and_its_french_fill_the_same_places():
    for path, message in _messages():
        wanted = set().union(*map(_places, _strings(message.id)))
        for text in _strings(message.string):
            assert _places(text) <= wanted, f"{path.name}: {text!r}"
            if not message.pluralizable:
                assert _places(text) == wanted, f"{path.name}: {text!r}"


def test_a_text_with_a_plural_has_as_many_forms_as_french():
    used_plurals = [message for _path, message in _messages() if message.pluralizable]
    assert all(len(message.string) == 2 for message in used_plurals)


def test_french_is_set_as_french_is_set():
    """Typographic apostrophes, and a narrow no-break space before high punctuation and inside quotation marks."""
    bad = [
        f"{path.name}: {text!r}, not {in_french(text)!r}"
        for path, message in _messages()
        for text in _strings(message.string)
        if text != in_french(text)
    ]
    assert not bad


def test_no_capital_follows_a_colon_where_french_has_none():
    names = "DPO|CNIL|RGPD|TOML|SELECT|TLS|DIAGER|[A-Z]+_"
    bad = [
        f"{path.name}: {text!r}"
        for path, message in _messages()
        for text in _strings(message.string)
        if re.search(rf":\**\s+(?!{names})[A-ZÀ-Ý]", text)
    ]
    assert not bad


def test_every_catalog_is_declared_in_utf_8_with_the_plurals_of_french():
    for path in FILES:
        header = path.read_text("utf-8").split("\n\n")[0]
        assert "charset=UTF-8" in header, path.name
        assert "nplurals=2; plural=(n > 1)" in header, path.name
