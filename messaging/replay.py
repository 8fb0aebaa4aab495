"""Saying again what was said: for a service that is new, or that has lost what it knew.

The events kept in an outbox are published to one handler's queue alone; its inbox lets through only those it has not
taken. To have it take all of them again, `forget` what it has seen, together with the effects.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import delete

from messaging import broker, engine, outbox
from messaging.outbox import Said
from messaging.pipeline import Pipeline
from messaging.tables import inbox

_PAGE = 500
_FULL = 0.2  # seconds to wait when the queue refuses more


def replay(service: str, queue: str, config: Mapping[str, Any], **chosen: Any) -> int:
    """Publish what `service` has said to `queue`; how many events. `chosen` narrows it, see `outbox.kept`.

    Raises `LookupError` when there is no such queue.
    """
    count = 0
    with broker.connected(config) as connection:
        pipeline = Pipeline(connection)
        for page in _pages(service, config, chosen):
            count += len(page)
            while page:
                outcome = pipeline.publish(page, lambda said: ("", queue))
                if outcome.returned:
                    raise LookupError(f"there is no queue {queue!r}")
                refused = set(outcome.refused)
                page = [said for said in page if said.position in refused]
                if page:
                    time.sleep(_FULL)
    return count


def forget(service: str, handler: str, config: Mapping[str, Any]) -> int:
    """Let `handler` of `service` take every event as new; how many it had taken."""
    with engine.connect_to(config["DATABASES"][service]).begin() as connection:
        return connection.execute(delete(inbox).where(inbox.c.handler == handler)).rowcount


def _pages(service: str, config: Mapping[str, Any], chosen: dict[str, Any]) -> Iterator[list[Said]]:
    position = 0
    with engine.connect_to(config["DATABASES"][service]).connect() as connection:
        while page := outbox.kept(connection, after=position, limit=_PAGE, **chosen):
            connection.rollback()  # hold no snapshot while the broker is slow
            position = page[-1].position
            yield page
