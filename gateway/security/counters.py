"""Where limits and attempts are counted: in Redis for several gateways, else in a file that one's processes share.

`fallback://` counts in Redis, and in the file while Redis does not answer, so that no limit is ever open.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from limits.storage import Storage, storage_from_string

log = structlog.get_logger("gateway.counters")

R = TypeVar("R")

_SWEEP_SECONDS = 60.0
_RETRY_SECONDS = 5.0
_REDIS_SECONDS = 0.5
"""How long Redis may take, before its answer is not waited for."""
_TABLE = """
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, hits INTEGER NOT NULL, expires_at REAL NOT NULL)
WITHOUT ROWID
"""
_INCREMENT = """
INSERT INTO counters VALUES (:name, :amount, :expires_at)
ON CONFLICT (name) DO UPDATE SET
    hits = CASE WHEN expires_at <= :now THEN 0 ELSE hits END + :amount,
    expires_at = CASE WHEN expires_at <= :now THEN :expires_at ELSE expires_at END
RETURNING hits
"""


def storage_config(redis_uri: str, file: str) -> tuple[str, dict[str, str | float | bool]]:
    """Return the URI and options of the storage: Redis with `file` behind it, `file`, or memory."""
    local = f"{MachineStorage.STORAGE_SCHEME[0]}://{file}" if file else "memory://"
    if not redis_uri:
        return local, {}
    return f"{FallbackStorage.STORAGE_SCHEME[0]}://", {"primary": redis_uri, "secondary": local}


def create_file(file: str) -> None:
    """Create the file in which a gateway's processes count, before they open it at the same time."""
    MachineStorage(f"{MachineStorage.STORAGE_SCHEME[0]}://{file}").close()


class MachineStorage(Storage):
    """Counts in a SQLite file, for all processes of one machine that open it. A count takes some 20 µs.

    Nothing in the file must survive a crash of the machine.
    """

    STORAGE_SCHEME: list[str] = ["machine"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions)
        self._lock = threading.Lock()
        self._swept_at = time.monotonic()
        file = uri.removeprefix(f"{self.STORAGE_SCHEME[0]}://")
        self._connection = sqlite3.connect(file, timeout=2, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(_TABLE)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which begins anew when it has expired, and return it."""
        now = time.time()
        values = {"name": key, "amount": amount, "now": now, "expires_at": now + expiry}
        with self._lock:
            self._sweep(now)
            (hits,) = self._connection.execute(_INCREMENT, values).fetchone()
        return int(hits)

    def get(self, key: str) -> int:
        """Return a counter, 0 when it has expired."""
        found = self._find(key)
        return int(found[0]) if found else 0

    def get_expiry(self, key: str) -> float:
        """Return the time at which a counter expires, now when it has."""
        found = self._find(key)
        return float(found[1]) if found else time.time()

    def check(self) -> bool:
        """Return whether the file can be read."""
        with self._lock:
            return bool(self._connection.execute("SELECT 1").fetchone())

    def reset(self) -> int:
        """Delete every counter and return their number."""
        with self._lock:
            return self._connection.execute("DELETE FROM counters").rowcount

    def clear(self, key: str) -> None:
        """Delete a counter."""
        with self._lock:
            self._connection.execute("DELETE FROM counters WHERE name = ?", (key,))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _find(self, key: str) -> tuple[int, float] | None:
        query = "SELECT hits, expires_at FROM counters WHERE name = ? AND expires_at > ?"
        with self._lock:
            found: tuple[int, float] | None = self._connection.execute(query, (key, time.time())).fetchone()
        return found

    def _sweep(self, now: float) -> None:
        """Delete expired counters once a minute."""
        if time.monotonic() - self._swept_at > _SWEEP_SECONDS:
            self._swept_at = time.monotonic()
            self._connection.execute("DELETE FROM counters WHERE expires_at <= ?", (now,))


class FallbackStorage(Storage):
    """Counts in `primary`, and in `secondary` while that does not answer; it is tried again every five seconds."""

    STORAGE_SCHEME: list[str] = ["fallback"]

    def __init__(
        self, uri: str, wrap_exceptions: bool = False, *, primary: str, secondary: str, **_options: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        waits = {"socket_timeout": _REDIS_SECONDS, "socket_connect_timeout": _REDIS_SECONDS}
        self._primary: Storage = _storage(primary, **waits)
        self._secondary: Storage = _storage(secondary)
        self._down_until = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return self._secondary.base_exceptions  # type: ignore[return-value]  # of one class for both kinds

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter and return it."""
        return self._ask(lambda storage: storage.incr(key, expiry, amount))

    def get(self, key: str) -> int:
        """Return a counter."""
        return self._ask(lambda storage: storage.get(key))

    def get_expiry(self, key: str) -> float:
        """Return the time at which a counter expires."""
        return self._ask(lambda storage: storage.get_expiry(key))

    def check(self) -> bool:
        """Return whether counters can be read."""
        return self._ask(lambda storage: storage.check())

    def reset(self) -> int | None:
        """Delete every counter of the storage in use."""
        return self._ask(lambda storage: storage.reset())

    def clear(self, key: str) -> None:
        """Delete a counter."""
        self._ask(lambda storage: storage.clear(key))

    def _ask(self, question: Callable[[Storage], R]) -> R:
        if time.monotonic() >= self._down_until:
            try:
                answer = question(self._primary)
            except self._primary.base_exceptions as error:
                if not self._down_until:
                    log.error("rate_limit_storage_down", error=type(error).__name__, counted_in="this machine")
                self._down_until = time.monotonic() + _RETRY_SECONDS
            else:
                if self._down_until:
                    log.warning("rate_limit_storage_back")
                    self._down_until = 0.0
                return answer
        return question(self._secondary)


def _storage(uri: str, **options: float) -> Storage:
    storage = storage_from_string(uri, **options)
    assert isinstance(storage, Storage)
    return storage
