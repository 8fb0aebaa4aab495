"""Shapes the OpenAPI document so that generated clients compile strictly and keep working when fields are added.

Marshmallow describes a form and an answer alike. Here they part:

- A field of a form that has a default may be left out. Generators take a `default` for a value that is always there,
  so it is stated in the description instead.
- A form allows the fields that it declares; an answer allows more, since clients ignore what they do not know.
- An answer always has the fields that its form may leave out.

A schema that is used in both directions gets a second name for forms, `…Input`.

Two more shapes are there since openapi-generator writes code that does not compile without them
(docs/decisions/0237): webhooks are references to path items among the components, since it takes the others for calls
of the client, and an upload beside a JSON form is a map, since it refers to a model that it does not write.
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_HEADERS = "#/components/headers/"
_PATH_ITEMS = "#/components/pathItems/"
_MULTIPART = "multipart/form-data"
_METHODS = ("get", "post", "put", "delete")


def _header(description: str, example: Any, kind: str = "string") -> Json:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: Json = {
    "Request-Id": _header("Identifies the request in logs; the one sent, or a new one", "6f1c2b9d8e7a4f60"),
    "Idempotent-Replayed": _header("`true` on the stored answer to a repeated `Idempotency-Key`", "true"),
    "Retry-After": _header("Seconds to wait before the same request is sent again; with `retryable`", 1, "integer"),
    "WWW-Authenticate": _header("How to sign in", 'Bearer realm="shanzhi"'),
    "RateLimit-Limit": _header("Requests that the key may send in a window", 600, "integer"),
    "RateLimit-Remaining": _header("Requests that are left in this window", 599, "integer"),
    "RateLimit-Reset": _header("Seconds until the window ends", 42, "integer"),
    "API-Version": _header("The day of the last change of the API for merchants", "2026-11-30"),
    "ETag": _header("Send it as `If-None-Match`: 304 while nothing changed", '"5d41402abc4b2a76"'),
    "Cache-Control": _header("How long the answer may be kept", "public, max-age=5"),
    "Location": _header("Where the result can be read", "/v1/rosters/ros_01kb0p6w3v5q8s9t2x4y7z1abc"),
}
PUBLICLY_CACHED = "x-publicly-cached"
"""Marks an operation whose answers have an ETag; it is replaced by the headers and by 304."""
_KEY_HEADERS = ("API-Version", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def header_references(*names: str) -> Json:
    """Return the `headers` of a response that has those of `HEADERS`."""
    return {name: {"$ref": _HEADERS + name} for name in names}


def for_client_generators(document: Json) -> Json:
    """Return `document` with forms and answers apart and with the headers of every response."""
    shaped = deepcopy(document)
    _add_headers(shaped)
    _separate_by_commas(shaped)
    _take_null_from_parameters(shaped)
    _separate_directions(shaped)
    _describe_second_forms_as_maps(shaped)
    _refer_to_webhooks(shaped)
    return shaped


def _operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        yield from (item[method] for method in _METHODS if method in item)


def _separate_by_commas(document: Json) -> None:
    """Describe lists in queries as they are sent: `?status=returned,submitted`."""
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter.get("schema", {}).get("type") == "array":
                parameter |= {"style": "form", "explode": False}


def _take_null_from_parameters(document: Json) -> None:
    """Describe a parameter that may be left out by its values alone: a generated client would send `cursor=null`."""
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            schema = parameter.get("schema", {})
            if schema.get("default", "") is None:
                del schema["default"]
            if isinstance(schema.get("type"), list):
                [schema["type"]] = set(schema["type"]) - {"null"}
            if "enum" in schema:
                schema["enum"] = [value for value in schema["enum"] if value is not None]


def _describe_second_forms_as_maps(document: Json) -> None:
    """Describe the multipart form of an operation that takes JSON, too, by its fields' names alone."""
    for operation in _operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if _MULTIPART in content and len(content) > 1:
            form = document["components"]["schemas"].pop(content[_MULTIPART]["schema"]["$ref"].removeprefix(_SCHEMAS))
            content[_MULTIPART]["schema"] = {
                "type": "object",
                "description": "; ".join(
                    f"`{name}`: {field['description']}" for name, field in form["properties"].items()
                ),
                "required": form["required"],
                "additionalProperties": {"type": "string", "format": "binary"},
            }


def _refer_to_webhooks(document: Json) -> None:
    """Move the path items of webhooks to the components, and refer to them."""
    for kind, item in document.get("webhooks", {}).items():
        name = item["post"]["operationId"]
        document["components"].setdefault("pathItems", {})[name] = item
        document["webhooks"][kind] = {"$ref": _PATH_ITEMS + name}


def _add_headers(document: Json) -> None:
    components = document["components"]
    components["headers"] = {**components.get("headers", {}), **HEADERS}
    for response in components["responses"].values():
        _describe_headers(response, "Request-Id", "Retry-After")
    _describe_headers(components["responses"]["UNAUTHORIZED"], "WWW-Authenticate")
    for operation in _operations(document):
        keyed = any(each.get("name") == "Idempotency-Key" for each in operation.get("parameters", ()))
        if operation.pop(PUBLICLY_CACHED, False):
            _describe_headers(operation["responses"]["200"], "ETag", "Cache-Control")
            operation["responses"]["304"] = {"description": "Nothing changed since the answer with that ETag"}
        of_merchants = any("merchant" in each for each in operation.get("security", ()))
        for status, response in operation["responses"].items():
            if "$ref" in response:
                continue
            _describe_headers(response, "Request-Id")
            if of_merchants:
                _describe_headers(response, *_KEY_HEADERS)
            if keyed and status.startswith("2"):
                _describe_headers(response, "Idempotent-Replayed")


def _describe_headers(response: Json, *names: str) -> None:
    response["headers"] = response.get("headers", {}) | header_references(*names)


def _separate_directions(document: Json) -> None:
    schemas: dict[str, Json] = document["components"]["schemas"]
    operations = list(_operations(document))
    bodies = [operation["requestBody"] for operation in operations if "requestBody" in operation]
    answers = [operation["responses"] for operation in operations]
    answers += [document["components"]["responses"], document.get("webhooks", {})]
    sent, returned = _reachable(schemas, bodies), _reachable(schemas, answers)
    renamed = {name: f"{name}Input" for name in sent & returned}
    forms = {renamed.get(name, name): _form(deepcopy(schemas[name])) for name in sent}
    for name in returned:
        _open_answer(schemas[name])
    for body in [*forms.values(), *bodies]:
        _rename(body, renamed)
    document["components"]["schemas"] = dict(sorted((schemas | forms).items()))


def _reachable(schemas: dict[str, Json], parts: Iterable[Any]) -> set[str]:
    """Return the names of the schemas that `parts` refer to, directly or through others."""
    found: set[str] = set()
    waiting = [reference for part in parts for reference in _references(part)]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(part: Any) -> Iterator[str]:
    for node in _nodes(part):
        if (reference := node.get("$ref", "")).startswith(_SCHEMAS):
            yield reference.removeprefix(_SCHEMAS)


def _nodes(part: Any) -> Iterator[Json]:
    """Yield every object in `part`, itself included."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _nodes(inner)


def _form(schema: Json) -> Json:
    """Return a form's schema with its defaults as text."""
    for field in schema.get("properties", {}).values():
        if "default" in field:
            default = json.dumps(field.pop("default"), ensure_ascii=False)
            field["description"] = "; ".join(filter(None, (field.get("description"), f"`{default}` if left out")))
    return schema


def _open_answer(schema: Json) -> None:
    """Allow fields that the schema does not declare; those with a default are always there."""
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    fields = schema.get("properties", {})
    always = {name for name, field in fields.items() if "default" in field}
    for name in always:
        del fields[name]["default"]
    if always:
        schema["required"] = sorted({*schema.get("required", ()), *always})


def _rename(part: Any, renamed: dict[str, str]) -> None:
    for node in _nodes(part):
        name = str(node.get("$ref", "")).removeprefix(_SCHEMAS)
        if name in renamed:
            node["$ref"] = _SCHEMAS + renamed[name]
