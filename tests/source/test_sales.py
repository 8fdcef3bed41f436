"""Sales summed by the source's own engine, against the same lines summed one by one."""

import numpy as np
import pytest

from diager_dpo.domain.statistics.plan_file import parse_plan
from diager_dpo.services.settings import CHECKOUT
from diager_dpo.source.connection import snapshot
from diager_dpo.source.errors import SourceReadError
from diager_dpo.source.sales import read_months, survey
from tests.source.databases import source

PLAN = parse_plan((CHECKOUT / "data" / "publication.toml").read_text("utf-8"), "publication.toml")
SELECT = (
    "SELECT booked_on, order_key, family, region, channel, unit, grp AS {quote}group{quote}, natural_one AS "
    "is_natural_person, amount FROM line"
)
DAY = "2026-10-05"

#: booked_on, order_key, family, region, channel, unit, grp, natural_one, amount
LINES = [
    (DAY, 1, "Disques", "Ouest", "comptoir", 1, None, 0, "10.10"),
    (DAY, 1, "Disques", "Ouest", "salon", 1, None, 0, "0.20"),
    (DAY, 1, "Forets", "Ouest", "web", 2, 1, 0, "5.00"),
    (DAY, 2, "Forets", "Ouest", "web", 3, 1, 0, "7.00"),
    (DAY, 3, "Forets", None, "web", None, None, 0, "1.00"),
    (DAY, 4, "*", "  Est ", "web", 4, None, 1, "-3.35"),
    ("2026-11-01", 5, "Forets", "Ouest", "web", 2, 1, 0, "99.99"),
]


def filled(database, lines=LINES, kind=None):
    day = kind or ("TEXT" if database.dialect == "sqlite" else "DATE")
    number = "REAL" if database.dialect == "sqlite" else "DECIMAL(12, 2)"
    database.run(
        f"CREATE TABLE line (booked_on {day}, order_key INTEGER, family VARCHAR(30), region VARCHAR(30), channel VARCHAR(30), "
        f"unit INTEGER, grp INTEGER, natural_one INTEGER, amount {number})"
    )
    names = ("d", "o", "f", "r", "c", "u", "g", "n", "a")
    database.run(
        many=[
            (
                "INSERT INTO line VALUES (:d, :o, :f, :r, :c, :u, :g, :n, :a)",
                [dict(zip(names, line, strict=True)) for line in lines],
            )
        ]
    )
    return described(database)


def described(database, timezone="Europe/Paris", select=SELECT):
    return source(
        {
            "persons": "SELECT 1 AS person",
            "sales": select.format(quote="`" if database.dialect == "mariadb" else '\\"'),
        },
        timezone,
    )


def october(database, description, month="2026-10"):
    with snapshot(database.engine(description)) as connection:
        return read_months(connection, description, [month], PLAN)[0]


def sums(sales):
    rows = zip(
        sales.family, sales.region, sales.channel, sales.enterprise, sales.is_natural_person, sales.cents, strict=True
    )
    return sorted((f, r, c, int(e), bool(n), int(x)) for f, r, c, e, n, x in rows)


def test_lines_are_summed_by_enterprise_and_labels_are_those_of_the_source(database):
    found = october(database, filled(database)).sales
    assert sums(found) == sorted([
        ("Disques", "Ouest", "comptoir", 1, False, 1010),
        ("Disques", "Ouest", "salon", 1, False, 20),
        ("Forets", "Ouest", "web", 0, False, 1200),
        ("Forets", "", "web", -1, False, 100),
        ("(*)", "Est", "web", 2, True, -335),
    ])  # fmt: skip


def test_a_group_and_a_unit_of_one_number_are_two_enterprises(database):
    lines = [(DAY, 1, "F", "R", "web", 7, None, 0, "1"), (DAY, 2, "F", "R", "web", 1, 7, 0, "1")]
    assert len(np.unique(october(database, filled(database, lines)).sales.enterprise)) == 2


def test_an_order_counts_once_in_a_cell_that_merges_two_labels(database):
    orders = october(database, filled(database)).orders
    assert orders["family_channel", "Disques", "*", "comptoir et salon"] == 1
    assert orders["family_channel", "*", "*", "*"] == orders["family_region", "*", "*", "*"] == 4
    assert orders["family_region", "Forets", "Non renseigné", "*"] == 1
    assert orders["family_region", "Forets", "*", "*"] == 3


def test_a_survey_counts_every_line_of_every_month(database):
    description = filled(database)
    with snapshot(database.engine(description)) as connection:
        found = survey(connection, description)
    assert {month: (it.lines, it.cents) for month, it in found.months.items()} == {
        "2026-10": (6, 1995),
        "2026-11": (1, 9999),
    }


MOMENTS = {
    "Europe/Paris": [("2026-10-31 23:59:59", "2026-10"), ("2026-11-01 00:00:00", "2026-11")],
    "UTC": [("2026-09-30 22:00:00", "2026-10"), ("2026-09-30 21:59:59", "2026-09"), ("2026-12-31 23:30:00", "2027-01")],
    "America/New_York": [("2026-10-31 18:59:59", "2026-10"), ("2026-10-31 19:00:00", "2026-11")],
}


@pytest.mark.parametrize("timezone", MOMENTS)
def test_the_month_of_a_timestamp_is_that_of_its_day_in_paris(database, timezone):
    kind = {"sqlite": "TEXT", "postgresql": "TIMESTAMP", "mariadb": "DATETIME"}[database.dialect]
    lines = [(at, n, "F", "R", "web", 1, None, 0, "1") for n, (at, _month) in enumerate(MOMENTS[timezone])]
    filled(database, lines, kind)
    description = described(database, timezone)
    with snapshot(database.engine(description)) as connection:
        found = survey(connection, description).months
    assert sorted(found) == sorted({month for _at, month in MOMENTS[timezone]})


def test_a_timestamp_with_an_offset_is_read_with_it(sqlite):
    texts = [
        "2026-10-31T23:30:00+00:00", "2026-10-31T22:30:00Z", "2026-10-31T23:30:00.5+02:00", "2026-10-31 22:59:59Z",
    ]  # fmt: skip
    description = filled(sqlite, [(at, 1, "F", "R", "web", 1, None, 0, "1") for at in texts])
    with snapshot(sqlite.engine(description)) as connection:
        found = survey(connection, description).months
    assert {month: it.lines for month, it in found.items()} == {"2026-10": 3, "2026-11": 1}


@pytest.mark.parametrize("day", ["2026-02-30", "0000-00-00", "", "soon", "2026-13-01", None])
def test_a_day_that_cannot_be_belongs_to_no_month_and_is_counted(sqlite, day):
    description = filled(sqlite, [(day, 1, "F", "R", "web", 1, None, 0, "1"), *LINES])
    with snapshot(sqlite.engine(description)) as connection:
        found = survey(connection, description)
    assert (found.undated, sorted(found.months)) == (1, ["2026-10", "2026-11"])


@pytest.mark.postgresql
def test_infinity_is_no_month(postgresql):
    description = filled(postgresql, [("infinity", 1, "F", "R", "web", 1, None, 0, "1"), *LINES])
    with snapshot(postgresql.engine(description)) as connection:
        assert survey(connection, description).undated == 1


def test_cents_are_exact_whatever_a_binary_fraction_makes_of_them(database):
    amounts = ["0.10", "0.20", "0.29", "1.15", "4.35", "-0.57", "1234567.89"]
    lines = [(DAY, 1, "F", "R", "web", 1, None, 0, amount) for amount in amounts * 100]
    assert october(database, filled(database, lines)).whole.cents == 100 * (10 + 20 + 29 + 115 + 435 - 57 + 123456789)


@pytest.mark.parametrize("amount", ["a lot", "1,50", float("inf")])
def test_an_amount_that_is_no_number_is_refused_without_its_value(sqlite, amount):
    description = filled(sqlite, [(DAY, 1, "F", "R", "web", 1, None, 0, amount)])
    with pytest.raises(SourceReadError) as refused:
        october(sqlite, description)
    assert str(amount) not in str(refused.value)


def test_a_day_as_text_is_refused_where_the_engine_has_days(database):
    if database.dialect == "sqlite":
        pytest.skip("its days are text")
    description = filled(database, LINES, "VARCHAR(20)")
    with pytest.raises(SourceReadError) as refused:
        october(database, description)
    assert (refused.value.code, refused.value.values["column"]) == ("wrong_type", "booked_on")


def test_a_missing_column_is_named(database):
    filled(database)
    description = described(database, select="SELECT booked_on, order_key, family, region, channel, unit FROM line")
    with pytest.raises(SourceReadError) as refused:
        october(database, description)
    assert refused.value.values["column"] == "group"


def test_a_percent_sign_in_the_select_is_no_parameter(database):
    filled(database)
    description = described(database, select=SELECT + " WHERE family LIKE 'F%'")
    assert october(database, description).whole.cents == 1300


def test_a_month_without_sales_is_empty(database):
    found = october(database, filled(database), "2025-01")
    assert (len(found.sales.cents), found.orders, found.whole.lines) == (0, {}, 0)
