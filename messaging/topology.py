"""The exchanges, queues and bindings of service classes, declared before anyone publishes.

An event published before its listener's queue exists would miss that listener. So this runs first, with the right to
configure; services then need none (`DECLARE_EVENT_EXCHANGES: false`).
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kombu import Exchange, Queue
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from nameko.rpc import RPC_QUEUE_TEMPLATE, get_rpc_exchange

from messaging import broker, retry
from messaging.receive import Listener


def declare(service_classes: Iterable[type], config: Mapping[str, Any]) -> list[str]:
    """Declare all that `service_classes` need, and what all share; the names of the queues."""
    config = {**config, "DECLARE_EVENT_EXCHANGES": True}
    classes = list(service_classes)
    queues = [retry.parked_queue(), *(retry.retry_queue(delay) for delay in retry.delays(config))]
    queues += [queue for service_class in classes for queue in queues_of(service_class, config)]
    with broker.connected(config) as connection:
        channel = connection.default_channel
        for service_class in classes:
            Exchange(f"{_name(service_class)}.events", type="topic", durable=True)(channel).declare()
        for queue in queues:
            queue(channel).declare()
    return [queue.name for queue in queues]


def queues_of(service_class: type, config: Mapping[str, Any]) -> Iterator[Queue]:
    """The queue of the service's commands and those of its handlers."""
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
            if isinstance(entrypoint, Listener):
                yield entrypoint.queue_for(name, method_name, dict(config))


def service_class(path: str) -> type:
    """The class that `services.claims.service:ClaimsService` names."""
    module, _, name = path.partition(":")
    found: type = getattr(importlib.import_module(module), name)
    return found


def all_services(package: str = "services") -> list[type]:
    """The service class of every `<package>.<name>.service`, found without being told."""
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
