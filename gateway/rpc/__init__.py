"""Calls to the services over RabbitMQ. Views use the typed clients of `gateway.services`, which `client` creates."""

from gateway.rpc.client import (
    Question,
    Rpc,
    ask_together,
    background_client,
    client,
    current_rpc,
    outside_idempotency_key,
    question,
    returning_secrets,
)
from gateway.rpc.pool import ConnectionPool, Transport

__all__ = [
    "ConnectionPool",
    "Question",
    "Rpc",
    "Transport",
    "ask_together",
    "background_client",
    "client",
    "current_rpc",
    "outside_idempotency_key",
    "question",
    "returning_secrets",
]
