"""The way to act on what is due: to the proposal of a purge, for whoever may make one."""

from diager_dpo.domain.permissions import Action, may
from diager_dpo.domain.words import Purpose
from diager_dpo.ui.language import _
from diager_dpo.ui.links import link
from diager_dpo.ui.visit import Visit


def prepare(here: Visit, purpose: Purpose, operation: str = "") -> None:
    """The link, in the place where the lateness is told; nothing for others.

    Of a contest only one operation can be purged at a time: without one, the list of purges names each.
    """
    if not may(here.grants, Action.PROPOSE_PURGE, purpose):
        return
    label = f":blue[{_('Prepare a purge')}]"
    if purpose is Purpose.CONTESTS and not operation:
        link(here, "purges", label)
    elif operation:
        link(here, "purge_proposal", label, purpose=purpose.code, operation=operation)
    else:
        link(here, "purge_proposal", label, purpose=purpose.code)
