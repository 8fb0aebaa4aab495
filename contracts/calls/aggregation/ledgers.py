"""Ledgers of courtyards and communities, and their rebuild from events."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts.calls.aggregation.passbooks import LedgerRecord
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant, Month


class CourtyardMonth(TypedDict):
    """A courtyard's month in figures."""

    courtyard_id: str
    number: int
    head_id: str | None
    households: int
    entries: int
    points: Annotated[int, Doc("Of household books: the head's points 院长积分 (R22)")]
    average: Annotated[float | None, Doc("Per household")]
    head_points: Annotated[int, Doc("What went to the head's own book")]


class LedgerDay(TypedDict):
    day: Day
    entries: int
    points: int


class _Month(TypedDict):
    period: Month
    pending: Annotated[int, Doc("Approved for this month, not final yet")]


class CourtyardSummary(CourtyardMonth, _Month):
    """A courtyard's month: its figures and its days."""

    days: list[LedgerDay]


class CourtyardLedger(CourtyardSummary):
    """A courtyard's month with a page of its records by day."""

    data: list[LedgerRecord]
    next_cursor: str | None


class Balances(TypedDict):
    """Where the community's points are now: issued = outstanding + redeemed + expired − arrears."""

    issued: int
    books: Annotated[int, Doc("How many there are")]
    outstanding: Annotated[int, Doc("In all books together")]
    held: int
    redeemed: int
    expired: int
    arrears: int


class CommunitySummary(_Month):
    """The community's month, courtyard by courtyard."""

    households: int
    entries: int
    points: int
    head_points: int
    balances: Balances
    courtyards: list[CourtyardMonth]


class CommunityLedger(CommunitySummary):
    """The community's month with a page of all its records."""

    data: list[LedgerRecord]
    next_cursor: str | None


class RebuildReport(TypedDict, total=False):
    """How much was recomputed from the ledger, and how many rows differed from what was stored."""

    accounts: int
    transfers: int
    entries: int
    tallies: int
    holds: int
    differences: Annotated[int, Doc("All of the six below together")]
    accounts_different: int
    tallies_different: int
    pending_different: int
    holds_different: Annotated[int, Doc("Holds that disagree with what was spent; a rebuild cannot correct them")]
    unbalanced: Annotated[int, Doc("Transfers whose entries do not sum to zero; a rebuild cannot correct them")]
    corrections_astray: Annotated[
        int, Doc("Corrections without a credit of the same owner; the credit may still arrive")
    ]


class Rebuild(RebuildReport):
    """A rebuild, with its report once it is `done`."""

    id: str
    state: Literal["requested", "done", "failed"]
    requested_by_id: str
    requested_at: Instant
    ended_at: Instant | None


class LedgersApi(Protocol):
    """Calls about ledgers."""

    @query
    def get_courtyard_ledger(
        self,
        *,
        actor: Caller,
        courtyard_id: str,
        period: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CourtyardLedger:
        """Return a courtyard's month with its records. Raises NotFound, RoleMissing."""

    @query
    def get_community_ledger(
        self, *, actor: Caller, period: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> CommunityLedger:
        """Return the community's month with all its records. Raises RoleMissing."""

    @command
    def request_rebuild(self, *, actor: Caller) -> Rebuild:
        """Request that everything derived from the ledger be recomputed and corrected. Raises RoleMissing."""

    @query
    def get_rebuild(self, *, actor: Caller, rebuild_id: str) -> Rebuild:
        """Return a rebuild with its report. Raises RoleMissing, NotFound."""

    @query
    def list_rebuilds(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Rebuild]:
        """Return rebuilds, newest first. Raises RoleMissing."""
