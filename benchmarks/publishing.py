"""Publishes events to RabbitMQ as the relay does."""

from collections.abc import Iterable
from datetime import UTC, datetime

from contracts.event import Event
from messaging import broker
from messaging.envelope import Envelope
from messaging.outbox.confirming_publisher import ConfirmingPublisher
from messaging.outbox.rows import OutboxRow

_BATCH = 500


def publish(amqp_uri: str, events: Iterable[Event]) -> None:
    """Publish `events` and return once the broker has confirmed all of them."""
    rows = [_row(position, event) for position, event in enumerate(events)]
    with broker.connected({"AMQP_URI": amqp_uri}) as connection:
        publisher = ConfirmingPublisher(connection)
        for start in range(0, len(rows), _BATCH):
            publisher.publish(rows[start : start + _BATCH], _event_route)


def _row(position: int, event: Event) -> OutboxRow:
    envelope = Envelope.wrap(event, at=datetime.now(UTC))
    return OutboxRow(position, envelope.id, event.publisher, envelope.name, envelope.to_json())


def _event_route(row: OutboxRow) -> tuple[str, str]:
    return f"{row.publisher}.events", row.name
