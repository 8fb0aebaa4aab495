"""Generates `docs/asyncapi.yaml` from the contracts: `python -m deploy.asyncapi > docs/asyncapi.yaml`."""

import importlib
import inspect
import sys
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from contracts.event import Event
from deploy import SERVICES


def published_events(publisher: str) -> list[type[Event]]:
    """Return the event classes of one publisher, sorted by name."""
    module = importlib.import_module(f"contracts.{publisher}")
    return [
        member
        for name, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Event) and member.__module__ == module.__name__ and not name.startswith("_")
    ]


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document: a channel for each publisher, a message for each of its events."""
    schemas = APISpec("", "", "3.1.0", plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)])
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for publisher in SERVICES:
        events = published_events(publisher)
        for event in events:
            schemas.components.schema(event.name(), schema=event.schema())
            messages[event.name()] = _message(event)
        channels[publisher] = {
            "address": f"{publisher}.events",
            "description": f"Topic exchange of {publisher}; the routing key is the event's name.",
            "messages": {e.name(): {"$ref": f"#/components/messages/{e.name()}"} for e in events},
            "bindings": {"amqp": {"is": "routingKey", "exchange": {"type": "topic", "durable": True}}},
        }
        operations[f"{publisher}.tells"] = {"action": "send", "channel": {"$ref": f"#/channels/{publisher}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Shanzhi 善治 events",
            "version": "1",
            "description": "CloudEvents 1.0, structured JSON, at least once; changes are additive",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": {"CloudEvent": _CLOUD_EVENT, **schemas.to_dict()["components"]["schemas"]},
        },
    }


_CLOUD_EVENT = {
    "type": "object",
    "description": "CloudEvents 1.0 with the extensions community, sequence and traceparent.",
    "required": ["id", "source", "specversion", "type", "time", "subject", "community", "sequence", "data"],
    "properties": {
        "id": {"type": "string"},
        "specversion": {"const": "1.0"},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string", "description": "Id of the thing the event is about."},
        "community": {"type": "string"},
        "sequence": {"type": "integer", "description": "Version of the subject."},
        "traceparent": {"type": "string"},
    },
}


def _message(event: type[Event]) -> dict[str, Any]:
    described = {
        "source": {"const": f"/shanzhi/{event.publisher}"},
        "type": {"const": f"shanzhi.{event.publisher}.{event.name()}"},
        "data": {"$ref": f"#/components/schemas/{event.name()}"},
    }
    return {
        "name": event.name(),
        "summary": (inspect.getdoc(event) or "").split("\n")[0],
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, {"properties": described}]},
    }


def _schema_name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema") or kind.__name__


def text() -> str:
    """Return the document as YAML."""
    written: str = yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=120)
    return written


if __name__ == "__main__":
    sys.stdout.write(text())
