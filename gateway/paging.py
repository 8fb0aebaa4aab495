"""Lists: `?limit=1..100&cursor=` in, `{data, has_more, next_cursor}` out.

    class ClaimQuery(PageQuery):
        state: NotRequired[Annotated[str, fields.Choice("open", "decided")]]

    @blp.arguments(ClaimQuery, location="query")
    @blp.response(200, page_schema(Claim))
    def get(self, query: ClaimQuery) -> Any:
        return page(claims.list_claims(actor=actor(), **query))

With `?totals=true` lists whose query is a `CountedQuery` have `total` and `total_is_more`, too.

Services answer `{"data": [...], "next_cursor": str | None}`; only they understand their cursors. Clients get them with
a check sum of the operation, so that a text that is no cursor, or one of another list, is refused.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, is_typeddict

import marshmallow as ma
from flask import request

from contracts.paging import PageQuery, invalid_cursor
from contracts.schema import Schema, schema_of

__all__ = ["PageQuery", "open_cursor", "page", "page_schema"]

_SUM_BYTES = 6


_TOTALS: dict[str, ma.fields.Field[Any]] = {
    "total": ma.fields.Integer(
        metadata={"description": "With `totals=true`: how many the whole list has, counted up to 10,000"}
    ),
    "total_is_more": ma.fields.Boolean(
        metadata={"description": "With `totals=true`: whether the list has more than `total`"}
    ),
}


def page_schema(item: Any, *, counted: bool = False) -> type[ma.Schema]:
    """Return the schema of a page of `item`s, a typed dictionary or a marshmallow schema.

    `counted`: the list's query is a `CountedQuery`.
    """
    schema = schema_of(item) if is_typeddict(item) else item
    name = schema.__name__.removesuffix("Schema")
    return Schema.from_dict(
        {
            "data": ma.fields.List(ma.fields.Nested(schema), required=True),
            "has_more": ma.fields.Boolean(required=True),
            "next_cursor": ma.fields.String(required=True, allow_none=True),
            **(_TOTALS if counted else {}),
        },
        name=f"{name}Page",
    )


def page(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the service's page as clients get it, with `has_more`; other keys are unchanged."""
    cursor = answer["next_cursor"]
    return {**answer, "next_cursor": cursor and _closed(cursor), "has_more": cursor is not None}


def _closed(cursor: str) -> str:
    return base64.urlsafe_b64encode(_sum_of(cursor.encode()) + cursor.encode()).rstrip(b"=").decode()


def open_cursor(text: str) -> str:
    """Return the service's cursor in one that `page` gave for this operation. Raise Invalid for another text."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = content[_SUM_BYTES:].decode()
    except (binascii.Error, ValueError) as error:
        raise invalid_cursor() from error
    if content[:_SUM_BYTES] != _sum_of(cursor.encode()):
        raise invalid_cursor()
    return cursor


def _sum_of(cursor: bytes) -> bytes:
    """Return a check sum of a cursor and the list that it belongs to. It is no secret: cursors open nothing."""
    return hashlib.blake2b(cursor, digest_size=_SUM_BYTES, person=_list_name()).digest()


def _list_name() -> bytes:
    rule = request.url_rule.rule if request.url_rule else ""
    return hashlib.blake2b(rule.encode(), digest_size=hashlib.blake2b.PERSON_SIZE).digest()
