"""How often something may be done by one address or account: a bucket of tokens for each, in memory."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

MOST = 10_000  # addresses and accounts remembered; the one not seen for longest is forgotten first


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit:
    """``burst`` attempts at once, then one every ``seconds``."""

    def __init__(self, burst: int, seconds: float) -> None:
        self.burst, self.seconds = burst, seconds
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, now: float | None = None) -> bool:
        """Whether one more attempt is allowed; if so, it is counted. ``now``: seconds of a clock that never goes back.

        An IPv6 network belongs to one client as a rule: its first 64 bits count.
        """
        now = time.monotonic() if now is None else now
        address = ":".join(address.split(":")[:4]) if address.count(":") > 1 else address
        with self._lock:
            bucket = self._buckets.pop(address, None) or _Bucket(self.burst, now)
            self._buckets[address] = bucket
            while len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
            bucket.tokens = min(self.burst, bucket.tokens + (now - bucket.filled_at) / self.seconds)
            bucket.filled_at = now
            if bucket.tokens < 1:
                return False
            bucket.tokens -= 1
            return True

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._buckets.clear()
