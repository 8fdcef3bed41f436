"""For the register: who is actually entitled to each purpose beside whom the charter names, with the differences."""

from collections.abc import Collection, Iterator

import pandas as pd
import streamlit as st

from diager_dpo.domain.entitlement import Entitled
from diager_dpo.domain.permissions import Grant
from diager_dpo.domain.words import Purpose
from diager_dpo.services.entitlement import Entitlement, entitlements
from diager_dpo.ui import formats, tables
from diager_dpo.ui.language import _, ngettext, pgettext
from diager_dpo.ui.links import link
from diager_dpo.ui.own_words import in_language
from diager_dpo.ui.visit import Visit
from diager_dpo.ui.words import purpose_name, role_name


def draw(here: Visit, purposes: Collection[Purpose]) -> None:
    """The differences in words, then a table of who is named and who is entitled."""
    found = [each for each in entitlements(here.installation, here.actor) if each.purpose in purposes]
    if not found:
        return
    st.header(_("Who is entitled, beside whom the charter names"), anchor=False)
    differing = [sentence for each in found for sentence in difference_sentences(each)]
    for sentence in differing:
        st.markdown(f":orange-badge[▲ {_('difference')}] {sentence}")
    if not differing:
        st.markdown(_("Everybody who is entitled is somebody whom the charter names."))
    tables.plain(
        pd.DataFrame([_row(each) for each in found]),
        alt=_("For each purpose, whom the charter names and who is entitled"),
    )
    if found[0].by_mission:
        names = formats.listing([formats.plain(_said(each)) for each in found[0].by_mission])
        st.caption(_("By their mission, for every purpose: {names}.", names=names))
    link(here, "accounts", _("Open the access rights"))


def difference_sentences(entitlement: Entitlement) -> Iterator[str]:
    """Who is entitled without being named, for a purpose; Markdown."""
    people = list(dict.fromkeys(each.name for each in entitlement.difference.not_named))
    if not people:
        return
    names, purpose = formats.plain(formats.listing(people)), purpose_name(entitlement.purpose)
    if not entitlement.named:
        yield ngettext(
            "**{purpose}**: {names} is entitled, and the charter names no recipient.",
            "**{purpose}**: {names} are entitled, and the charter names no recipient.",
            len(people),
            purpose=purpose,
            names=names,
        )
    else:
        yield ngettext(
            "**{purpose}**: {names} is entitled, and not as a recipient whom the charter names.",
            "**{purpose}**: {names} are entitled, and not as recipients whom the charter names.",
            len(people),
            purpose=purpose,
            names=names,
        )


def _row(each: Entitlement) -> dict[str, object]:
    unheld = set(each.difference.nobody)
    named = [in_language(text) + (f" ({_('nobody here')})" if text in unheld else "") for text in each.named]
    missing = set(each.difference.not_named)
    entitled = [
        _said(person) + (f" ({_('not in the charter')})" if person in missing else "") for person in each.entitled
    ]
    return {
        _("Purpose"): purpose_name(each.purpose),
        _("Named by the charter"): pgettext("between recipients", "; ").join(named) or _("not stated"),
        _("Entitled here"): pgettext("between recipients", "; ").join(entitled) or _("nobody"),
    }


def _said(person: Entitled) -> str:
    return _("{name}: {roles}", name=person.name, roles=role_name(Grant(role) for role in person.roles).lower())
