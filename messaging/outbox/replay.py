"""Publish stored outbox rows again, to one queue: for a service that is new or was restored from a backup.

The inbox of the handler filters out the events it has handled before. To have all of them handled again, undo their
effects and delete its inbox rows with `clear_inbox`.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete

from messaging import broker, engine
from messaging.envelope import Envelope
from messaging.outbox import rows
from messaging.outbox.confirming_publisher import ConfirmingPublisher
from messaging.outbox.rows import OutboxRow
from messaging.tables import inbox

_PAGE_SIZE = 500
_FULL_QUEUE_PAUSE = 0.2  # seconds to wait when the queue rejects messages


def replay(service: str, queue: str, config: Mapping[str, Any], **filters: Any) -> int:
    """Publish the outbox of `service` to `queue` and return the number of events; events of others are left out.

    `filters` are those of `rows.stored`. Raise LookupError when the queue does not exist.
    """
    count = 0
    with broker.connected(config) as connection:
        publisher = ConfirmingPublisher(connection)
        for page in _pages(service, config, filters):
            count += len(page)
            while page:
                result = publisher.publish(page, lambda row: ("", queue))
                if result.returned:
                    raise LookupError(f"there is no queue {queue!r}")
                rejected = set(result.rejected)
                page = [row for row in page if row.position in rejected]
                if page:
                    time.sleep(_FULL_QUEUE_PAUSE)
    return count


def clear_inbox(service: str, handler: str, config: Mapping[str, Any]) -> int:
    """Delete the inbox rows of `handler`, so that every event is new to it, and return their number."""
    with engine.connect_to(config["DATABASES"][service]).begin() as connection:
        return connection.execute(delete(inbox).where(inbox.c.handler == handler)).rowcount


def _pages(service: str, config: Mapping[str, Any], filters: dict[str, Any]) -> Iterator[list[OutboxRow]]:
    position = 0
    with engine.connect_to(config["DATABASES"][service]).connect() as connection:
        while page := rows.stored(connection, after=position, limit=_PAGE_SIZE, **filters):
            connection.rollback()  # keep no snapshot open while the broker is slow
            position = page[-1].position
            yield [row for row in page if Envelope.parse(row.body).publisher == service]
