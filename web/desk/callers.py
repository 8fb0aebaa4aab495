"""Who the callers of the last half minute are, so that a page does not ask the platform for it each time.

What somebody may do is decided by the platform at every call. A page takes the name, the community and the roles from
here, for its head, its menu and its guard; they may be half a minute old.
"""

import hashlib
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from cachetools import TTLCache

_SECONDS = 30
_MOST = 2000


class KnownCallers:
    """Answers of `GET /v1/me` by access token, in the memory of one process. Only digests of tokens are stored."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._known: TTLCache[str, dict[str, Any]] = TTLCache(_MOST, _SECONDS, now)
        self._lock = Lock()

    def get(self, token: str) -> dict[str, Any] | None:
        """Return who has a token, None unless that was asked in the last half minute."""
        with self._lock:
            return self._known.get(_digest(token))

    def put(self, token: str, me: dict[str, Any]) -> None:
        """Store who has a token."""
        with self._lock:
            self._known[_digest(token)] = me

    def forget(self, token: str) -> None:
        """Forget who has a token."""
        with self._lock:
            self._known.pop(_digest(token), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
