"""A thread-safe in-process cache whose values expire."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class TTLCache(Generic[V]):
    """A bounded cache with a time to live per value. Concurrent misses of one key cause a single fetch.

    Without `weigh` only the number of values is bounded, else their weights as well.
    """

    def __init__(self, size: int, *, weight_limit: int | None = None, weigh: Callable[[V], int] | None = None) -> None:
        self._size = size
        self._weight_limit, self._weigh = weight_limit, weigh
        self._weight = 0
        self._entries: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._fetch_locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """Return the value of `key`, or None if it is missing or has expired."""
        entry = self._entries.get(key)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    def put(self, key: Hashable, value: V, seconds: float) -> None:
        """Store `value` for `seconds`, evicting the oldest entries above the limits."""
        with self._lock:
            if key in self._entries:
                self._weight -= self._weight_of(self._entries.pop(key)[1])
            self._entries[key] = (time.monotonic() + seconds, value)
            self._weight += self._weight_of(value)
            while self._entries and self._is_beyond_limits:
                _, (_, evicted) = self._entries.popitem(last=False)
                self._weight -= self._weight_of(evicted)

    def clear(self) -> None:
        """Remove every value."""
        with self._lock:
            self._entries.clear()
            self._weight = 0

    @property
    def _is_beyond_limits(self) -> bool:
        return len(self._entries) > self._size or (self._weight_limit is not None and self._weight > self._weight_limit)

    def _weight_of(self, value: V) -> int:
        return self._weigh(value) if self._weigh else 0

    def get_or(self, key: Hashable, fetch: Callable[[], V], seconds: float) -> V:
        """Return the cached value, or call `fetch` and store its result. An exception of `fetch` is not cached."""
        if (value := self.get(key)) is not None:
            return value
        with self._lock:
            fetch_lock = self._fetch_locks.setdefault(key, threading.Lock())
        with fetch_lock:
            if (value := self.get(key)) is not None:
                return value
            try:
                value = fetch()
                self.put(key, value, seconds)
                return value
            finally:
                with self._lock:
                    self._fetch_locks.pop(key, None)
