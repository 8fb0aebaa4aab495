"""Calls to the services over RabbitMQ. Views use the typed clients of `gateway.services`, which `client` creates."""

from gateway.rpc.client import Rpc, client, outside_idempotency_key, returning_secrets, rpc
from gateway.rpc.pool import ConnectionPool, Transport

__all__ = ["ConnectionPool", "Rpc", "Transport", "client", "outside_idempotency_key", "returning_secrets", "rpc"]
