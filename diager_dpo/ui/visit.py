"""The visit under way: who looks, with which rights, at which installation.

Pages begin with ``visitor = visit()`` and hand ``visitor.installation`` and ``visitor.actor`` to services. A fragment
or a callback, which runs without the page around it, calls ``visit()`` itself: it may run after somebody signed out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from diager_dpo.domain.permissions import Grant, Identity
from diager_dpo.services.access import actor_grants
from diager_dpo.services.errors import Refused
from diager_dpo.services.installation import Installation, open_installation
from diager_dpo.services.sessions import who
from diager_dpo.ui.language import current, use
from diager_dpo.ui.registry import Screen, permitted

COOKIE = "diager_dpo_session"
LANGUAGE_COOKIE = "diager_dpo_language"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is signed in, in one run of the script."""

    installation: Installation
    actor: Identity
    grants: tuple[Grant, ...]

    @property
    def screens(self) -> tuple[Screen, ...]:
        """The screens this person may open."""
        return permitted(self.grants)


@lru_cache(maxsize=1)
def installation() -> Installation:
    """The installation of this process, opened at the first need of it."""
    return open_installation()


def browser_token() -> str | None:
    """What the browser of this run sent as its session; scripts of a page cannot read it."""
    return st.context.cookies.get(COOKIE)


def visitor() -> Visit | None:
    """Who is signed in now; ``None`` where the session is over."""
    house = installation()
    actor = who(house, browser_token())
    return None if actor is None else Visit(house, actor, actor_grants(house, actor))


def visit() -> Visit:
    """Who is signed in now. Where the session is over, the run stops: nothing more is drawn."""
    found = visitor()
    if found is None:
        st.stop()
    return found


def when_taken(made: Callable[[Visit], bytes]) -> Callable[[], bytes]:
    """What makes a file at the moment somebody takes it: for ``st.download_button``.

    Streamlit calls it in a thread of its own, where neither the browser nor the language of the page is known: both are
    remembered here. The rights are those of that later moment: a button drawn before a right was revoked still fires.

    Raises, when it is taken:
        Refused: ``not_permitted`` where the session is over, or what ``made`` raises.
    """
    token, language = browser_token(), current()

    def take() -> bytes:
        use(language)
        house = installation()
        actor = who(house, token)
        if actor is None:
            raise Refused("not_permitted")
        return made(Visit(house, actor, actor_grants(house, actor)))

    return take
