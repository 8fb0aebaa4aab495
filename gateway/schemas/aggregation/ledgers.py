"""Ledgers of a courtyard 院落台账 and of the community (R9, R22) with the names that the gateway adds."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.calls import aggregation as calls
from contracts.paging import PageQuery
from contracts.schema import Doc, Month
from gateway.schemas.aggregation.passbooks import LedgerRecord


class LedgerQuery(PageQuery):
    period: Annotated[str | None, fields.Period(load_default=None), Doc("By default this month")]
    format: Annotated[
        str,
        fields.Choice("json", "xlsx", load_default="json"),
        Doc("xlsx holds the whole month, `limit` or not"),
    ]


class CourtyardMonth(calls.CourtyardMonth):
    """A courtyard's month in figures."""

    head_name: str | None


class _Records(TypedDict):
    data: list[LedgerRecord]
    has_more: bool
    next_cursor: str | None


class CourtyardLedger(calls.CourtyardSummary, _Records):
    """A courtyard's month: its figures, its days, and a page of its records by day."""

    head_name: str | None


class CommunityLedger(_Records):
    """The community's month, courtyard by courtyard, and a page of all its records."""

    period: Month
    pending: Annotated[int, Doc("Approved for this month, not final yet")]
    households: int
    entries: int
    points: int
    head_points: int
    balances: calls.Balances
    courtyards: list[CourtyardMonth]


class Rebuild(calls.Rebuild):
    """How much was recomputed from the ledger, and how many rows differed from what was stored; once it is `done`."""

    requested_by_name: str | None
