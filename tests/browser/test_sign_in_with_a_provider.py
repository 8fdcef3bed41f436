"""Signing in with a real OpenID Connect provider, end to end, in a real browser."""

import re
import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import serving
from tests.browser.identity_provider import CONFIGURATION, providing
from tests.browser.visitor import Visitor


@pytest.fixture(scope="module")
def issuer():
    with providing() as address:
        yield address


@pytest.fixture(scope="module")
def address(issuer, made_home, tmp_path_factory):
    """The app on the demonstration's data, with the provider in place of the demonstration's chooser."""
    home = tmp_path_factory.mktemp("provider") / "home"
    shutil.copytree(made_home, home)
    home.chmod(0o700)
    (home / "sign-in.toml").write_text(CONFIGURATION.format(issuer=issuer), "utf-8")
    with serving(home, DIAGER_DPO_CLIENT_SECRET="secret") as address:
        yield address


@pytest.fixture
def visitor(chromium, address):
    with Visitor.of(chromium, address) as each:
        yield each


def prove(visitor, person="marie"):
    """At the provider: be one of its people."""
    visitor.page.click("a.button")
    visitor.page.wait_for_url(re.compile("/oauth2/authorize"))
    visitor.page.click(f"button[value={person}]")


def test_a_deep_link_survives_the_way_to_the_provider_and_back(visitor):
    visitor.page.goto(f"{visitor.address}/deadlines?purpose=contests")
    assert urlsplit(visitor.page.url).path == "/sign-in"
    prove(visitor)
    visitor.settle()
    assert urlsplit(visitor.page.url).path == "/deadlines"
    assert "purpose=contests" in visitor.page.url
    visitor.page.get_by_text("Marie Dupuis").wait_for()


def test_roles_come_from_the_claims(visitor):
    visitor.page.goto(f"{visitor.address}/sign-in")
    prove(visitor, "audrey")
    visitor.settle()
    visitor.page.get_by_text("Audrey Lenoir").wait_for()


def test_somebody_without_a_role_is_told_so_and_gets_no_session(visitor):
    visitor.page.goto(f"{visitor.address}/sign-in")
    prove(visitor, "visitor")
    visitor.page.get_by_role("heading", name="Vous n\u2019êtes pas connecté").wait_for()
    assert "ne vous donne aucun rôle" in visitor.page.inner_text("main")
    visitor.page.goto(f"{visitor.address}/overview")
    assert urlsplit(visitor.page.url).path == "/sign-in"


def test_the_way_back_leads_in_once(visitor):
    backs = []
    visitor.page.on("request", lambda request: backs.append(request.url) if "/callback" in request.url else None)
    visitor.page.goto(f"{visitor.address}/sign-in")
    prove(visitor)
    visitor.settle()
    visitor.page.context.clear_cookies(name="diager_dpo_session")
    visitor.page.goto(backs[0])
    assert "n\u2019est plus valable" in visitor.page.inner_text("main")
    visitor.page.goto(f"{visitor.address}/overview")
    assert urlsplit(visitor.page.url).path == "/sign-in"


def test_somebody_elses_way_back_leads_nobody_in(visitor, chromium, address):
    """An attacker signs in, stops before the last step, and sends the address of that step to somebody."""
    attacker = visitor.page.context.request
    there = attacker.get(f"{visitor.address}/sign-in/provider", max_redirects=0).headers["location"]
    back = attacker.post(there, form={"sub": "marie"}, max_redirects=0).headers["location"]
    assert "/sign-in/callback" in back
    with Visitor.of(chromium, address) as victim:
        victim.page.goto(back)
        assert "n\u2019est plus valable" in victim.page.inner_text("main")
        assert not [cookie for cookie in victim.page.context.cookies() if cookie["name"] == "diager_dpo_session"]


def test_the_demonstrations_people_cannot_be_chosen(visitor):
    visitor.page.goto(f"{visitor.address}/sign-in")
    assert not visitor.page.locator("button[value=dpo]").count()
    answer = visitor.page.request.post(f"{visitor.address}/sign-in", form={"person": "dpo"})
    assert "diager_dpo_session" not in {cookie["name"] for cookie in visitor.page.context.cookies()}
    assert urlsplit(answer.url).path == "/sign-in"


def test_signing_out_offers_the_providers_own(visitor, issuer):
    visitor.page.goto(f"{visitor.address}/sign-in")
    prove(visitor)
    visitor.settle()
    visitor.page.goto(f"{visitor.address}/sign-out")
    visitor.page.click("form button")
    visitor.page.get_by_role("heading", name="Vous êtes déconnecté").wait_for()
    address = visitor.page.get_by_role("link", name="Se déconnecter de 127.0.0.1").get_attribute("href")
    assert address.startswith(f"{issuer}/oauth2/end_session?client_id=diager-dpo&post_logout_redirect_uri=")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?again=1", "/sign-in?out=1", "/sign-in/callback?state=x"])
def test_its_pages_bar_nobody(visitor, path):
    visitor.page.goto(visitor.address + path)
    assert not [rule["id"] for rule in Axe().run(visitor.page).response["violations"]]
    assert not [text for text in visitor.complaints if "403" not in text]
