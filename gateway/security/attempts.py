"""Limits of wrong passwords by account, whatever addresses they come from, beside the limit by address.

An account that others try to sign in to is closed to addresses that it never signed in from. Its owner, at an address
that they signed in from within a month, has attempts of their own, so that nobody can lock them out.
"""

import hmac
from typing import NoReturn

import structlog
from flask import current_app, request
from limits import RateLimitItem, parse

from contracts.errors import Limited, Unavailable
from gateway.security import limit_watch as watch
from gateway.security import response_secrets
from gateway.security.rate_limits import limiter

log = structlog.get_logger("gateway.attempts")

_KNOWN_ADDRESS_SECONDS = 30 * 86_400


class Attempts:
    """Attempts to sign in to one account, named by a phone number or an id, from the address of the request."""

    def __init__(self, account: str) -> None:
        # an index in place of the number: the counters may be kept in a Redis that others read
        key = response_secrets.gateway_key("sign-in attempts")
        self._account = hmac.digest(key, account.encode(), "sha256").hex()[:32]
        self._limit: RateLimitItem = parse(current_app.config["SETTINGS"].account_rate_limit)

    def begin(self) -> None:
        """Count an attempt.

        Raise Limited, with the end of the window, when too many have failed; Unavailable when they cannot be counted.
        """
        try:
            names = self._names()
            if not limiter.limiter.hit(self._limit, *names):
                self._refuse(names)
        except Limited:
            raise
        except Exception as exc:
            log.error("attempts_not_counted", error=type(exc).__name__)
            raise Unavailable from exc

    def succeed(self) -> None:
        """Forget the failed attempts from here, and remember the address as one the account signs in from."""
        try:
            limiter.limiter.clear(self._limit, *self._names())
            limiter.limiter.storage.incr(self._address_key(), _KNOWN_ADDRESS_SECONDS)
        except Exception as exc:
            log.warning("attempts_not_counted", error=type(exc).__name__)

    def _names(self) -> tuple[str, ...]:
        if limiter.limiter.storage.get(self._address_key()):
            return ("account", self._account, str(request.remote_addr))
        return ("account", self._account)

    def _address_key(self) -> str:
        return f"known/{self._account}/{request.remote_addr}"

    def _refuse(self, names: tuple[str, ...]) -> NoReturn:
        watch.attempts_limited()
        reset_at = limiter.limiter.get_window_stats(self._limit, *names).reset_time
        raise Limited("此账号登录失败次数过多，请稍后再试", facts={"until": int(reset_at)})
