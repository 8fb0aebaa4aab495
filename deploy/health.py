"""Health checks of the containers: `python -m deploy.health claims` exits with 0 if that process does its work.

A nameko service is healthy when its RPC queue has a consumer, the sweeper when that of claims has one, the relay and
webhooks when nothing has waited too long to be sent, the gateway when everything it depends on responds. The imports
are few, because a check runs every few seconds.
"""

import ssl
import sys
import urllib.request
from contextlib import closing
from os import environ
from urllib.parse import unquote, urlsplit

import amqp
import psycopg2


def consumers(uri: str, queue: str) -> int:
    """Return how many consumers a queue has; 0 if the queue or the broker is missing."""
    parts = urlsplit(uri)
    uses_tls = parts.scheme in ("amqps", "pyamqps")
    try:
        with amqp.Connection(
            f"{parts.hostname}:{parts.port or (5671 if uses_tls else 5672)}",
            userid=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
            virtual_host=unquote(parts.path[1:]) or "/",
            ssl=uses_tls
            and {
                "server_hostname": parts.hostname,
                "cert_reqs": ssl.CERT_REQUIRED,
                "ca_certs": environ.get("AMQP_CA_FILE") or None,
            },
            connect_timeout=3,
        ) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).consumer_count)
    except (OSError, amqp.AMQPError):
        return 0


def gateway_is_ready(url: str) -> bool:
    """Whether the gateway and everything it depends on respond."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def outboxes_are_drained(database_uris: list[str], seconds: int = 60) -> bool:
    """Whether no routable event in any outbox is older than `seconds`; False if a store cannot be reached."""
    late = (
        "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NULL"
        f" AND emitted_at < now() - interval '{seconds} seconds'"
    )
    try:
        return not any(_count(uri, late) for uri in database_uris)
    except psycopg2.Error:
        return False


def deliveries_are_sent(database_uri: str, seconds: int = 60) -> bool:
    """Whether no webhook delivery to an active endpoint is overdue by more than `seconds`."""
    late = (
        "SELECT count(*) FROM webhook_deliveries d JOIN webhook_endpoints e ON e.community = d.community"
        " AND e.id = d.endpoint AND e.state = 'active' WHERE d.state = 'pending'"
        f" AND d.due_at < now() - interval '{seconds} seconds'"
    )
    try:
        return not _count(database_uri, late)
    except psycopg2.Error:
        return False


def _count(database_uri: str, query: str) -> int:
    parts = urlsplit(database_uri)
    uri = parts._replace(scheme="postgresql").geturl()
    with closing(psycopg2.connect(uri, connect_timeout=5)) as store, store.cursor() as cursor:
        cursor.execute(query)
        [count] = cursor.fetchone()
        return int(count)


def main() -> int:
    """Return the exit code of the health check: 0 healthy, 1 unhealthy."""
    name = sys.argv[1]
    if name == "gateway":
        return 0 if gateway_is_ready(f"http://127.0.0.1:{environ['PORT']}") else 1
    if name == "relay":
        stores = [uri for variable, uri in environ.items() if variable.endswith("_DATABASE_URI")]
        return 0 if outboxes_are_drained(stores) else 1
    if name == "webhooks":
        return 0 if deliveries_are_sent(environ["EXCHANGE_DATABASE_URI"]) else 1
    service = "claims" if name == "sweeper" else name
    return 0 if consumers(environ["AMQP_URI"], f"rpc-{service}") else 1


if __name__ == "__main__":
    sys.exit(main())
