"""Whether a part of the platform does its work, asked from outside: `python -m deploy.health claims`.

A nameko service is well when its calls reach somebody; the gateway when its dependencies answer.
"""

import sys
import urllib.request
from os import environ
from urllib.parse import unquote, urlsplit

import amqp


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


def main() -> int:
    """Return the exit code a container's health check wants: 0 well, 1 not."""
    name = sys.argv[1]
    if name == "gateway":
        return 0 if gateway_is_ready(f"http://127.0.0.1:{environ['PORT']}") else 1
    return 0 if consumers(environ["AMQP_URI"], f"rpc-{name}") else 1


if __name__ == "__main__":
    sys.exit(main())
