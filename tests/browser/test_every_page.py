"""Every screen, in both languages: nothing on the console, nothing off the host, nothing that bars a reader."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from diager_dpo.services.settings import CHECKOUT
from diager_dpo.ui.registry import SCREENS
from tests.browser.visitor import Visitor

UPSTREAM = tomllib.loads(Path(__file__).with_name("upstream_faults.toml").read_text("utf-8")).get("fault", [])


NAMES = """() => Array.from(document.querySelectorAll("[aria-label], [title], [placeholder]")).flatMap(
    (element) => ["aria-label", "title", "placeholder"].map((name) => element.getAttribute(name) ?? "")
)"""
SHELL = (CHECKOUT / "diager_dpo" / "ui" / "assets" / "shell.js").read_text("utf-8")
STREAMLITS = frozenset(re.findall(r'^  "([^"]+)":', SHELL, re.MULTILINE))


@dataclass(frozen=True)
class Seen:
    """One page in one language and one scheme."""

    where: str
    language: str
    title: str
    lang: str
    words: frozenset[str]  # names of controls
    complaints: list[str]
    faults: list[tuple[str, str]]  # rule of axe, element


@pytest.fixture(scope="module")
def seen(chromium, server):
    """All pages, looked at once."""
    found = []
    for language, scheme in (("fr", "light"), ("en", "dark")):
        with Visitor.of(chromium, server, language, scheme) as visitor:
            visitor.page.goto(f"{server}/sign-in")
            found.append(_look(visitor, "sign-in", language))
            for screen in SCREENS:
                visitor.open_screen(screen)
                found.append(_look(visitor, screen.address, language))
                if screen.address == "access_log":
                    _hover_over_the_grid(visitor.page)
                    found.append(_look(visitor, "access_log, open", language))
                if screen.address == "deadlines":
                    visitor.open("deadlines?purpose=prospecting")
                    _open_the_calendar(visitor.page)
                    found.append(_look(visitor, "deadlines, open", language))
                    found.append(_look_into_box(visitor, "find_person", "deadlines, a person", language))
                if screen.address == "accounts":
                    visitor.open("accounts?account=operator")
                    found.append(_look_into_box(visitor, "account_grant", "accounts, a right", language))
    return found


def _look(visitor, where, language):
    page = visitor.page
    violations = Axe().run(page).response["violations"]
    faults = [(rule["id"], node["html"]) for rule in violations for node in rule["nodes"]]
    lang = page.evaluate("document.documentElement.lang")
    words = frozenset(page.evaluate(NAMES))
    complaints = list(visitor.complaints)
    visitor.complaints.clear()
    return Seen(where, language, page.locator("h1").first.inner_text(), lang, words, complaints, faults)


def _look_into_box(visitor, button, where, language):
    visitor.page.locator(f".st-key-{button} button").click()
    visitor.page.locator("[role=dialog]").wait_for()
    visitor.page.wait_for_timeout(800)
    return _look(visitor, where, language)


def _open_the_calendar(page):
    """The calendar of a date: what Streamlit draws by itself."""
    page.locator("[data-testid=stDateInput] button").first.click()
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")


def _hover_over_the_grid(page):
    """The menu of a column, as well."""
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    grid.hover()
    page.wait_for_timeout(300)


def _is_upstream(fault):
    rule, element = fault
    return any(known["rule"] == rule and known["element"] in element for known in UPSTREAM)


def test_the_console_stays_silent_and_no_request_leaves_the_host(seen):
    assert not [f"{each.where} ({each.language}): {text}" for each in seen for text in each.complaints]


def test_axe_finds_nothing_that_is_ours(seen):
    assert not [
        f"{each.where} ({each.language}): {rule}: {element[:300]}"
        for each in seen
        for rule, element in each.faults
        if not _is_upstream((rule, element))
    ]


def test_the_list_of_upstream_faults_only_shrinks(seen):
    """A fault that Streamlit has mended leaves the list."""
    faults = [fault for each in seen for fault in each.faults]
    for known in UPSTREAM:
        assert any(known["rule"] == rule and known["element"] in element for rule, element in faults), known


def test_the_document_says_the_language_of_the_screen(seen):
    assert all(each.lang == each.language for each in seen)


def test_streamlits_own_words_are_french_on_a_french_screen(seen):
    assert not [
        (each.where, each.words & STREAMLITS) for each in seen if each.language == "fr" and each.words & STREAMLITS
    ]
    assert all(each.words & STREAMLITS for each in seen if each.language == "en" and each.where == "deadlines")


def test_titles_are_translated(seen):
    french = {each.where: each.title for each in seen if each.language == "fr"}
    english = {each.where: each.title for each in seen if each.language == "en"}
    assert french.keys() == english.keys()
    assert all(french[where] != english[where] for where in french)
