"""Statements: a passbook over a time."""

from typing import Annotated, Protocol, TypedDict

from contracts.calls.aggregation.passbooks import PassbookLine
from contracts.rpc import Caller, Page, query
from contracts.schema import Doc, Month


class PassbookStatement(TypedDict):
    """A month: opening + credited + reversed − spent + refunded − expired + merged + arrears = closing."""

    period: Annotated[Month, Doc("Of the posting, not of the deed")]
    opening: int
    credited: int
    reversed: Annotated[int, Doc("Corrections; mostly negative")]
    spent: int
    refunded: int
    expired: int
    merged: Annotated[int, Doc("What a merged household brought; negative where this one merged")]
    arrears: Annotated[int, Doc("What a correction could not take; negative where it was repaid")]
    closing: Annotated[int, Doc("`posted` of the passbook as of the last day")]
    lines: int
    ended: Annotated[bool, Doc("The month is over, so its figures are final")]


class StatementWithLines(PassbookStatement):
    """A month with a page of its lines, oldest first."""

    account_id: str
    owner_ids: list[str]
    data: list[PassbookLine]
    next_cursor: str | None


class StatementsApi(Protocol):
    """Calls about statements."""

    @query
    def list_statements(
        self, *, actor: Caller, account_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[PassbookStatement]:
        """Return a book's months, newest first. Raises NotFound."""

    @query
    def get_statement(
        self, *, actor: Caller, account_id: str, period: str, limit: int = 20, cursor: str | None = None
    ) -> StatementWithLines:
        """Return one month of a book with its lines, oldest first. Raises NotFound, Invalid for a month to come."""
