"""The first run: the company, its replayed scans, its people; and that it can be interrupted anywhere."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from diager_dpo.demonstration import is_demonstration
from diager_dpo.domain.civil import day_number
from diager_dpo.domain.permissions import Action, Role, may
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose, Status
from diager_dpo.services import demonstration
from diager_dpo.services.demonstration import PEOPLE, demonstration_people, make_demonstration
from diager_dpo.services.errors import NotPossible
from diager_dpo.services.installation import open_installation
from diager_dpo.services.settings import DEMONSTRATION_SOURCE, Settings
from diager_dpo.store import tables
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.locks import exclusive

TODAY = date(2026, 11, 23)
DAYS = [date(2026, month, 23) for month in range(5, 12)]


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch):
    for name in ("HOME", "SOURCE", "SOURCE_URL", "STORE_URL", "CHARTERS"):
        monkeypatch.delenv(f"DIAGER_DPO_{name}", raising=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    heard = []
    make_demonstration(home, TODAY, lambda phase, share: heard.append((phase, share)))
    return home, heard


@pytest.fixture
def copy(made, tmp_path):
    """A copy of the made home, to change."""
    shutil.copytree(made[0], tmp_path / "home")
    return tmp_path / "home"


def opened(home):
    return open_installation(Settings(home=home))


def asked(home, query):
    installation = opened(home)
    try:
        with reading(installation.store) as connection:
            return [tuple(row) for row in connection.execute(query)]
    finally:
        installation.close()


def done(home, query):
    installation = opened(home)
    with writing(installation.store) as connection:
        connection.execute(query)
    installation.close()


def chooser(home):
    installation = opened(home)
    try:
        return demonstration_people(installation)
    finally:
        installation.close()


def scans(home):
    query = select(tables.scan.c.day, tables.scan.c.state).order_by(tables.scan.c.id)
    return asked(home, query)


def complete(home):
    return scans(home) == [(day_number(day), "done") for day in DAYS] and len(chooser(home)) == len(PEOPLE)


def index(home):
    columns = [column for column in tables.record.c if column.name not in {"rule", "fingerprint"}]  # numbers of rules
    return asked(home, select(*columns).order_by(*tables.record.primary_key))


def test_it_scans_six_earlier_months_and_today(made):
    assert complete(made[0])


def test_the_trend_shows_a_growing_backlog(made):
    total = tables.scan_total.c
    query = select(total.n).where(total.purpose == Purpose.PROSPECTING, total.status == Status.DUE).order_by(total.scan)
    counts = [count for (count,) in asked(made[0], query)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] / 3


def test_a_prolonged_contest_was_noticed_by_a_replayed_scan(made):
    query = select(tables.operation.c.operation, tables.operation.c.prolonged_on)
    noticed = {operation: day for operation, day in asked(made[0], query) if day is not None}
    assert noticed == {"CJ06": day_number(date(2026, 10, 23))}


def test_its_source_file_was_checked_and_is_clean(made):
    assert asked(made[0], select(tables.source_check.c.clean)) == [(1,)]


def test_progress_rises_to_the_end(made):
    shares = [share for _, share in made[1]]
    assert shares == sorted(shares)
    assert made[1][-1] == ("done", 1.0)
    assert list(dict.fromkeys(phase for phase, _ in made[1])) == ["company", "replaying", "scanning", "done"]


def test_nothing_is_left_of_the_workshop(made):
    assert {path.name for path in made[0].iterdir() if not path.name.endswith(".lock")} == {
        "anchors",
        "demonstration.sqlite3",
        "keys",
        "logs",
        "store.sqlite3",
    }


def test_its_people_hold_the_roles_that_four_eyes_need(made):
    grants = {person.identity.subject: person.grants for person in chooser(made[0])}
    assert {grant.role for held in grants.values() for grant in held} == set(Role) - {Role.COMMAND_LINE}
    for purpose in RECORD_PURPOSES:
        approvers = {
            who for who, held in grants.items() if any(g.role is Role.APPROVER and g.purpose is purpose for g in held)
        }
        assert len(approvers) == 1
        assert not approvers & {who for who, held in grants.items() if any(g.role is Role.DPO for g in held)}
    assert may(grants["dpo"], Action.SEE_RECORDS)


def test_approvers_hold_their_right_for_longer_than_a_day(made):
    granted = asked(made[0], select(tables.role_grant.c.granted_at))
    assert all(datetime.now(UTC) - datetime.fromisoformat(at) > timedelta(days=1) for (at,) in granted)


def test_making_it_again_changes_nothing(copy):
    before, marker = scans(copy), is_demonstration(copy / "demonstration.sqlite3")
    make_demonstration(copy, TODAY)
    assert scans(copy) == before
    assert is_demonstration(copy / "demonstration.sqlite3") == marker


@pytest.mark.parametrize("step", ["make_company", "rewind", "the second replay", "the file in its place", "_remember"])
def test_interrupted_at_any_step_it_is_completed_when_started_again(step, made, tmp_path, monkeypatch):
    monkeypatch.setattr(demonstration, "REPLAYED_MONTHS", 2)
    calls = []

    def killed(*_arguments, **_options):
        raise KeyboardInterrupt

    def killed_later(*arguments):
        calls.append(arguments)
        return killed() if len(calls) == 2 else replay(*arguments)

    replay = demonstration._replay
    with monkeypatch.context() as patch:
        if step == "the second replay":
            patch.setattr(demonstration, "_replay", killed_later)
        elif step == "the file in its place":
            patch.setattr(demonstration.shutil, "rmtree", killed)
        else:
            patch.setattr(demonstration, step, killed)
        with pytest.raises(KeyboardInterrupt):
            make_demonstration(tmp_path, TODAY)
    assert chooser(tmp_path) == ()
    over_midnight = timedelta(days=0 if step == "make_company" else 1)
    make_demonstration(tmp_path, TODAY + over_midnight)  # it goes on as it began
    assert [day for day, state in scans(tmp_path) if state == "done"] == [day_number(day) for day in DAYS[-3:]]
    assert len(chooser(tmp_path)) == len(PEOPLE)
    assert index(tmp_path) == index(made[0])


def test_two_at_once_do_not_both_make_it(tmp_path):
    installation = opened(tmp_path)
    with exclusive(installation.store, "demonstration", 0), pytest.raises(NotPossible) as refused:
        make_demonstration(tmp_path, TODAY)
    installation.close()
    assert refused.value.code == "demonstration_under_way"


def test_a_store_that_knows_another_source_is_left_alone(tmp_path):
    values = {"source": "crm", "state": "done", "day": 1, "replayed": 0, "phase": "done", "done": 0}
    done(tmp_path, insert(tables.scan).values(**values, started_at="", heartbeat_at=""))
    with pytest.raises(NotPossible) as refused:
        make_demonstration(tmp_path, TODAY)
    assert refused.value.code == "store_in_use"
    assert not (tmp_path / "demonstration.sqlite3").exists()


def test_a_removed_company_is_made_again_without_replaying_its_past(copy):
    (copy / "demonstration.sqlite3").unlink()
    assert chooser(copy) == ()
    make_demonstration(copy, TODAY)
    assert len(chooser(copy)) == len(PEOPLE)
    assert [day for day, _ in scans(copy)] == [day_number(day) for day in [*DAYS, TODAY]]


def test_nobody_may_be_chosen_on_another_source(copy):
    installation = opened(copy)
    configured = installation.settings.model_copy(update={"source": DEMONSTRATION_SOURCE})
    assert demonstration_people(installation) != ()
    assert demonstration_people(replace(installation, settings=configured)) == ()
    installation.close()


def test_nobody_may_be_chosen_where_the_store_knows_another_marker(copy):
    done(copy, update(tables.installation).where(tables.installation.c.name == "demonstration").values(value="another"))
    assert chooser(copy) == ()
