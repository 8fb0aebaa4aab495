"""Whether a part of the platform does its work, asked from outside: `python -m deploy.health claims`.

A nameko service is well when its calls reach somebody, the sweeper when those it makes do, relay and webhooks when
nothing waits to be sent, the gateway when all it depends on answers. Starts in a tenth of a second, since it is asked
every few.
"""

import sys
import urllib.request
from contextlib import closing
from os import environ
from urllib.parse import unquote, urlsplit

import amqp
import psycopg2


def consumers(uri: str, queue: str) -> int:
    """How many consumers a queue has; 0 when there is no such queue or no broker."""
    parts = urlsplit(uri)
    try:
        with amqp.Connection(
            f"{parts.hostname}:{parts.port or 5672}",
            userid=unquote(parts.username or "guest"),
            password=unquote(parts.password or "guest"),
            virtual_host=unquote(parts.path[1:]) or "/",
            connect_timeout=3,
        ) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).consumer_count)
    except (OSError, amqp.AMQPError):
        return 0


def gateway_is_ready(url: str) -> bool:
    """Whether the gateway and all it depends on answer."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def nothing_waits(database_uris: list[str], seconds: int = 60) -> bool:
    """Whether every outbox is reached and no event that somebody listens to has waited for longer than that."""
    late = (
        "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NULL"
        f" AND emitted_at < now() - interval '{seconds} seconds'"
    )
    try:
        return not any(_answer(uri, late) for uri in database_uris)
    except psycopg2.Error:
        return False


def notices_go_out(database_uri: str, seconds: int = 60) -> bool:
    """Whether no notice to a merchant has been due for longer than that."""
    late = (
        "SELECT count(*) FROM webhook_deliveries d JOIN webhook_endpoints e ON e.community = d.community"
        " AND e.id = d.endpoint AND e.state = 'active' WHERE d.state = 'pending'"
        f" AND d.due_at < now() - interval '{seconds} seconds'"
    )
    try:
        return not _answer(database_uri, late)
    except psycopg2.Error:
        return False


def _answer(database_uri: str, query: str) -> int:
    parts = urlsplit(database_uri)
    uri = parts._replace(scheme="postgresql").geturl()
    with closing(psycopg2.connect(uri, connect_timeout=5)) as store, store.cursor() as cursor:
        cursor.execute(query)
        [count] = cursor.fetchone()
        return int(count)


def main() -> int:
    """Return the exit code a container's health check wants: 0 well, 1 not."""
    name = sys.argv[1]
    if name == "gateway":
        return 0 if gateway_is_ready(f"http://127.0.0.1:{environ['PORT']}") else 1
    if name == "relay":
        stores = [uri for variable, uri in environ.items() if variable.endswith("_DATABASE_URI")]
        return 0 if nothing_waits(stores) else 1
    if name == "webhooks":
        return 0 if notices_go_out(environ["EXCHANGE_DATABASE_URI"]) else 1
    service = "claims" if name == "sweeper" else name
    return 0 if consumers(environ["AMQP_URI"], f"rpc-{service}") else 1


if __name__ == "__main__":
    sys.exit(main())
