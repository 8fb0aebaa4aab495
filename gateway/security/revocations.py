"""The sessions whose access tokens are refused before they expire, followed from the registry in the background.

An access token is verified without asking a service. Each gateway process asks the registry every few seconds which
sessions were closed, so that signing out, a reset or a new appointment takes effect within seconds and no request waits
for it. While the registry is unreachable what is known is kept, and tokens end when they expire.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from contracts.calls.registry.accounts import ClosedSessions

log = structlog.get_logger("gateway.revocations")

_OVERLAP = timedelta(seconds=60)
"""Asked for again each time: a transaction that closes a session may commit after a later one was read."""


class RevokedSessions:
    """Ids of closed sessions, each kept as long as an access token lives."""

    def __init__(self, token_seconds: int) -> None:
        self._token_seconds = token_seconds
        self._closed: dict[str, float] = {}
        self._since = datetime.now(UTC) - timedelta(seconds=token_seconds)

    def __contains__(self, session: object) -> bool:
        return session in self._closed

    def update(self, fetch: Callable[[str], ClosedSessions]) -> None:
        """Add the sessions that were closed since the last update, and forget those whose tokens have expired."""
        answer = fetch((self._since - _OVERLAP).isoformat())
        now = time.monotonic()
        kept = {session: at for session, at in self._closed.items() if now - at < self._token_seconds + 120}
        self._closed = kept | {session: kept.get(session, now) for session in answer["sessions"]}
        self._since = datetime.fromisoformat(answer["as_of"])

    def follow(self, fetch: Callable[[str], ClosedSessions], seconds: float) -> threading.Thread:
        """Update every `seconds` in a thread of its own, as long as the process lives."""

        def run() -> None:
            pause, failing = threading.Event(), False
            while True:
                try:
                    self.update(fetch)
                    failing = False
                except Exception as exc:
                    if not failing:
                        log.warning("revocations_not_updated", error=type(exc).__name__)
                    failing = True
                pause.wait(seconds)

        thread = threading.Thread(target=run, name="revocations", daemon=True)
        thread.start()
        return thread
