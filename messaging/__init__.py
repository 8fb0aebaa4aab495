"""Reliable messaging: nothing that was answered is lost, nothing takes effect twice. Knows no event by name."""

from warnings import catch_warnings, filterwarnings

with catch_warnings():
    filterwarnings("ignore", message=r"\s*Eventlet is deprecated")  # known: docs/decisions/0011
    from messaging.actor import Actor
    from messaging.batch import receive_batch
    from messaging.command import command, query
    from messaging.receive import receive
    from messaging.scope import CommunityScope, ScopedTransaction
    from messaging.store import Store
    from messaging.tick import tick
    from messaging.transaction import Transaction

__all__ = [
    "Actor",
    "CommunityScope",
    "ScopedTransaction",
    "Store",
    "Transaction",
    "command",
    "query",
    "receive",
    "receive_batch",
    "tick",
]
