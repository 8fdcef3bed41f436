"""Who there is: the catalogue, the companies with their contracts, and the people."""

import sqlite3

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from diager_dpo.demonstration import commerce, names
from diager_dpo.demonstration.companies import FIRST_COMPANY, FIRST_CONTRACT, Companies, Contracts, Standing
from diager_dpo.demonstration.leads import Lead
from diager_dpo.demonstration.moments import day_texts
from diager_dpo.demonstration.people import FIRST_CONTACT, People, Situation
from diager_dpo.demonstration.rows import insert, numbers, references
from diager_dpo.domain.civil import Positions

_REGIONS = (
    "Auvergne-Rhône-Alpes",
    "Bourgogne-Franche-Comté",
    "Bretagne",
    "Centre-Val de Loire",
    "Grand Est",
    "Hauts-de-France",
    "Île-de-France",
    "Normandie",
    "Nouvelle-Aquitaine",
    "Occitanie",
    "Pays de la Loire",
    "Provence-Alpes-Côte d'Azur",
)
_REGION_WEIGHTS = np.array([20, 7, 6, 4, 11, 9, 15, 6, 8, 7, 5, 4]) / 102
_SERVICES = ("Ventes France", "Administration des ventes", "Marketing", "Comptabilité")
EMPLOYEES = 40
_GROUPS = 60


def write_catalogue(connection: sqlite3.Connection, rng: Generator) -> NDArray[np.int64]:
    """Regions, product families, articles and staff; the prices of the articles in cents."""
    insert(connection, "region", [[f"R{n:02d}" for n in range(1, len(_REGIONS) + 1)], _REGIONS])
    insert(connection, "famille", [list(commerce.FAMILIES), [family[0] for family in commerce.FAMILIES.values()]])
    articles = [
        (
            f"{code}-{size:03d}-{length}",
            f"{name} Ø {size} mm, {length} mm",
            code,
            price * size * length // (100 * sizes[0]),
        )
        for code, (_, name, sizes, price) in commerce.FAMILIES.items()
        for size in sizes
        for length in (100, 160, 250, 400)
    ]
    columns = [list(column) for column in zip(*articles, strict=True)]
    insert(connection, "article", [numbers(1, len(articles)), *columns])
    _, given = names.first_names(rng, EMPLOYEES)
    family = names.surnames(rng, EMPLOYEES)
    mail = names.addresses(given, family, range(1, EMPLOYEES + 1), ["diager"] * EMPLOYEES)
    services = [_SERVICES[place % len(_SERVICES)] for place in range(EMPLOYEES)]
    insert(connection, "salarie", [numbers(1, EMPLOYEES), family, given, services, mail])
    return np.array([article[3] for article in articles], dtype=np.int64)


def write_companies(
    connection: sqlite3.Connection, rng: Generator, companies: Companies, contracts: Contracts, people: People
) -> list[str]:
    """Companies, their groups and contracts; the names of the companies."""
    size = len(companies.standing)
    titles = names.company_names(rng, size)
    active = np.flatnonzero(companies.standing == Standing.ACTIVE)
    group = np.full(size, -1, dtype=np.int32)
    group[active[:200]] = rng.integers(0, _GROUPS, 200)
    insert(connection, "groupe", [numbers(501, _GROUPS), [f"Groupe {name}" for name in names.surnames(rng, _GROUPS)]])

    created = companies.since.copy()
    with_company = people.company >= 0
    known = np.where(people.collected > 0, people.collected, np.iinfo(np.int32).max)
    np.minimum.at(created, people.company[with_company], known[with_company])
    np.minimum.at(created, contracts.company, contracts.started)
    ids = numbers(FIRST_COMPANY, size)
    region = rng.choice(len(_REGIONS), size, p=_REGION_WEIGHTS)
    insert(
        connection,
        "societe",
        [
            ids,
            [f"C{number}" for number in ids.tolist()],
            titles,
            names.streets(rng, size),
            names.towns(rng, size),
            [f"R{place + 1:02d}" for place in region.tolist()],
            references(group, 501),
            [0] * size,
            [None] * size,
            rng.integers(1, EMPLOYEES // 4, size) * 4 - 3,
            day_texts(created - rng.integers(0, 15, size).astype(np.int32)),
        ],
    )
    count = len(contracts.company)
    insert(
        connection,
        "contrat",
        [
            numbers(FIRST_CONTRACT, count),
            contracts.company + FIRST_COMPANY,
            [f"CT-{number:05d}" for number in range(1, count + 1)],
            day_texts(contracts.started),
            day_texts(contracts.commercial_end),
            day_texts(contracts.contract_end),
            np.where(contracts.is_open, "ouvert", "clos"),
        ],
    )
    return titles


def write_people(  # noqa: PLR0917 what a contact follows from
    connection: sqlite3.Connection, rng: Generator, people: People, titles: list[str], players: Positions, today: int
) -> None:
    """Contacts; ``players`` gave their date of birth with an entry."""
    count = len(people)
    civility, given = names.first_names(rng, count)
    family = names.surnames(rng, count)
    ids = numbers(FIRST_CONTACT, count)
    hosts = [names.host_of(titles[place]) if place >= 0 else "courriel" for place in people.company.tolist()]
    born: NDArray[np.object_] = np.full(count, None, dtype=object)
    born[players] = day_texts((today - rng.integers(19 * 365, 66 * 365, len(players))).astype(np.int32))
    origin: NDArray[np.object_] = np.full(count, "prospection", dtype=object)
    origin[people.of(Situation.CONTEST_ONLY)] = "concours"
    origin[people.of(Situation.CUSTOMER)] = "client"
    origin[people.of(Situation.UNDATED)] = "autre"
    with_mobile = rng.random(count) < 0.6
    mobiles = [
        number if has else None
        for number, has in zip(names.telephones(rng, count, "06 39 98"), with_mobile, strict=True)
    ]
    insert(
        connection,
        "contact",
        [
            ids,
            references(people.company, FIRST_COMPANY),
            civility,
            family,
            given,
            rng.choice(np.array(names.FUNCTIONS, dtype=object), count),
            names.addresses(given, family, ids.tolist(), hosts),
            names.telephones(rng, count, "01 99 00"),
            mobiles,
            born,
            origin,
            day_texts(people.collected),
            day_texts(people.objected),
        ],
    )


def write_relations(connection: sqlite3.Connection, companies: Companies, contracts: Contracts) -> None:
    """Every contract names all customer contacts of its company; ten people also belong to a second company."""
    first = np.concatenate([[0], np.cumsum(companies.contacts)[:-1]])
    each = companies.contacts[contracts.company]
    contract = np.repeat(np.arange(len(each)), each)
    place = np.arange(len(contract)) - np.repeat(np.cumsum(each) - each, each)
    person = first[contracts.company[contract]] + place
    former = np.flatnonzero(companies.standing == Standing.FORMER)[:10]
    contract = np.concatenate([contract, numbers(60, 10)])
    person = np.concatenate([person, first[former]])
    role = np.where(np.concatenate([place, np.ones(10)]) == 0, "signataire", "interlocuteur")
    insert(connection, "contrat_interlocuteur", [contract + FIRST_CONTRACT, person + FIRST_CONTACT, role])


def write_leads(connection: sqlite3.Connection, rng: Generator, leads: list[Lead]) -> None:
    """Imported leads, as they came."""
    count = len(leads)
    _, given = names.first_names(rng, count)
    family = names.surnames(rng, count)
    mail = names.addresses(given, family, range(1, count + 1), ["piste"] * count)
    phone = names.telephones(rng, count, "01 99 00")
    company = names.company_names(rng, count)
    came: list[list[str | None]] = [
        list(column) for column in zip(*((x.file, x.imported, x.answered) for x in leads), strict=True)
    ]
    reference = [lead.reference for lead in leads]
    insert(connection, "piste", [numbers(1, count), reference, family, given, company, mail, phone, *came])
