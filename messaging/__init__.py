"""Reliable messaging on nameko: no committed event is lost, no request or event takes effect twice.

Services use the names below; `messaging.testing` is for their tests. `outbox` publishes events, `consumer` receives
calls and events, `fastpath` holds optimizations that rely on private parts of libraries.
"""

from warnings import catch_warnings, filterwarnings

with catch_warnings():
    filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # docs/decisions/0011
    from messaging.actor import Actor
    from messaging.command import command, query
    from messaging.config import Configured
    from messaging.consumer.receive import receive
    from messaging.consumer.receive_batch import receive_batch
    from messaging.scope import CommunityScope, ScopedTransaction
    from messaging.store import Store
    from messaging.tick import tick
    from messaging.transaction import Transaction

__all__ = [
    "Actor",
    "CommunityScope",
    "Configured",
    "ScopedTransaction",
    "Store",
    "Transaction",
    "command",
    "query",
    "receive",
    "receive_batch",
    "tick",
]
