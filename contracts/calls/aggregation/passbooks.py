"""Passbooks, their lines and the proof of each."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts import fields
from contracts.rpc import Caller, Page, query
from contracts.schema import Day, Doc, Instant, Month

Category = Annotated[
    Literal["living_environment", "neighbourhood", "charity", "public_order", "other"] | None,
    Doc(enum=["living_environment", "neighbourhood", "charity", "public_order", "other", None]),
]


class PassbookQuery(TypedDict):
    as_of: Annotated[
        str | None,
        fields.Day(load_default=None),
        Doc("As it stood at the end of that day; by default as it stands now"),
    ]


class Expiring(TypedDict):
    """Points that lapse unless they are spent."""

    on: Annotated[Day, Doc("The last day on which they can be spent")]
    points: int


class Passbook(TypedDict):
    """One passbook: its available, held and pending points, and those earned in all."""

    account_id: str
    kind: Literal["household", "head"]
    as_of: Day
    available: Annotated[int, Doc("posted − held: can be spent; never below 0")]
    posted: Annotated[int, Doc("Sum of its lines")]
    held: Annotated[int, Doc("Set aside for purchases not yet honoured")]
    pending: Annotated[int | None, Doc("Approved, not final yet; null for a day that is past")]
    cumulative: Annotated[int, Doc("Earned in all, net of corrections; spending does not lower it")]
    arrears: Annotated[int, Doc("Corrected after it was spent; later points repay it first")]
    expiring: Annotated[
        list[Expiring] | None,
        Doc("What lapses when, soonest first (R24, *policy*); null for a day that is past"),
    ]
    merged_into_id: Annotated[
        str | None, Doc("The book that took this one over when its household merged; this one is closed")
    ]


class OwnedPassbook(Passbook):
    """A passbook with the ids of its owners."""

    owner_ids: list[str]


class LedgerRecord(TypedDict):
    """Points that moved, and why."""

    id: str
    account_id: str
    kind: Literal["credit", "reversal", "capture", "refund", "repayment", "expiry", "closing", "merge"]
    points: Annotated[int, Doc("What the book's owner gained or lost")]
    period: Month
    day: Annotated[Day, Doc("The day of the act")]
    category: Category
    item: Annotated[str | None, Doc("Code of the rulebook's item")]
    person_id: Annotated[str | None, Doc("Who acted; nobody when points lapse or books merge")]
    household_id: str | None
    courtyard_id: Annotated[str | None, Doc("Where the household lived on that day")]
    merchant_id: str | None
    origin: Literal["claim", "award", "order", "payment", "policy", "household"]
    origin_id: str
    source_id: Annotated[str, Doc("The decision behind it: entry, correction, hold, refund; else the book")]
    reverses_id: Annotated[str | None, Doc("`source_id` of the record it takes back")]
    posted_at: Instant


class PassbookLine(LedgerRecord):
    """A line of a passbook."""

    posted: Annotated[int, Doc("What it changed the balance by: `points`, less what went to or came from arrears")]


class PassbooksApi(Protocol):
    """Calls about passbooks."""

    @query
    def get_passbook(self, *, actor: Caller, account_id: str, as_of: str | None = None) -> OwnedPassbook:
        """Return a book's figures now, or at the end of a day. Raises NotFound, Invalid for a day to come."""

    @query
    def list_passbook_entries(
        self, *, actor: Caller, account_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[PassbookLine]:
        """Return a book's lines, newest first. Raises NotFound."""
