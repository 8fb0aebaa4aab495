"""Access to a running deployment: its stores by SQL, and its broker's queues."""

import os
import time
from typing import Any

import httpx
from sqlalchemy import Engine, NullPool, create_engine, text

from deploy import SERVICES

_QUEUE_STATISTICS_SECONDS = 6.0
"""Seconds within which RabbitMQ updates its queue statistics."""


class Platform:
    """A running deployment: its stores by service, and its broker's management API."""

    def __init__(self, database_uris: dict[str, str], management_uri: str) -> None:
        self.uris = database_uris
        self._engines: dict[str, Engine] = {
            service: create_engine(uri, poolclass=NullPool) for service, uri in database_uris.items()
        }
        self._management_uri = management_uri

    @classmethod
    def from_env(cls) -> "Platform":
        """Return the deployment of REGISTRY_DATABASE_URI and so on, and RABBITMQ_MANAGEMENT_URI."""
        uris = {service: os.environ[f"{service.upper()}_DATABASE_URI"] for service in SERVICES}
        return cls(uris, os.environ["RABBITMQ_MANAGEMENT_URI"])

    def rows(self, service: str, query: str) -> list[Any]:
        """Return the rows of a query in the service's store."""
        with self._engines[service].connect() as connection:
            return list(connection.execute(text(query)).all())

    def queues(self) -> list[dict[str, Any]]:
        """Return every queue of the broker with its depth."""
        found: list[dict[str, Any]] = (
            httpx.get(f"{self._management_uri}/api/queues", timeout=10).raise_for_status().json()
        )
        return found

    def unsent(self) -> dict[str, int]:
        """Return by service how many events wait in its outbox."""
        waiting = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NULL"
        return {service: self.rows(service, waiting)[0][0] for service in SERVICES}

    def wait_until_quiet(self, timeout: float = 60.0) -> None:
        """Return once outboxes and queues have been empty for some seconds; raise TimeoutError after `timeout`."""
        deadline, quiet_since = time.monotonic() + timeout, time.monotonic()
        while time.monotonic() - quiet_since < _QUEUE_STATISTICS_SECONDS:
            if any(self.unsent().values()) or _busy(self.queues()):
                quiet_since = time.monotonic()
            if quiet_since > deadline:
                raise TimeoutError(f"still busy: {self.unsent()} {_busy(self.queues())}")
            time.sleep(0.2)


def _busy(queues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    depths = [{"name": q["name"], "depth": q.get("messages", 0)} for q in queues if q["name"] != "parked"]
    return [queue for queue in depths if queue["depth"]]
