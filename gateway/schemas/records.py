"""Daily records of declarations (R9)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page, page_of
from gateway.schemas.claims import Claim


class RecordQuery(Page):
    """A day, or a month; by default this month."""

    day = fields.Day(load_default=None, metadata={"description": "The day of the acts"})
    period = fields.Period(load_default=None, metadata={"description": "The month of the acts"})
    format = fields.Choice(
        "json", "xlsx", load_default="json", metadata={"description": "xlsx holds all of it, `limit` or not"}
    )

    @ma.validates_schema(skip_on_field_errors=True)
    def one_span(self, data: dict[str, object], **kwargs: object) -> None:
        if data["day"] and data["period"]:
            raise ma.ValidationError("day 与 period 只能选择一个", "period")


class DailyRecord(Claim):
    """One declaration as it stands now."""

    courtyard_number = ma.fields.Integer(required=True, allow_none=True)


DailyRecordPage = page_of(DailyRecord)
