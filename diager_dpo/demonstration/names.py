"""Names of people, companies and towns: composed, so that none is anybody's.

Mail addresses end in ``.example`` (RFC 2606); telephone numbers lie in 01 99 00 and 06 39 98, which the French
numbering plan keeps for works of fiction.
"""

import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.random import Generator

_WOMEN = (
    "Adèle Agathe Alix Anaïs Apolline Aurore Bérénice Blanche Camille Capucine Célestine Clémence Coralie Cyrielle "
    "Élise Éloïse Emma Estelle Faustine Fleur Garance Hélène Hortense Inès Jeanne Léa Léonie Louise Lucie Maëlle "
    "Margaux Mathilde Nadia Noémie Ondine Pauline Rose Salomé Solène Zélie"
)
_MEN = (
    "Achille Adrien Amaury Anatole Antonin Armand Aurélien Basile Benoît Bertrand Céleste Clovis Cyprien Damien Edgar "
    "Éloi Émile Étienne Félix Florian Gaspard Gauthier Grégoire Hugo Jules Karim Léandre Lucien Malo Marius Maxence "
    "Nestor Octave Paul Rémi Romain Siméon Théo Ulysse Victor"
)
_HEADS = (
    "Aube Beau Bel Bois Brame Chante Clair Corbe Fonte Grand Haute Loup Mire Mont Noir Pierre Roche Rouvre Sauve Tour "
    "Vau Verte"
)
_TAILS = "brève cendre coing drille fer forge garde lande lime mortier perce scie taille vrille"
_TRADES = (
    "Ateliers Bâti Carrelages Charpentes Chauffage Comptoir Couvertures Électricité Forages Maçonnerie Menuiserie "
    "Outillage Perçage Plomberie Quincaillerie Rénovation Serrurerie Travaux"
)
_PLACES = (
    "Aubeterne Brandoise Cressanges-le-Vieux Dorvault Escarlin Fauconnet Grisolles-Neuve Hautperche Issoudray Jonvelle "
    "Laubressac Marcheville-sur-Ource Nerval Orbeville Pontargent Quincerot Rochambeau Sainte-Vrille Tournavaux "
    "Ursanne Valmortier Yvremont Zincourt Courtefer"
)
_STREETS = "rue des Forges/rue du Foret/allée des Burins/place du Vieux-Puits/chemin de la Meule/quai des Tourneurs"
FUNCTIONS = ("achats", "chef de chantier", "gérance", "magasin", "comptabilité", "atelier", "direction technique")


def _composed(rng: Generator, count: int) -> list[str]:
    every = np.array([head + tail for head in _HEADS.split() for tail in _TAILS.split()], dtype=object)
    return [str(name) for name in rng.choice(every, count)]


def surnames(rng: Generator, count: int) -> list[str]:
    """Family names; the same one may come back, as in life."""
    return _composed(rng, count)


def first_names(rng: Generator, count: int) -> tuple[list[str], list[str]]:
    """Civilities and first names that agree with each other."""
    women = rng.random(count) < 0.42
    of_women, of_men = _WOMEN.split(), _MEN.split()
    choice = rng.integers(0, min(len(of_women), len(of_men)), count).tolist()
    civilities = ["Mme" if woman else "M." for woman in women]
    return civilities, [
        (of_women if woman else of_men)[position] for woman, position in zip(women, choice, strict=True)
    ]


def company_names(rng: Generator, count: int) -> list[str]:
    """Names of legal persons, each one distinct."""
    trades = rng.choice(np.array(_TRADES.split(), dtype=object), count)
    names: dict[str, None] = {}
    for trade, place in zip(trades, _composed(rng, count), strict=True):
        name = f"{trade} {place}"
        while name in names:
            name += " & Cie" if "&" not in name else " Frères"
        names[name] = None
    return list(names)


def towns(rng: Generator, count: int) -> list[str]:
    """Towns on no map."""
    return [str(town) for town in rng.choice(np.array(_PLACES.split(), dtype=object), count)]


def streets(rng: Generator, count: int) -> list[str]:
    """A number and a street."""
    names = rng.choice(np.array(_STREETS.split("/"), dtype=object), count)
    return [f"{number} {name}" for number, name in zip(rng.integers(1, 120, count).tolist(), names, strict=True)]


def telephones(rng: Generator, count: int, prefix: str) -> list[str]:
    """Numbers from a range kept for fiction, such as ``01 99 00``."""
    return [f"{prefix} {number // 100:02d} {number % 100:02d}" for number in rng.integers(0, 10_000, count).tolist()]


def addresses(first: Iterable[str], last: Iterable[str], numbers: Iterable[int], hosts: Iterable[str]) -> list[str]:
    """One mail address each, made unique by the number, at ``host.example``."""
    parts = zip(first, last, numbers, hosts, strict=True)
    return [f"{_plain(given)}.{_plain(family)}.{number}@{host}.example" for given, family, number, host in parts]


def host_of(company: str) -> str:
    """The name of a company as the label of a domain."""
    return _plain(company.removesuffix(" & Cie").replace(" ", "-"))


def _plain(name: str) -> str:
    """Without accents or capitals, as a mail address wants it."""
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in decomposed if letter.isascii() and (letter.isalnum() or letter == "-"))
