"""Events put on RabbitMQ as a relay puts them there: what is not confirmed may be lost with the connection."""

from collections.abc import Iterable
from datetime import UTC, datetime

from contracts.event import Event
from messaging import broker
from messaging.envelope import Envelope
from messaging.outbox import Said
from messaging.pipeline import Pipeline

_BATCH = 500


def tell(amqp_uri: str, events: Iterable[Event]) -> None:
    """Publish `events`; return when the broker has them all."""
    said = [_said(position, event) for position, event in enumerate(events)]
    with broker.connected({"AMQP_URI": amqp_uri}) as connection:
        pipeline = Pipeline(connection)
        for start in range(0, len(said), _BATCH):
            pipeline.publish(said[start : start + _BATCH], _to_listeners)


def _said(position: int, event: Event) -> Said:
    envelope = Envelope.around(event, at=datetime.now(UTC))
    return Said(position, envelope.id, event.publisher, envelope.name, envelope.text())


def _to_listeners(said: Said) -> tuple[str, str]:
    return f"{said.publisher}.events", said.name
