"""Connections to a store: the pool, the server's own time limits, and a psycopg2 that shares the eventlet hub.

psycopg2 waits inside C, where eventlet cannot switch. Its wait callback hands the waiting to the hub; the one eventlet
ships waits for ever, so that a frozen server would freeze every worker: this one has deadlines.
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

#: seconds to connect, as long as the server may take over a statement, over a lock, and idle in a transaction
CONNECT, STATEMENT, LOCK, IDLE = 3, 10, 2, 20
_GRACE = 2  # the server's own limit comes first; ours is for a server that no longer answers


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def url(database_uri: str) -> URL:
    """The address of a store, for the driver that was measured (psycopg 3 blocks the eventlet hub)."""
    return make_url(database_uri).set(drivername="postgresql+psycopg2")


def connect_to(database_uri: str, *, pool_size: int | None = None) -> Engine:
    """A store whose statements cannot hang for ever: a pool of connections, or without `pool_size` one at a time.

    Connections are not tried before use (a round trip each time): work that finds a dead one is done again.
    """
    limits = {
        "statement_timeout": STATEMENT,
        "lock_timeout": LOCK,
        "idle_in_transaction_session_timeout": IDLE,
    }
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pool_size is not None:
        pool = {
            "pool_size": pool_size,
            "max_overflow": 2,
            "pool_timeout": CONNECT,
            "pool_use_lifo": True,
        }
    made = create_engine(
        url(database_uri),
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        executemany_mode="values_plus_batch",  # many updates in a few round trips, as inserts are anyway
        connect_args={
            **({"connection_factory": CombiningConnection} if fastpath.is_enabled("combine") else {}),
            "connect_timeout": CONNECT,
            "options": " ".join(f"-c {name}={limit}s" for name, limit in limits.items()),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
        **pool,
    )
    statements.install(made)
    return made


def share_the_hub() -> None:
    """Make psycopg2 wait on eventlet's hub, if this process runs on it."""
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
    patience = STATEMENT + _GRACE if connected else CONNECT
    deadline = monotonic() + patience
    while (state := connection.poll()) != extensions.POLL_OK:
        if state not in (extensions.POLL_READ, extensions.POLL_WRITE):
            raise psycopg2.OperationalError(f"unexpected state {state!r} of the connection")
        trampoline(
            connection.fileno(),
            read=state == extensions.POLL_READ,
            write=state == extensions.POLL_WRITE,
            timeout=max(deadline - monotonic(), 0.001),
            timeout_exc=psycopg2.OperationalError(f"the database did not answer within {patience} s"),
        )
