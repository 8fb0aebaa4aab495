"""Database engines: pool, time limits, and psycopg2 on the eventlet hub.

psycopg2 waits in C, where eventlet cannot switch greenlets. A wait callback makes it wait on the hub instead.
eventlet's own callback has no timeout, so a server that hangs would block its workers for ever; the one here has
deadlines.
"""

from time import monotonic
from typing import Any

import orjson
import psycopg2
from psycopg2 import extensions
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url

from messaging import fastpath
from messaging.fastpath import statements
from messaging.fastpath.connection import CombiningConnection

_CONNECT_TIMEOUT = 3  # seconds, as all below
_STATEMENT_TIMEOUT = 10
_LOCK_TIMEOUT = 2
_IDLE_IN_TRANSACTION_TIMEOUT = 20
_GRACE = 2  # added to the server's statement timeout, so that the server's comes first


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def url(database_uri: str) -> URL:
    """Return the URL of a database with the psycopg2 driver (psycopg 3 blocks the eventlet hub)."""
    return make_url(database_uri).set(drivername="postgresql+psycopg2")


def connect_to(database_uri: str, *, pool_size: int | None = None) -> Engine:
    """Return an engine with time limits: with a pool, or without `pool_size` a new connection for each use.

    Connections are not pinged before use, which would cost a round trip; `StoreAccess.run` repeats work on a dead one.
    """
    limits = {
        "statement_timeout": _STATEMENT_TIMEOUT,
        "lock_timeout": _LOCK_TIMEOUT,
        "idle_in_transaction_session_timeout": _IDLE_IN_TRANSACTION_TIMEOUT,
    }
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pool_size is not None:
        pool = {
            "pool_size": pool_size,
            "max_overflow": 2,
            "pool_timeout": _CONNECT_TIMEOUT,
            "pool_use_lifo": True,
        }
    created = create_engine(
        url(database_uri),
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        executemany_mode="values_plus_batch",  # updates of many rows in few round trips
        connect_args={
            **({"connection_factory": CombiningConnection} if fastpath.is_enabled("deferred") else {}),
            "connect_timeout": _CONNECT_TIMEOUT,
            "options": " ".join(f"-c {name}={limit}s" for name, limit in limits.items()),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
        **pool,
    )
    statements.install(created)
    return created


def use_eventlet_hub() -> None:
    """Make psycopg2 wait on eventlet's hub, if the process is monkey-patched."""
    from eventlet.patcher import is_monkey_patched

    if is_monkey_patched("socket"):
        extensions.set_wait_callback(_wait)


def _wait(connection: Any) -> None:
    from eventlet.hubs import trampoline

    connected = connection.status in (
        extensions.STATUS_READY,
        extensions.STATUS_BEGIN,
        extensions.STATUS_PREPARED,
    )
    timeout = _STATEMENT_TIMEOUT + _GRACE if connected else _CONNECT_TIMEOUT
    deadline = monotonic() + timeout
    while (state := connection.poll()) != extensions.POLL_OK:
        if state not in (extensions.POLL_READ, extensions.POLL_WRITE):
            raise psycopg2.OperationalError(f"unexpected state {state!r} of the connection")
        trampoline(
            connection.fileno(),
            read=state == extensions.POLL_READ,
            write=state == extensions.POLL_WRITE,
            timeout=max(deadline - monotonic(), 0.001),
            timeout_exc=psycopg2.OperationalError(f"the database did not answer within {timeout} s"),
        )
