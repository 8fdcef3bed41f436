"""Two browsers at once on one purge: each decision is made once, by whom it is for, about the list that was seen."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from diager_dpo.domain.holds import HoldKind
from diager_dpo.domain.permissions import Identity
from diager_dpo.domain.purges import ItemState, PurgeState
from diager_dpo.domain.words import Purpose
from diager_dpo.services import purge_proposals, purge_reviews
from diager_dpo.services.demonstration import ISSUER
from diager_dpo.services.holds import place
from diager_dpo.services.installation import open_installation
from diager_dpo.services.purge_execution import watch
from diager_dpo.services.sessions import open_session
from diager_dpo.services.settings import Settings
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.tables import journal, role_grant
from tests.browser.conftest import serving
from tests.browser.visitor import Visitor

DPO, APPROVER = Identity(ISSUER, "dpo"), Identity(ISSUER, "approver-sales")


@pytest.fixture(scope="module")
def home(made_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("purges") / "home"
    shutil.copytree(made_home, folder)
    return folder


@pytest.fixture(scope="module")
def address(home):
    with serving(home) as found:
        yield found


@pytest.fixture(scope="module")
def house(home):
    installation = open_installation(Settings(home=home, source=None))
    yield installation
    installation.close()


@pytest.fixture
def proposed(house):
    """The number of a purge of a few contest entries, proposed by the DPO."""
    due = purge_proposals.board(house, DPO, house.today()).due
    line = next(each for each in due if each.purpose is Purpose.CONTESTS and each.due > each.proposed)
    number = purge_proposals.propose(
        house, DPO, line.purpose, line.operation, house.today(), share_confirmed=line.due - line.proposed
    )
    yield number
    view = purge_reviews.purge(house, DPO, number)
    if view.line.state in {PurgeState.PROPOSED, PurgeState.APPROVED}:
        purge_proposals.cancel(house, DPO, number, view.line.version, "fin de l'essai")


@pytest.fixture
def window(chromium, address):
    """``window("approver-sales")``: a browser of their own."""
    opened = []

    def open_one(person, number):
        context = Visitor.of(chromium, address)
        visitor = context.__enter__()
        opened.append(context)
        visitor.sign_in(person)
        visitor.open(f"purge?number={number}")
        return visitor

    yield open_one
    for context in opened:
        context.__exit__(None, None, None)


def state(house, number):
    return purge_reviews.purge(house, DPO, number).line.state


def approve(house, number):
    view = purge_reviews.purge(house, APPROVER, number)
    purge_reviews.approve(
        house,
        APPROVER,
        number,
        view.line.version,
        view.digest,
        token=open_session(house, APPROVER),
        share_confirmed=view.line.items,
    )


def tick(visitor):
    for box in visitor.page.locator("[data-testid=stMain] [data-testid=stCheckbox] label").all():
        box.click()
        visitor.settle()


def button(visitor, name):
    return visitor.page.locator(f"[class*=st-key-{name}_] button:not([disabled])")


def told(house, action, number):
    """How often something was decided about a purge."""
    query = select(func.count()).where(journal.c.action == action, journal.c.object == f"purge:{number}")
    with reading(house.store) as connection:
        return connection.scalar(query)


def test_nobody_finds_a_way_to_approve_their_own_proposal(window, proposed):
    visitor = window("dpo", proposed)
    assert visitor.page.locator("[class*=st-key-purge_approve_]").count() == 0
    assert "En attente" not in visitor.page.locator("h1").inner_text()
    assert visitor.page.get_by_text("Dans cette démonstration").count() == 1


def test_two_windows_that_approve_make_one_approval(house, window, proposed):
    first, second = window("approver-sales", proposed), window("approver-sales", proposed)
    tick(first)
    tick(second)
    button(first, "purge_approve").click()
    first.settle()
    assert state(house, proposed) is PurgeState.APPROVED
    button(second, "purge_approve").click()
    second.page.get_by_text("Quelqu\u2019un d\u2019autre vient de modifier cette purge").wait_for()
    assert told(house, "purge_approved", proposed) == 1


def test_a_right_revoked_while_the_page_is_open_approves_nothing(house, window, proposed):
    visitor = window("approver-sales", proposed)
    tick(visitor)
    mine = role_grant.c.subject == "approver-sales"
    with writing(house.store) as connection:
        connection.execute(role_grant.update().where(mine).values(revoked_at=house.now().isoformat()))
    try:
        button(visitor, "purge_approve").click()
        visitor.page.wait_for_timeout(1_500)
        assert state(house, proposed) is PurgeState.PROPOSED
    finally:
        with writing(house.store) as connection:
            connection.execute(role_grant.update().where(mine).values(revoked_at=None))


def test_two_windows_that_start_erase_once_and_show_the_end(house, window, proposed):
    approve(house, proposed)
    first, second = window("dpo", proposed), window("approver-sales", proposed)
    tick(first)
    tick(second)
    button(first, "purge_start").click()
    button(second, "purge_start").click()
    first.page.get_by_text("Qui doit être prévenu").wait_for(timeout=60_000)
    second.page.reload()
    second.page.get_by_text("Qui doit être prévenu").wait_for(timeout=60_000)
    done = watch(house, DPO, proposed)
    assert done.state is PurgeState.EXECUTED
    assert done.states[ItemState.ERASED] == done.items
    assert not first.complaints


def test_a_worker_that_is_killed_leaves_a_way_on(house, window, proposed):
    """Its page says that it ended, settles what was under way, and goes on to the end."""
    approve(house, proposed)
    with writing(house.store) as connection:  # as a worker leaves it that was killed right after it began
        connection.exec_driver_sql(
            f"UPDATE purge SET state = 'executing', fence = fence + 1, version = version + 1, started_at = '2026-01-01T00:00:00+00:00',"
            f" heartbeat_at = '2026-01-01T00:00:00+00:00' WHERE id = {int(proposed)}"
        )  # fmt: skip
    visitor = window("dpo", proposed)
    visitor.page.locator(".st-key-purge_recover button").click()
    visitor.page.get_by_text("Pourquoi elle s\u2019est arrêtée").wait_for(timeout=30_000)
    assert state(house, proposed) is PurgeState.NEEDS_ATTENTION
    button(visitor, "purge_start").click()
    visitor.page.get_by_text("Qui doit être prévenu").wait_for(timeout=60_000)
    assert state(house, proposed) is PurgeState.EXECUTED


def test_a_hold_placed_before_the_start_keeps_its_record(house, window, proposed):
    """Whoever is on hold is left as they are; where that is more than one in a hundred, the purge stops by itself."""
    approve(house, proposed)
    person = purge_reviews.items(house, DPO, proposed, size=1).items[0].person
    place(
        house, DPO, HoldKind.LITIGATION, "litige", owner="dpo", review_on=house.today() + timedelta(days=30), person=person,
        purpose=Purpose.CONTESTS,
    )  # fmt: skip
    visitor = window("dpo", proposed)
    tick(visitor)
    button(visitor, "purge_start").click()
    visitor.page.get_by_text("Plus de 1\u202f% des fiches").or_(
        visitor.page.get_by_text("Une suspension de purge")
    ).first.wait_for(timeout=60_000)
    done = watch(house, DPO, proposed)
    assert done.states[ItemState.ERASED] < done.items
