"""Calls to the services over RabbitMQ. Views use the typed clients of `gateway.services`, which `client` creates."""

from gateway.rpc.client import Rpc, client, current_rpc, outside_idempotency_key, returning_secrets
from gateway.rpc.pool import ConnectionPool, Transport

__all__ = [
    "ConnectionPool",
    "Rpc",
    "Transport",
    "client",
    "current_rpc",
    "outside_idempotency_key",
    "returning_secrets",
]
