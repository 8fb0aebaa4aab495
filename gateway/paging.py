"""Lists: `?limit=1..100&cursor=` in, `{data, has_more, next_cursor}` out.

    class ClaimQuery(PageQuery):
        state: NotRequired[Annotated[str, fields.Choice("open", "decided")]]

    @blp.arguments(ClaimQuery, location="query")
    @blp.response(200, page_schema(Claim))
    def get(self, query: ClaimQuery) -> Any:
        return page(claims.list_claims(actor=actor(), **query))

Services answer `{"data": [...], "next_cursor": str | None}`; only they understand their cursors.
"""

from collections.abc import Mapping
from typing import Any, is_typeddict

import marshmallow as ma

from contracts.paging import PageQuery
from contracts.schema import Schema, schema_of

__all__ = ["PageQuery", "page", "page_schema"]


def page_schema(item: Any) -> type[ma.Schema]:
    """Return the schema of a page of `item`s, a typed dictionary or a marshmallow schema."""
    schema = schema_of(item) if is_typeddict(item) else item
    name = schema.__name__.removesuffix("Schema")
    return Schema.from_dict(
        {
            "data": ma.fields.List(ma.fields.Nested(schema), required=True),
            "has_more": ma.fields.Boolean(required=True),
            "next_cursor": ma.fields.String(required=True, allow_none=True),
        },
        name=f"{name}Page",
    )


def page(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the service's page with `has_more` added; other keys are unchanged."""
    return {**answer, "has_more": answer["next_cursor"] is not None}
