"""Lists: `?limit=1..100&cursor=` in, `{data, has_more, next_cursor}` out.

    class ClaimQuery(Page):
        state = fields.Choice("open", "decided")

    @blp.arguments(ClaimQuery, location="query")
    @blp.response(200, page_of(Claim))
    def get(self, query):
        return page(rpc.query("claims", "list_claims", actor=actor(), **query))

Services answer `{"data": [...], "next_cursor": str | None}`; the cursor is theirs, opaque to everybody else.
"""

import re
from typing import Any

import marshmallow as ma

from gateway import fields
from gateway.schemas import Schema


class _Limit(ma.fields.Integer):
    """A query parameter is text, so "20" is a number here; " 20", "2_0" and "２０", which Python reads, are not."""

    def __init__(self) -> None:
        super().__init__(
            load_default=20,
            validate=ma.validate.Range(1, 100),
            metadata={"description": "At most so many rows"},
        )

    def _validated(self, value: Any) -> int:
        if not re.fullmatch(r"\d{1,9}", str(value), re.ASCII):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Page(Schema):
    """Which part of a list; subclass it to add filters."""

    limit = _Limit()
    cursor = fields.Text(500, load_default=None, metadata={"description": "`next_cursor` of the page before"})


def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of `item`s."""
    name = item.__name__.removesuffix("Schema")
    return Schema.from_dict(
        {
            "data": ma.fields.List(ma.fields.Nested(item), required=True),
            "has_more": ma.fields.Boolean(required=True),
            "next_cursor": ma.fields.String(required=True, allow_none=True),
        },
        name=f"{name}Page",
    )


def page(answer: dict[str, Any]) -> dict[str, Any]:
    """The service's answer as the API gives it; anything beside data and cursor is kept."""
    return answer | {"has_more": answer["next_cursor"] is not None}
