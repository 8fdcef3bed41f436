"""One purpose or all of them, chosen in the address."""

from collections.abc import Sequence

from diager_dpo.domain.words import Purpose
from diager_dpo.ui import address
from diager_dpo.ui.language import _
from diager_dpo.ui.words import purpose_name

#: The default, so that it never shows in the address.
ALL = "all"


def one_or_all(purposes: Sequence[Purpose]) -> Purpose | None:
    """The purpose to look at; ``None`` for all. Where there is only one, there is nothing to choose."""
    if len(purposes) < 2:
        return None
    codes = {purpose.code: purpose for purpose in purposes}
    chosen = address.option(
        _("Purpose"),
        [ALL, *codes],
        key="purpose",
        code=str,
        name=lambda code: _("All purposes") if code == ALL else purpose_name(codes[code]),
        default=ALL,
        buttons=True,
    )
    return codes.get(chosen)
