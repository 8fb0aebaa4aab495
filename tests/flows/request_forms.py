"""Build requests whose values are ids of existing objects: from templates, or from the OpenAPI document."""

import re
from typing import Any

from tests.flows.community import Json

_FORMATS = {"date": "2026-01-05", "date-time": "2026-01-05T01:00:00Z", "period": "2026-01"}


def fill_in(template: Any, ids: dict[str, str]) -> Any:
    """Return a form, list or text with every `{name}` in its texts replaced by that id."""
    if isinstance(template, dict):
        return {name: fill_in(value, ids) for name, value in template.items()}
    if isinstance(template, list):
        return [fill_in(value, ids) for value in template]
    return template.format_map(ids) if isinstance(template, str) else template


class OperationForms:
    """Makes valid requests for the operations of an OpenAPI document."""

    def __init__(self, document: Json, ids: dict[str, str]) -> None:
        self._document, self._ids = document, ids
        self.operations: dict[str, Json] = {
            f"{method.upper()} {path}": operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if method in ("get", "post", "put", "delete")
        }

    def path(self, template: str) -> str:
        """Return a path with its parameters filled in."""
        return re.sub(r"\{(\w+)\}", self._path_parameter, template)

    def query(self, operation: Json) -> Json:
        """Return a value for every required query parameter."""
        parameters = [self._resolve(parameter) for parameter in operation.get("parameters", [])]
        return {
            parameter["name"]: self.value(parameter["name"], parameter["schema"])
            for parameter in parameters
            if parameter["in"] == "query" and parameter.get("required")
        }

    def value(self, name: str, schema: Json) -> Any:
        """Return a value that the schema allows, with required fields only; ids are of existing objects."""
        schema = self._resolve(schema)
        for choice in schema.get("anyOf") or schema.get("allOf") or ():
            return self.value(name, choice)
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "object":
            return {each: self.value(each, schema["properties"][each]) for each in schema.get("required", [])}
        if kind == "array":
            return [self.value(name.removesuffix("s"), schema["items"])] if schema.get("minItems") else []
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return False
        if name.endswith("_id"):
            return self._ids.get(name.removesuffix("_id"), name)
        return _FORMATS.get(schema.get("format", "")) or schema.get("example", "某")

    def _path_parameter(self, found: re.Match[str]) -> str:
        is_transfer = found[1] == "entry_id" and "passbooks" in found.string
        return self._ids.get("transfer" if is_transfer else found[1].removesuffix("_id"), found[1])

    def _resolve(self, schema: Json) -> Json:
        while "$ref" in schema:
            _, _, section, name = schema["$ref"].split("/")
            schema = self._document["components"][section][name]
        return schema
