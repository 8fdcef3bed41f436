"""What is said of a purge: who acts next, until when, what can still be stopped; what goes, place by place."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from diager_dpo.domain.purges import OPEN_STATES, Ground, ItemState, PurgeState, Skip
from diager_dpo.domain.words import Purpose
from diager_dpo.services.purge_views import PlaceLine
from diager_dpo.ui.language import Language, use
from diager_dpo.ui.place_words import column_words, table_words, technical
from diager_dpo.ui.purge_path import Milestones, StepStanding, path, path_html
from diager_dpo.ui.purge_places import done_html, extent, planned_html, unlinked_sentence
from diager_dpo.ui.purge_sentences import (
    Standing,
    approve_label,
    aware_sentence,
    erase_label,
    next_sentence,
    propose_label,
    purge_answer,
    share_sentence,
    stoppable_sentence,
)
from diager_dpo.ui.purge_words import ground_name, item_state_name, skip_sentence, state_name, stop_sentence
from diager_dpo.ui.tables import NOTHING

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
ENDED = [state for state in PurgeState if state not in OPEN_STATES]


@pytest.fixture(autouse=True)
def _french():
    use(Language.FRENCH)
    yield
    use(Language.FRENCH)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'")


def standing(state, **more):
    return Standing(state, Purpose.PROSPECTING, **({"listed": 142, "until": AT} | more))


def test_buttons_say_what_they_do_with_the_figure():
    assert plain(erase_label(142, Purpose.PROSPECTING)) == "Effacer définitivement 142 fiches de prospection"
    assert plain(erase_label(1, Purpose.PROSPECTING)) == "Effacer définitivement 1 fiche de prospection"
    assert plain(approve_label(142, Purpose.PROSPECTING)) == (
        "Approuver l'effacement définitif de 142 fiches de prospection"
    )
    assert plain(propose_label(142, Purpose.CONTESTS)) == "Proposer l'effacement de 142 fiches de jeux-concours"


def test_what_is_ticked_repeats_the_figure_and_the_share():
    assert "142 fiches de prospection seront effacées" in plain(aware_sentence(142, Purpose.PROSPECTING))
    assert "1 fiche de prospection sera effacée" in plain(aware_sentence(1, Purpose.PROSPECTING))
    said = plain(share_sentence(300, 1_000, Purpose.PROSPECTING))
    assert "30 %" in said
    assert "300 sur 1 000" in said


def test_a_proposal_says_first_that_nothing_is_erased():
    assert plain(purge_answer(standing(PurgeState.PROPOSED))) == (
        "142 fiches de prospection seraient effacées. Rien n'est effacé tant que personne n'approuve."
    )


@pytest.mark.parametrize("state", [PurgeState.REJECTED, PurgeState.EXPIRED, PurgeState.CANCELLED])
def test_a_purge_that_came_to_nothing_says_so(state):
    assert plain(purge_answer(standing(state))).startswith("Rien n'a été effacé")


def test_a_purge_cancelled_half_way_never_says_that_nothing_was_erased():
    said = plain(purge_answer(standing(PurgeState.CANCELLED, erased=80)))
    assert said.startswith("80 fiches de prospection ont été effacées.")
    assert "Rien" not in said


def test_what_was_left_is_told_beside_what_went():
    said = plain(purge_answer(standing(PurgeState.EXECUTED, erased=141, left=1)))
    assert said == "141 fiches de prospection ont été effacées. 1 a été laissée telle quelle."


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("state", PurgeState)
def test_each_state_says_who_acts_next_and_open_ones_what_can_be_stopped(state, by_hand, language):
    use(language)
    at = standing(state, by_hand=by_hand)
    for sentence in (purge_answer(at), next_sentence(at, ["Bastien Corbeforge"]), next_sentence(at, [])):
        assert sentence
        assert sentence.rstrip().endswith((".", "!"))
        assert "{" not in sentence
    assert bool(stoppable_sentence(at)) == (state in OPEN_STATES)


def test_the_next_person_is_named_with_the_time_limit():
    said = plain(next_sentence(standing(PurgeState.APPROVED), ["Hélène Rochelande", "Bastien Corbeforge"]))
    assert "Hélène Rochelande et Bastien Corbeforge" in said
    assert "23 novembre 2026 à 14:05" in said
    assert "Personne ne peut encore approuver" in plain(next_sentence(standing(PurgeState.PROPOSED), []))


def test_recipients_that_nobody_told_are_what_remains():
    assert "prévenir 2 destinataires" in plain(next_sentence(standing(PurgeState.EXECUTED, untold=2), []))
    assert plain(next_sentence(standing(PurgeState.EXECUTED), [])) == "Il ne reste rien à faire."


@pytest.mark.parametrize("language", Language)
def test_every_code_has_its_words(language):
    use(language)
    assert len({state_name(state) for state in PurgeState}) == len(PurgeState)
    assert len({item_state_name(state) for state in ItemState}) == len(ItemState)
    assert len({skip_sentence(code.value) for code in Skip}) == len(Skip)
    assert all(ground_name(ground) for ground in Ground)
    assert "odd" in skip_sentence("odd")
    assert "odd" in stop_sentence("odd")
    assert not any("(" in stop_sentence(code) for code in ("too_many_skipped", "count_exceeded", "stop_asked"))


DECIDED = {"approver": "Bastien Corbeforge", "decided_at": AT, "expires_at": AT + timedelta(days=7)}


@pytest.mark.parametrize(
    ("state", "past", "standings"),
    [
        (PurgeState.PROPOSED, {}, "done now ahead ahead ahead"),
        (PurgeState.APPROVED, DECIDED, "done done done now ahead"),
        (PurgeState.EXECUTING, DECIDED | {"started_at": AT}, "done done done now ahead"),
        (PurgeState.NEEDS_ATTENTION, DECIDED | {"started_at": AT}, "done done done now ahead"),
        (PurgeState.EXECUTED, DECIDED | {"finished_at": AT, "remaining": 0}, "done done done done done"),
        (PurgeState.EXECUTED, DECIDED | {"finished_at": AT, "remaining": 2}, "done done done done now"),
        (PurgeState.EXECUTED, DECIDED | {"finished_at": AT, "remaining": None}, "done done done done now"),
        (PurgeState.REJECTED, DECIDED, "done done stopped ahead ahead"),
        (PurgeState.EXPIRED, DECIDED, "done done done stopped ahead"),
        (PurgeState.CANCELLED, {}, "done stopped ahead ahead ahead"),
        (PurgeState.CANCELLED, DECIDED, "done done done stopped ahead"),
    ],
)
def test_the_path_shows_what_is_done_what_is_now_and_where_it_ended(state, past, standings):
    steps = path(state, Milestones("Hélène Rochelande", AT, **past))
    assert " ".join(step.standing for step in steps) == standings
    html = path_html(steps)
    assert html.count("<li") == 5
    assert html.count('aria-current="step"') == standings.count("now")
    assert "Hélène Rochelande" in html


def test_each_step_says_its_standing_to_who_cannot_see_it():
    html = path_html(path(PurgeState.PROPOSED, Milestones("A<b>", AT)))
    assert "A&lt;b&gt;" in html
    assert re.findall(r"\((terminée|en ce moment|à venir|arrêtée ici)\)", html) == [
        "terminée", "en ce moment", "à venir", "à venir", "à venir",
    ]  # fmt: skip
    assert StepStanding.NOW


PLACES = [
    PlaceLine("contact", "email", 140, 0, 138, 0),
    PlaceLine("note", "", 12, 3, 12, 2),
    PlaceLine("odd_table", "odd_column", 1, 0, 1, None),
]


def test_places_are_told_in_plain_words_beside_the_technical_name():
    html = plain(planned_html(PLACES))
    assert "Adresse électronique (fiches de contact)" in html
    assert '<span class="technical">contact.email</span>' in html
    assert "Lignes entières : notes" in html
    assert "odd column" in html.lower()
    assert (table_words("PIECE_JOINTE"), column_words("Nom")) == ("pièces jointes", "nom de famille")
    assert technical("note", "") == "note"


def test_the_extent_counts_rows_and_values_apart():
    assert plain(extent(PLACES)) == "Partiraient **12 lignes entières** et **141 valeurs isolées**, à ces endroits :"
    assert plain(extent(PLACES[:1])) == "Partiraient **140 valeurs isolées**, à ces endroits :"


def test_after_it_before_and_after_stand_side_by_side_and_what_is_left_stands_out():
    html = done_html(PLACES)
    assert re.findall(r'<td class="figure">([^<]*)</td>', html) == [
        "140",
        "138",
        "0",
        "12",
        "12",
        "2",
        "1",
        "1",
        NOTHING,
    ]
    assert html.count('<tr class="left">') == 1


def test_rows_that_stay_after_their_last_purpose_are_said():
    assert plain(unlinked_sentence(PLACES[1])).startswith("3 lignes restent après leur dernière finalité")
