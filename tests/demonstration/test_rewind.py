"""The company as it was on an earlier day."""

from datetime import date, timedelta

import numpy as np
import pytest

from diager_dpo.demonstration import is_demonstration, rewind
from diager_dpo.domain.verdicts import statuses
from diager_dpo.domain.words import Anomaly, Purpose, Status
from tests.demonstration.conftest import TODAY, look, rows

DAY = TODAY - timedelta(days=100)

_DATED = {
    "consentement": "le",
    "participation": "le",
    "interaction": "le",
    "commande": "le",
    "facture": "date_facture",
    "litige": "ouvert_le",
    "contact": "cree_le",
    "societe": "creee_le",
    "modification": "le",
    "note": "le",
    "operation": "annoncee_le",
    "contrat": "commence_le",
    "piste": "importe_le",
}


def late(company, day, column):
    query = f"SELECT COUNT(*) FROM {column[0]} WHERE {column[1]} > ? AND {column[1]} < ?"
    return rows(company, query, f"{day}T23:59:59Z", f"{TODAY}T23:59:59Z")[0][0]


def due(look):
    records = look.decision.records
    status = statuses(records.kind, records.running_until, records.last_day, look.day)
    return int(np.sum((status == Status.DUE) & (records.purpose == Purpose.PROSPECTING)))


@pytest.mark.parametrize("table", _DATED)
def test_what_came_later_is_not_there_yet(table, company, rewound):
    assert late(company, DAY, (table, _DATED[table])) > 0
    assert late(rewound(DAY), DAY, (table, _DATED[table])) == 0


def test_it_stays_sound_and_marked(company, rewound):
    copy = rewound(DAY)
    assert rows(copy, "PRAGMA foreign_key_check") == []
    assert rows(copy, "SELECT COUNT(*) FROM ligne_vente WHERE commande_id NOT IN (SELECT id FROM commande)") == [(0,)]
    assert is_demonstration(copy) == is_demonstration(company)


def test_a_contract_that_ended_later_runs_again(company, rewound):
    ended = rows(
        company, "SELECT id FROM contrat WHERE statut = 'clos' AND fin_contrat_le BETWEEN ? AND '2026-11-23'", f"{DAY}x"
    )
    assert ended
    copy = rewound(DAY)
    for (contract,) in ended:
        query = "SELECT statut, fin_contrat_le, fin_commerciale_le FROM contrat WHERE id = ?"
        assert rows(copy, query, contract) == [("ouvert", None, None)]


def test_a_dispute_settled_later_is_open_again(company, rewound):
    query = "SELECT COUNT(*) FROM litige WHERE clos_le > ? AND ouvert_le <= ?"
    settled = rows(company, query, DAY.isoformat(), DAY.isoformat())[0][0]
    assert settled > 0
    assert rows(rewound(DAY), "SELECT COUNT(*) FROM litige WHERE clos_le IS NULL")[0][0] >= settled


def test_an_objection_made_later_is_not_known_yet(rewound):
    mistyped = rows(rewound(DAY), "SELECT opposition_le FROM contact WHERE opposition_le > ?", DAY.isoformat())
    assert all(date.fromisoformat(day) > TODAY for (day,) in mistyped)


def test_the_prolongation_of_a_contest_is_undone(company, rewound):
    query = "SELECT conserver_jusqu_au FROM operation WHERE code = 'CJ06'"
    prolonged, announced = rows(company, query)[0][0], rows(rewound(DAY), query)[0][0]
    assert announced < prolonged
    assert rows(rewound(TODAY - timedelta(days=20)), query)[0][0] == prolonged


def test_a_telephone_number_goes_back_to_what_it_was(company, rewound):
    query = (
        "SELECT cle, ancienne_valeur FROM modification WHERE champ = 'telephone' AND le > ? ORDER BY le DESC LIMIT 1"
    )
    key, former = rows(company, query, f"{DAY}T23:59:59Z")[0]
    copy = rewound(DAY)
    assert rows(copy, "SELECT telephone FROM contact WHERE id = ?", key) in ([(former,)], [])


def test_the_backlog_grows_from_month_to_month(today, rewound):
    days = [TODAY - timedelta(days=30 * back) for back in (6, 3)]
    backlog = [due(look(rewound(day), day)) for day in days] + [due(today)]
    assert backlog == sorted(backlog)
    assert backlog[0] < backlog[-1] / 3


def test_going_back_makes_no_new_contradictions(today, rewound):
    earlier = look(rewound(DAY), DAY)

    def impossible(look):
        return {
            (found.anomaly, found.fact, found.column): found.count
            for found in look.findings
            if found.anomaly in {Anomaly.FUTURE_DATE, Anomaly.OPEN_WITH_PAST_END, Anomaly.END_BEFORE_START}
        }

    now = impossible(today)
    assert all(count <= now.get(place, 0) for place, count in impossible(earlier).items())


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=1)])
def test_it_does_not_go_forward(day, company):
    with pytest.raises(ValueError, match="taken back"):
        rewind(company, day)
