"""Time zones on arrays: offsets from UTC looked up in a table of changes, whatever the number of instants."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Seconds: TypeAlias = NDArray[np.int64]

_FIRST = datetime(1890, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=5)  # no zone changes its offset twice in less


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone. Seconds are since 1970-01-01: in UTC, or as a clock on the wall of that zone shows them."""

    changes: Seconds  # UTC
    wall_changes: Seconds  # the wall reading from which the next offset counts
    offsets: Seconds  # one more than changes

    def to_wall(self, utc: Seconds) -> Seconds:
        """What the clock on the wall shows."""
        return utc + self.offsets[np.searchsorted(self.changes, utc, side="right")]

    def to_utc(self, wall: Seconds) -> Seconds:
        """The instant; of an hour that occurs twice the first, of an hour that is skipped as if it were not."""
        return wall - self.offsets[np.searchsorted(self.wall_changes, wall, side="right")]


@lru_cache(maxsize=8)
def zone(name: str) -> Zone:
    """The zone of an IANA name, as known for 1890 to 2200."""
    tz = ZoneInfo(name)
    changes: list[int] = []
    offsets = [_offset(tz, _FIRST)]
    day = _FIRST
    while day < _LAST:
        following = day + _STEP
        if _offset(tz, following) != offsets[-1]:
            changes.append(_change(tz, day, following))
            offsets.append(_offset(tz, following))
        day = following
    at, offset = np.array(changes, np.int64), np.array(offsets, np.int64)
    return Zone(at, at + np.maximum(offset[:-1], offset[1:]), offset)


def _offset(tz: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(tz).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(tz: ZoneInfo, before: datetime, after: datetime) -> int:
    """The second at which the offset changes, by halving."""
    low, high = int(before.timestamp()), int(after.timestamp())
    old = _offset(tz, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(tz, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return high
