"""Declare the exchanges, queues and bindings of service classes.

It runs before anything publishes, since an event that is published before its consumer's queue exists does not reach
it. Only this job needs the right to configure the broker; services do not (`DECLARE_EVENT_EXCHANGES: false`).
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kombu import Exchange, Queue
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from nameko.rpc import RPC_QUEUE_TEMPLATE, get_rpc_exchange

from messaging import broker
from messaging.consumer import retry
from messaging.consumer.receive import EventConsumer


def declare(service_classes: Iterable[type], config: Mapping[str, Any]) -> list[str]:
    """Declare what `service_classes` need and the retry and dead-letter queues. Return the names of the queues."""
    config = {**config, "DECLARE_EVENT_EXCHANGES": True}
    classes = list(service_classes)
    queues = [retry.dead_letter_queue(), *(retry.retry_queue(delay) for delay in retry.delays(config))]
    queues += [queue for service_class in classes for queue in queues_of(service_class, config)]
    with broker.connected(config) as connection:
        channel = connection.default_channel
        for service_class in classes:
            Exchange(f"{_name(service_class)}.events", type="topic", durable=True)(channel).declare()
        for queue in queues:
            queue(channel).declare()
    return [queue.name for queue in queues]


def queues_of(service_class: type, config: Mapping[str, Any]) -> Iterator[Queue]:
    """Yield the queue of the service's calls and those of its event handlers."""
    name = _name(service_class)
    yield Queue(
        RPC_QUEUE_TEMPLATE.format(name),
        exchange=get_rpc_exchange(config),
        routing_key=f"{name}.*",
        durable=True,
    )
    for method_name in sorted(dir(service_class)):
        method = getattr(service_class, method_name)
        for entrypoint in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR, ()):
            if isinstance(entrypoint, EventConsumer):
                yield entrypoint.queue_for(name, method_name, dict(config))


def service_class(path: str) -> type:
    """Import and return a class by its path, such as `services.claims.service:ClaimsService`."""
    module, _, name = path.partition(":")
    found: type = getattr(importlib.import_module(module), name)
    return found


def all_services(package: str = "services") -> list[type]:
    """Return the service classes defined in the modules `<package>.<name>.service`."""
    found = []
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        service = importlib.import_module(f"{package}.{module.name}.service")
        found += [
            value
            for value in vars(service).values()
            if isinstance(value, type) and value.__module__ == service.__name__ and hasattr(value, "name")
        ]
    return found


def _name(service_class: type) -> str:
    return str(service_class.name)  # type: ignore[attr-defined]
