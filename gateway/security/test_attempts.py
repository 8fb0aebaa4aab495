"""Refuses the first requests with codes of test mode that try out a till's repeats."""

import structlog

from contracts import test_mode
from gateway.http import idempotency
from gateway.security.auth import actor
from gateway.security.rate_limits import limiter

log = structlog.get_logger("gateway.test_attempts")

_COUNTED_SECONDS = 3600


def refuse_first_attempts(code: str) -> None:
    """Raise the outcome of a pay code or voucher of `test_mode`, until its idempotency key was refused often enough.

    In live mode, and for any other code, do nothing.
    """
    if actor().get("mode") != "test":
        return
    refusal = test_mode.first_refusal(code)
    if refusal and not _was_refused_often(f"test-attempts/{actor()['key']}/{idempotency.key_of_request()}"):
        raise refusal


def _was_refused_often(name: str) -> bool:
    try:
        return limiter.limiter.storage.incr(name, _COUNTED_SECONDS) > test_mode.REFUSED_FIRST
    except Exception as exc:  # like the limiter itself: fails open when its storage is unavailable
        log.warning("attempts_not_counted", error=type(exc).__name__)
        return True
