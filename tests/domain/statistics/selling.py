"""Small months of sales, written as a reader sees them."""

from pathlib import Path

import numpy as np

from diager_dpo.domain.statistics.block import Sales
from diager_dpo.domain.statistics.plan_file import parse_plan

TEXT = (Path(__file__).parents[3] / "data/publication.toml").read_text(encoding="utf-8")
PLAN = parse_plan(TEXT, "publication.toml")

_REGION_TABLE = '[[tables]]\nname = "family_region"\ndimensions = ["family", "region"]\n'
_CHANNEL_TABLE = '[[tables]]\nname = "family_channel"\ndimensions = ["family", "channel"]\n'
assert _REGION_TABLE in TEXT
assert _CHANNEL_TABLE in TEXT
ONE_TABLE = parse_plan(TEXT.replace(_CHANNEL_TABLE, ""), "one.toml")
THREE_TABLES = parse_plan(
    TEXT.replace(_CHANNEL_TABLE, _CHANNEL_TABLE + _CHANNEL_TABLE.replace("family", "region")), "three.toml"
)


def sales(rows, period="2026-10", persons=()):
    """Rows of (family, region, channel, enterprise, cents); ``persons``: enterprises that are natural persons."""
    columns = list(zip(*rows, strict=True)) or [[]] * 5
    names = [np.array(column, dtype=np.str_) for column in columns[:3]]
    enterprise = np.array(columns[3], dtype=np.int64)
    return Sales(period, *names, enterprise, np.isin(enterprise, persons), np.array(columns[4], dtype=np.int64))


def crowd(rows, first, family, region, channel="c", *, count=12, cents=1_000):
    """Add ``count`` enterprises of one size, numbered from ``first``: a cell nobody is seen in."""
    rows.extend((family, region, channel, first + number, cents) for number in range(count))
    return first + count


def random_sales(
    seed,
    *,
    families=5,
    regions=5,
    channels=3,
    customers=150,
    orders=200,
    heavy=1.6,
    credit_notes=0.03,
    period="2026-10",
):
    """A month with few large customers, many small ones, credit notes, persons and anonymous sales."""
    rng = np.random.default_rng(seed)
    region = rng.integers(0, regions, customers)
    size = rng.lognormal(0, heavy, customers)
    who = rng.choice(customers, orders, p=size / size.sum())
    order = np.repeat(np.arange(orders), rng.integers(1, 4, orders))
    family = rng.choice(families, len(order), p=rng.dirichlet(np.full(families, 3.0)))
    channel = rng.choice(channels, orders, p=rng.dirichlet(np.full(channels, 3.0)))[order]
    cents = (rng.lognormal(9, 1.2, len(order)) * size[who[order]] ** 0.7).astype(np.int64)
    cents = np.where(rng.random(orders)[order] < credit_notes, -cents, cents)
    enterprise = np.where(rng.random(orders) < 0.02, -1, who)[order]

    def names(letter, places):
        return np.array([f"{letter}{place}" for place in places.tolist()])

    return Sales(
        period,
        names("f", family),
        names("r", region[who[order]]),
        names("c", channel),
        enterprise.astype(np.int64),
        enterprise % 6 == 0,
        cents,
    )


def shown(block, table="family_region"):
    """{(family, region, channel): value} of a table, ``None`` for what is hidden."""
    return {cell.key: cell.value for cell in block if cell.table == table}
