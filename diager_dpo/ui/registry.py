"""The one list of screens: where each is, what it is called, and which right opens it.

A screen is added by one line here, one file under ``pages/`` and its texts. The address is part of what people send to
one another: it is English, stable, and has no second level. The first screen somebody may see is their first page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from diager_dpo.domain.permissions import Action, Grant, may
from diager_dpo.ui.language import N_

PAGES = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. ``title`` and ``question`` are texts marked for translation.

    ``action``: the right that opens it; ``None`` where it is about nobody but its reader.
    """

    address: str
    title: str
    question: str
    action: Action | None
    hidden: bool = False  # reached by a link from another screen, never from the navigation

    @property
    def path(self) -> Path:
        """The file that draws it; absolute, so that it never depends on where the program was started."""
        return PAGES / f"{self.address}.py"


SCREENS = (
    Screen("overview", N_("Overview"), N_("What needs my attention?"), Action.SEE_TOTALS),
    Screen("register", N_("Register"), N_("What do we do with the data?"), Action.SEE_REGISTER),
    Screen("deadlines", N_("Deadlines"), N_("What is falling due?"), Action.SEE_RECORDS),
    Screen("contests", N_("Contests"), N_("Does each consent stand?"), Action.SEE_RECORDS),
    Screen("refusals", N_("Refusals"), N_("Who said no, and does it count?"), Action.SEE_RECORDS),
    Screen("opt_out", N_("Opt-out list"), N_("Which addresses may no longer be solicited?"), Action.CHECK_OPT_OUT),
    Screen("purges", N_("Purges"), N_("What shall we erase, and who decided it?"), Action.SEE_PURGES),
    Screen(
        "purge", N_("A purge"), N_("What does this purge erase, and who decided it?"), Action.SEE_PURGES, hidden=True
    ),
    Screen(
        "purge_proposal", N_("Prepare a purge"), N_("What do we propose to erase?"), Action.PROPOSE_PURGE, hidden=True
    ),
    Screen("holds", N_("Suspensions"), N_("Which purges are suspended, and why?"), Action.SEE_PURGES),
    Screen("to_qualify", N_("To qualify"), N_("Which records lack a date, and what is it?"), Action.SEE_RECORDS),
    Screen("statistics", N_("Statistics"), N_("How are the sales going?"), Action.SEE_STATISTICS),
    Screen("source", N_("Source"), N_("Is what we read complete and clean?"), Action.SEE_SOURCE),
    Screen("journal", N_("Journal"), N_("What happened?"), Action.SEE_JOURNAL),
    Screen("access_log", N_("Access log"), N_("Who looked at what?"), Action.SEE_ACCESS_LOG),
    Screen("accounts", N_("Access rights"), N_("Who may see and do what?"), Action.SEE_ACCOUNTS),
    Screen("sessions", N_("My sessions"), N_("Where are my sessions open?"), None),
)

#: Every address that is a page; the gate leads back to these only.
ADDRESSES = frozenset({""} | {screen.address for screen in SCREENS})


def permitted(grants: Iterable[Grant]) -> tuple[Screen, ...]:
    """The screens these grants open, in the order of the navigation."""
    held = tuple(grants)
    return tuple(screen for screen in SCREENS if screen.action is None or may(held, screen.action))


def screen(address: str) -> Screen:
    """The screen at an address; ``KeyError`` where there is none."""
    return {each.address: each for each in SCREENS}[address]
