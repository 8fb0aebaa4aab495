"""Calls to the services over RabbitMQ. Views use the typed clients of `gateway.services`, which `client` creates."""

from gateway.rpc.client import Rpc, background_client, client, current_rpc, outside_idempotency_key, returning_secrets
from gateway.rpc.pool import ConnectionPool, Transport

__all__ = [
    "ConnectionPool",
    "Rpc",
    "Transport",
    "background_client",
    "client",
    "current_rpc",
    "outside_idempotency_key",
    "returning_secrets",
]
