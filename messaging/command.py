"""`@command` and `@query`: RPC methods that run in one transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import structlog
from nameko.extensions import register_entrypoint
from sqlalchemy.exc import SQLAlchemyError

from messaging import idempotency
from messaging.consumer.rpc import Command, Query
from messaging.errors import Unavailable
from messaging.sql import db_errors

log = structlog.get_logger(__name__)

S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


def command(method: Callable[Concatenate[S, T, P], R]) -> Callable[Concatenate[S, P], R]:
    """Make `method(self, tx, **arguments)` an RPC method that runs in one transaction and may write.

    State, events and idempotency key commit together. On the wire the reply is `{"data": …, "replayed": bool}`, which
    the gateway's client unwraps; the method returns `data`, JSON primitives. A refusal rolls back and is raised at the
    caller. A message that the broker delivers twice takes effect once.
    """

    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        def work(tx: Any) -> dict[str, Any]:
            return idempotency.run_once(tx, lambda: method(self, tx, *args, **kwargs))

        return cast(R, _run(self, method, work))

    register_entrypoint(run, Command())
    return run


def query(method: Callable[Concatenate[S, T, P], R]) -> Callable[Concatenate[S, P], R]:
    """Make `method(self, tx, **arguments)` an RPC method that runs in one read-only transaction.

    All its statements see the same snapshot. The caller gets what it returns, JSON primitives.
    """

    @wraps(method)
    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        def work(tx: T) -> R:
            return method(self, tx, *args, **kwargs)

        return cast(R, _run(self, method, work, read_only=True))

    register_entrypoint(run, Query())
    return run


def _run(service: Any, method: Callable[..., Any], work: Callable[[Any], Any], *, read_only: bool = False) -> Any:
    """Return the result of `work(tx)`. Log errors here, once; raise `Unavailable` for outages and timeouts."""
    context = service.store.context
    with structlog.contextvars.bound_contextvars(
        service=getattr(service, "name", None),
        method=method.__name__,
        request_id=context.request_id,
        traceparent=context.traceparent,
    ):
        try:
            return service.store.run(work, read_only=read_only)
        except SQLAlchemyError as error:
            if db_errors.is_outage(error) or db_errors.is_timeout(error) or db_errors.is_conflict(error):
                log.warning("store_unavailable", error=str(error))
                raise Unavailable from error
            log.exception("failed")
            raise
        except Exception as error:
            code = getattr(error, "code", None)
            if isinstance(code, str):
                log.info("refused", code=code, detail=str(error))
            else:
                log.exception("failed")
            raise
