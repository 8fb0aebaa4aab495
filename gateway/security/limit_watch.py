"""Tells operators when limits refuse, and when the proxies in front are not those that TRUSTED_PROXIES counts.

Each kind is counted in the metrics, and logged at most once a minute in each process.
"""

import threading
import time

import structlog
from flask import current_app, request
from prometheus_client import Counter

from gateway.settings import Settings

log = structlog.get_logger("gateway.limits")

REQUESTS_LIMITED = Counter("gateway_limited_requests_total", "Requests refused by a rate limit", ["limit"])
ATTEMPTS_LIMITED = Counter("gateway_limited_attempts_total", "Sign-ins refused after wrong passwords of one account")
MISFORWARDED = Counter(
    "gateway_misforwarded_requests_total",
    "Requests that came by fewer or more proxies than TRUSTED_PROXIES, so that many clients count as one",
    ["proxies"],
)
_LOG_SECONDS = 60.0


class SparseLog:
    """Logs an event at most once in `seconds` for each subject, with the number of those left out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}
        self._lock = threading.Lock()

    def warning(self, event: str, subject: str, **facts: object) -> None:
        """Log a warning, or count it for the next one."""
        key = f"{event} {subject}"
        with self._lock:
            now = time.monotonic()
            if key in self._last and now - self._last[key] < self._seconds:
                self._left_out[key] = self._left_out.get(key, 0) + 1
                return
            self._last[key] = now
            left_out = self._left_out.pop(key, 0)
        log.warning(event, subject=subject, left_out=left_out, **facts)


_sparse_log = SparseLog(_LOG_SECONDS)


def requests_limited(limit: str) -> None:
    """Count and log that the current request exceeded a rate limit, such as `600 per 1 minute`."""
    REQUESTS_LIMITED.labels(limit).inc()
    _sparse_log.warning("rate_limited", limit, address=request.remote_addr, path=request.path)


def attempts_limited() -> None:
    """Count and log that a sign-in was refused because too many of its account failed."""
    ATTEMPTS_LIMITED.inc()
    _sparse_log.warning("attempts_limited", "sign-in", address=request.remote_addr)


def check_forwarding() -> None:
    """Count and log a request whose X-Forwarded-For does not fit TRUSTED_PROXIES.

    With fewer addresses than trusted proxies, or with any while none is trusted, the address that limits count is that
    of a proxy, which many clients share.
    """
    settings: Settings = current_app.config["SETTINGS"]
    before = request.environ.get("werkzeug.proxy_fix.orig", {})
    connected = before.get("REMOTE_ADDR", request.remote_addr)
    addresses = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    if addresses == [connected] or request.path == "/healthz":
        return  # a page asks in the reader's name, or a health check of this machine
    if settings.trusted_proxies and len(addresses) < settings.trusted_proxies:
        _misforwarded("missing", connected, len(addresses), settings.trusted_proxies)
    elif addresses and not settings.trusted_proxies:
        _misforwarded("untrusted", connected, len(addresses), 0)


def _misforwarded(proxies: str, connected: str | None, given: int, trusted: int) -> None:
    MISFORWARDED.labels(proxies).inc()
    _sparse_log.warning("proxies_do_not_fit", proxies, connected_from=connected, given=given, trusted_proxies=trusted)
