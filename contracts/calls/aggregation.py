"""What the gateway may ask of the aggregation service: passbooks, boards, ledgers, the chain of blocks, the budget."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict

from contracts import fields
from contracts.calls.claims import Costing, UncountableItem, WaitingCost
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Day, Doc, Instant

Category = Annotated[
    Literal["living_environment", "neighbourhood", "charity", "public_order", "other"] | None,
    Doc(enum=["living_environment", "neighbourhood", "charity", "public_order", "other", None]),
]
BoardKind = Literal["residents", "households", "courtyards"]

# Passbooks


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
    period: Annotated[str, Doc(example="2026-11")]
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


# Statements


class PassbookStatement(TypedDict):
    """A month: opening + credited + reversed − spent + refunded − expired + merged + arrears = closing."""

    period: Annotated[str, Doc("Of the posting, not of the deed", example="2026-11")]
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


# Boards


class BoardQuery(PageQuery):
    """Which board."""

    community_id: Annotated[str, fields.Id("com"), Doc("Whose board")]
    period: Annotated[
        str | None,
        fields.Text(7, load_default=None),
        Doc("`2026-11`, `2026-Q4`, `2026` or `all`; by default the newest month that has points", example="2026-Q4"),
    ]
    category: Annotated[
        str | None,
        fields.Choice("living_environment", "neighbourhood", "charity", "public_order", "other", load_default=None),
        Doc("Points of that category alone"),
    ]


class _Place(TypedDict):
    points: int
    courtyard_id: str | None
    number: Annotated[int | None, Doc("The courtyard's")]
    household_id: NotRequired[str | None]
    person_id: NotRequired[Annotated[str | None, Doc("The resident; of a household who has been in it longest")]]
    head_id: NotRequired[str | None]
    households: NotRequired[int]
    average: NotRequired[float | None]


class BoardPlace(_Place):
    """A place. Of a courtyard the points are its head's (R22), and `average` is per household."""

    rank: Annotated[int, Doc("Ties share a rank: 1, 2, 2, 4")]


class OwnPlace(_Place):
    """The caller's own place; without points it has none."""

    rank: int | None


class Board(TypedDict):
    """A page of a board; `masked` says whether the community's policy masks names in public."""

    period: str
    category: str | None
    masked: bool
    data: list[BoardPlace]
    next_cursor: str | None


# Ledgers


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
    period: Annotated[str, Doc(example="2026-11")]
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


# The chain of blocks

_HASH = "SHA-256 in hexadecimal"
Hash = Annotated[str, Doc(_HASH, example="9f2c…")]


class BlockQuery(TypedDict):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose ledger")]


class BlocksQuery(PageQuery, BlockQuery):
    """Which part of the chain."""


class Block(TypedDict):
    """Transfers sealed together. `hash` is that of the header (all other fields), so it covers all earlier blocks."""

    community_id: str
    number: Annotated[int, Doc("From 1, without gaps")]
    previous_hash: Annotated[Hash, Doc("`hash` of the block before; of the first, 64 zeros")]
    root: Annotated[Hash, Doc("Merkle root of the block's entries")]
    size: Annotated[int, Doc("How many entries it holds")]
    sealed_at: Instant
    hash: Hash


class ProofStep(TypedDict):
    side: Literal["left", "right"]
    hash: Hash


class Proof(TypedDict):
    """A proof that an entry is in a block. It contains only the entry's hash; its owner has the content."""

    entry_id: str
    position: Annotated[int, Doc("In the block, from 0")]
    leaf_hash: Annotated[Hash, Doc("SHA-256 of the byte 0 and the entry's `content`")]
    path: Annotated[
        list[ProofStep], Doc("From the leaf up: each time SHA-256 of the byte 1, the left hash and the right one")
    ]
    block: Block


class Side(TypedDict):
    account_id: Annotated[str, Doc("A book, or one of the community's accounts")]
    amount: int


class SealedLine(PassbookLine):
    """A line of a passbook with all that is sealed of it."""

    entries: Annotated[list[Side], Doc("Both sides; they sum to zero")]
    content: Annotated[str, Doc("The text whose hash is sealed: hash its UTF-8 bytes unchanged")]


# The budget


class BudgetMonth(TypedDict):
    """By the month of posting."""

    period: Annotated[str, Doc(example="2026-11")]
    issued: Annotated[int, Doc("Net of corrections")]
    redeemed: Annotated[int, Doc("Net of refunds")]
    expired: int
    net: Annotated[int, Doc("issued − redeemed − expired")]


class ForecastMonth(TypedDict):
    period: str
    outstanding: Annotated[int, Doc("At the month's end")]
    outstanding_fen: int


class Forecast(TypedDict):
    """Each month to come adds the mean net issue of the `basis`: the last whole months, three at most."""

    basis: list[str]
    net_issue: int
    months: list[ForecastMonth]


class DraftItem(TypedDict):
    """An item's final entries of the month, and the same acts counted again under the draft's lines and caps."""

    item: str | None
    title: str | None
    entries: int
    points: int
    quantity: Annotated[int | None, Doc("Units declared; null for what no rulebook scores")]
    in_force: Annotated[int | None, Doc("Its score then; null for what no rulebook scores")]
    drafted: Annotated[int | None, Doc("null: no longer an item")]
    drafted_entries: Annotated[int, Doc("Those of which the draft counts at least a part")]
    drafted_quantity: Annotated[int | None, Doc("The units for which its caps leave room")]
    drafted_points: Annotated[int, Doc("Adjusted by reviewers and corrections in the same proportion")]
    newly_counted: Annotated[
        int, Doc("Of `drafted_entries`: acts the platform recorded and the rules then did not count")
    ]


class BudgetDraft(TypedDict):
    """What the month's known acts would have cost under the draft; `unseen` lists items whose acts cannot be known."""

    rulebook_id: str
    period: str
    points: int
    drafted_points: int
    difference: int
    difference_fen: int
    items: list[DraftItem]
    waiting: WaitingCost
    unseen: list[UncountableItem]


class Budget(Balances):
    """Where the community's points are now, their cost at its rate, and a forecast."""

    period: str
    point_value_fen: Annotated[int, Doc("*policy*")]
    outstanding_fen: int
    pending: Annotated[int, Doc("Approved, not final yet")]
    months: Annotated[list[BudgetMonth], Doc("The last twelve")]
    forecast: Annotated[Forecast | None, Doc("null before the first whole month")]
    draft: BudgetDraft | None


class AggregationApi(Protocol):
    """The calls of the aggregation service."""

    # Passbooks

    @query
    def get_passbook(self, *, actor: Caller, account_id: str, as_of: str | None = None) -> OwnedPassbook:
        """Return a book's figures now, or at the end of a day. Raises NotFound, Invalid for a day to come."""

    @query
    def list_passbook_entries(
        self, *, actor: Caller, account_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[PassbookLine]:
        """Return a book's lines, newest first. Raises NotFound."""

    @query
    def get_passbook_entry(self, *, actor: Caller, account_id: str, entry_id: str) -> SealedLine:
        """Return a line with its two sides and the text whose hash the proof is about. Raises NotFound."""

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

    # Boards

    @query
    def get_board(
        self,
        *,
        kind: BoardKind,
        community_id: str,
        period: str | None = None,
        category: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Board:
        """Return ranks of residents, households or courtyards; ties share a rank (1, 2, 2, 4).

        The period defaults to the newest month that has points: those of a month become final in the next. Raises
        NotFound, Invalid for a text that is no period.
        """

    @query
    def get_own_place(
        self, *, actor: Caller, kind: BoardKind, period: str, category: str | None = None
    ) -> OwnPlace | None:
        """Return the place of the caller, their household or their courtyard; None if they belong to none."""

    # Ledgers

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

    @query
    def get_budget(self, *, actor: Caller, draft: Costing | None = None) -> Budget:
        """Return the outstanding points and their cost, and a month under a draft as claims costed it.

        Raises RoleMissing.
        """

    # The chain of blocks

    @query
    def list_blocks(self, *, community_id: str, limit: int = 20, cursor: str | None = None) -> Page[Block]:
        """Return a community's blocks, newest first. Raises NotFound."""

    @query
    def get_block(self, *, community_id: str, number: int) -> Block:
        """Return one block. Raises NotFound."""

    @query
    def newest_block(self, *, community_id: str) -> Block | None:
        """Return the newest block, whose hash depends on every earlier one; None before the first."""

    @query
    def get_proof(self, *, entry_id: str) -> Proof:
        """Return the proof that an entry is in a block. Raises NotFound until it is sealed."""
