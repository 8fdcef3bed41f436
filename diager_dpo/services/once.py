"""What a server remembers for a few minutes and gives out once: a sign-in under way, a password that must be changed.

In memory: a server that restarts asks people to begin again, and nothing secret is left behind.
"""

import secrets
import time
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Values under random names, each given out once, within ``seconds``. The oldest goes when there are too many."""

    def __init__(self, seconds: float = 600, most: int = 10_000) -> None:
        self._seconds, self._most = seconds, most
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def keep(self, value: T) -> str:
        """The name under which a value can be taken: 256 random bits."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[name] = (time.monotonic(), value)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return name

    def take(self, name: str | None) -> T | None:
        """The value, which is then forgotten; ``None`` where it is unknown, taken or too old."""
        with self._lock:
            found = self._kept.pop(name or "", None)
        return found[1] if found and time.monotonic() - found[0] <= self._seconds else None
