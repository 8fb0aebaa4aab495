"""Daily records of claims (R9)."""

from typing import Annotated, Any, Literal

import marshmallow as ma

from contracts import fields
from contracts.paging import PageQuery
from contracts.schema import Doc, Schema, schema_of
from gateway.schemas.claims.claims import Claim


class RecordQuery(PageQuery):
    """A day, or a month; by default this month."""

    day: Annotated[str | None, fields.Day(load_default=None), Doc("The day of the acts")]
    period: Annotated[str | None, fields.Period(load_default=None), Doc("The month of the acts")]
    format: Annotated[
        Literal["json", "xlsx"],
        fields.Choice("json", "xlsx", load_default="json"),
        Doc("xlsx holds all of it, `limit` or not"),
    ]


class RecordQuerySchema(Schema):
    """Refuses a day and a month at once."""

    @ma.validates_schema(skip_on_field_errors=True)
    def one_span(self, data: dict[str, Any], **_: Any) -> None:
        if data["day"] and data["period"]:
            raise ma.ValidationError("day 与 period 只能选择一个", "period")


schema_of(RecordQuery, base=RecordQuerySchema)


class DailyRecord(Claim):
    """One declaration as it stands now."""
