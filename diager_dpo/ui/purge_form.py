"""Preparing a purge: what is meant, how many records it would be of and which it would not, and the proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from diager_dpo.domain.permissions import Action, allowed_purposes
from diager_dpo.domain.purges import Ground
from diager_dpo.domain.words import RECORD_PURPOSES, Purpose
from diager_dpo.services.errors import DpoError
from diager_dpo.services.operations import Operation
from diager_dpo.services.purge_proposals import preview, propose
from diager_dpo.services.purge_views import PurgePreview
from diager_dpo.ui import address, failures, formats
from diager_dpo.ui.language import _, ngettext
from diager_dpo.ui.purge_head import NUMBER, said
from diager_dpo.ui.purge_sentences import propose_label, share_sentence
from diager_dpo.ui.purge_words import ground_name
from diager_dpo.ui.record_counts import records
from diager_dpo.ui.registry import screen
from diager_dpo.ui.sentences import sentence_of
from diager_dpo.ui.visit import Visit, visit
from diager_dpo.ui.words import purpose_name

_GROUNDS = {"due": Ground.DUE, "request": Ground.REQUEST}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be erased. ``persons``: keys, for requests only."""

    purpose: Purpose
    operation: str
    as_of: date
    ground: Ground
    persons: tuple[str, ...] = ()


def choose(here: Visit, operations: Sequence[Operation]) -> Wish | None:
    """The choices, in the address; ``None`` while something is missing."""
    mine = allowed_purposes(here.grants, Action.PROPOSE_PURGE)
    purposes = [each for each in RECORD_PURPOSES if each in mine]
    today = here.installation.today()
    with st.container(horizontal=True):
        with st.container(width=260):
            purpose = address.option(
                _("Purpose"), purposes, key="purpose", code=lambda p: p.code, name=purpose_name, default=purposes[0]
            )
        operation = _operation(operations) if purpose is Purpose.CONTESTS else ""
        with st.container(width=220):
            as_of = address.day(_("Due as of"), key="as_of", default=today, last=today)
    ground = _GROUNDS[
        address.option(
            _("Why they are erased"),
            list(_GROUNDS),
            key="ground",
            code=str,
            name=lambda code: ground_name(_GROUNDS[code]),
            default="due",
        )
    ]
    if purpose is Purpose.CONTESTS and not operation:
        st.info(_("No contest is known for which something could be erased."))
        return None
    if ground is Ground.DUE:
        return Wish(purpose, operation, as_of, ground)
    text = st.text_area(_("Keys of these persons, one a line"), key="purge_persons", height=120, max_chars=20_000)
    persons = tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not persons:
        st.caption(_("Write the keys of the persons who asked. The screen “Deadlines” finds a key by a name."))
        return None
    return Wish(purpose, operation, as_of, ground, persons)


def _operation(operations: Sequence[Operation]) -> str:
    names = {each.key: each.name or each.key for each in operations}
    if not names:
        return ""
    with st.container(width=320):
        return address.option(
            _("Operation"),
            list(names),
            key="operation",
            code=str,
            name=lambda code: names[code],
            default=next(iter(names)),
        )


def draw(here: Visit, wish: Wish) -> None:
    """What would be proposed, what would not and why, and the button."""
    found = preview(
        here.installation,
        here.actor,
        wish.purpose,
        wish.operation,
        wish.as_of,
        persons=wish.persons or None,
        ground=wish.ground,
    )
    st.header(preview_answer(found), anchor=False)
    for line in left_out(found):
        st.markdown(f"- {line}")
    if found.obstacles:
        st.warning("\n".join(sentence_of(each.code, **each.values) for each in found.obstacles))
        return
    if not found.items:
        st.markdown(_("Choose another purpose or another day, or go back to the list of purges."))
        return
    draw_rule()
    share = not found.is_large or st.checkbox(
        share_sentence(found.items, found.people, wish.purpose), key=f"purge_share_{found.items}"
    )
    asked = wish.ground is Ground.REQUEST
    label = (
        _("Why? Write no name of a person here.")
        if asked
        else _("A word for the reviewer, if you like; no name of a person.")
    )
    reason = st.text_area(label, key="purge_reason", max_chars=1000, height=100).strip()
    ready = share and bool(reason or not asked)
    if st.button(propose_label(found.items, wish.purpose), key="purge_propose", type="primary", disabled=not ready):
        _propose(wish, reason, found.items if found.is_large else None)
    st.caption(_("Nothing is erased before another person has approved it. You can cancel it until it is started."))


def preview_answer(found: PurgePreview) -> str:
    """How many records the purge would be of."""
    if not found.items:
        return _("Nothing can be proposed here as of {day}.", day=formats.day(found.as_of))
    return ngettext(
        "{records} can be proposed for erasure.",
        "{records} can be proposed for erasure.",
        found.items,
        records=records(found.items, found.purpose),
    )


def left_out(found: PurgePreview) -> list[str]:
    """What is not part of it, and why."""
    lines = []
    if found.taken:
        lines.append(
            ngettext(
                "{n} more is left out: its person stands in another purge that is under way.",
                "{n} more are left out: their persons stand in another purge that is under way.",
                found.taken,
            )
        )
    if found.kept:
        lines.append(
            ngettext(
                "{n} more is left out: a reviewer set it aside until a later day.",
                "{n} more are left out: a reviewer set them aside until a later day.",
                found.kept,
            )
        )
    if found.blocked:
        lines.append(
            ngettext(
                "{n} more is left out: an open question of the charter blocks it.",
                "{n} more are left out: an open question of the charter blocks them.",
                found.blocked,
            )
        )
    if found.held:
        lines.append(ngettext("{n} is on hold and stays.", "{n} are on hold and stay.", found.held))
    if found.undetermined:
        lines.append(
            ngettext("{n} is to be qualified and stays.", "{n} are to be qualified and stay.", found.undetermined)
        )
    if found.unknown:
        lines.append(ngettext("{n} key is of no such record.", "{n} keys are of no such record.", found.unknown))
    return lines


def draw_rule() -> None:
    """What proposing does, before the button."""
    st.markdown(
        _(
            "Proposing fixes this list. The program then tries the erasure in the source and takes everything back at "
            "once, to say place by place what would go; the other person sees exactly that."
        )
    )


def _propose(wish: Wish, reason: str, share: int | None) -> None:
    here = visit()
    try:
        with st.spinner(_("Trying the erasure in the source, and taking it back")):
            number = propose(
                here.installation,
                here.actor,
                wish.purpose,
                wish.operation,
                wish.as_of,
                ground=wish.ground,
                persons=wish.persons or None,
                reason=reason,
                share_confirmed=share,
            )
    except DpoError as error:
        failures.show(error)
        return
    said(_("The purge is proposed. Nothing is erased before another person has approved it."))
    st.switch_page(screen("purge").path, query_params={NUMBER: str(number)})
