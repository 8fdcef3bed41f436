"""What is read once for each scan, read before anybody waits for it."""

from diager_dpo.services.installation import Installation
from diager_dpo.store.calendar_counts import calendar_of
from diager_dpo.store.engine import reading
from diager_dpo.store.flag_counts import flag_groups


def warm(installation: Installation) -> None:
    """Read the calendar and the flags of the last finished scan into memory. It tells nobody anything: no right."""
    if installation.source is None:
        return
    with reading(installation.store) as connection:
        calendar = calendar_of(connection, installation.source.name)
        if calendar is not None:
            flag_groups(connection, installation.source.name, calendar.scan)
