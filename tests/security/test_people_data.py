"""People's data: public answers name nobody by id, and no more of them than their community chose (R14, R42)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.attacks("public answers searched for ids of people")
DESCRIPTION: dict[str, Any] = json.loads(Path("docs/openapi.json").read_text())

_OWN = {
    ("post", "/v1/sessions"): "the caller who signs in learns their own id",
    ("post", "/v1/sessions/refresh"): "the caller learns their own id",
}
"""Operations without authentication that answer one person about themselves."""
_PERSONAL_PARTS = {("get", "/v1/boards/{kind}"): "own"}
"""The part of a public answer that only a signed-in caller gets, about themselves."""
_NOT_PEOPLE = {
    "community_id",
    "courtyard_id",
    "publication_id",
    "inspection_id",
    "activity_id",
    "post_id",
    "corrects_id",
    "entry_id",
    "objection_id",
    "id",
}
"""Ids that public answers may carry: `id` is that of the list, entry, round or block itself."""


def _public_operations() -> Iterator[tuple[str, str]]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "delete") and not operation.get("security"):
                yield method, path


def _properties(schema: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property that an answer of that schema may have, at any depth."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name not in seen:
            yield from _properties(DESCRIPTION["components"]["schemas"][name], seen | {name})
    for name, value in schema.get("properties", {}).items():
        yield name, value
        yield from _properties(value, seen)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _properties(schema[key], seen)
    for key in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(key, ()):
            yield from _properties(part, seen)


def _answers(method: str, path: str) -> Iterator[dict[str, Any]]:
    for status, response in DESCRIPTION["paths"][path][method]["responses"].items():
        if status.startswith("2"):
            for content in response.get("content", {}).values():
                yield content.get("schema", {})


PUBLIC = sorted(set(_public_operations()) - _OWN.keys())


def test_boards_lists_and_rankings_are_among_the_public_operations():
    paths = {path for _, path in PUBLIC}

    assert {"/v1/boards/{kind}", "/v1/publications/{publication_id}", "/v1/rankings"} <= paths
    assert len(PUBLIC) >= 10


@pytest.mark.parametrize(("method", "path"), PUBLIC)
def test_a_public_answer_has_no_field_for_the_id_of_a_person_or_household(method: str, path: str):
    own = _PERSONAL_PARTS.get((method, path))
    for schema in _answers(method, path):
        if own:
            name = schema["$ref"].rsplit("/", 1)[1]
            shown = DESCRIPTION["components"]["schemas"][name]["properties"]
            schema = {"properties": {key: value for key, value in shown.items() if key != own}}
        ids = {name for name, _ in _properties(schema) if name == "id" or name.endswith(("_id", "_by", "_ids"))}
        assert ids <= _NOT_PEOPLE
