"""`@tick`: timers that run in one replica at a time."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import structlog
from nameko.extensions import register_entrypoint
from nameko.timer import Timer
from sqlalchemy import func, select

from messaging.sql import db_errors

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")


def tick(seconds: float) -> Callable[[Callable[[S, T], None]], Callable[[S], bool]]:
    """Call `method(self, tx)` every `seconds` in one transaction.

    The timer fires in every replica; the one that gets an advisory lock does the work, the others skip.
    """

    def decorate(method: Callable[[S, T], None]) -> Callable[[S], bool]:
        @wraps(method)
        def run(self: Any) -> bool:
            def work(tx: Any) -> bool:
                lock = func.hashtextextended(f"tick {method.__name__}", 0)
                if not tx.session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
                    return False
                method(self, tx)
                return True

            try:
                return bool(self.store.run(work))
            except Exception as error:
                if db_errors.is_outage(error):
                    log.warning("tick_skipped", method=method.__name__, error=str(error))
                else:
                    log.exception("tick_failed", method=method.__name__)
                raise

        register_entrypoint(run, Tick(interval=seconds))
        return run

    return decorate


class Tick(Timer):  # type: ignore[misc]
    """The entrypoint of `@tick`."""
