"""Monthly statements of a passbook with the names and titles that the gateway adds (R23)."""

from typing import Annotated

from contracts import fields
from contracts.calls import aggregation as calls
from contracts.paging import PageQuery
from contracts.schema import Doc
from gateway.schemas.aggregation.passbooks import PassbookLine, PassbookOwner


class StatementQuery(PageQuery):
    format: Annotated[str, fields.Choice("json", "pdf", load_default="json"), Doc("pdf has all lines")]


class PassbookStatementWithLines(calls.PassbookStatement):
    """A month with a page of its lines, oldest first."""

    account_id: str
    owners: list[PassbookOwner]
    data: list[PassbookLine]
    has_more: bool
    next_cursor: str | None
