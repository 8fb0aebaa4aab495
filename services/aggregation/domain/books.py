"""Books and the transfers between them: double entry, and no balance below zero.

A book is worth `posted − held − arrears`. Above zero that is available, below zero it is in arrears: a correction of
points that were spent takes what is there, and later points repay the rest first. So available and arrears are never
both above zero, and both follow from the sum of all events, in whatever order they were received.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from contracts import ids

BookKind = Literal["household", "head"]
BOOKS: tuple[BookKind, ...] = ("household", "head")
SubjectKind = Literal["residents", "households", "courtyards"]
"""Who has a place on a board (R23)."""

ISSUED, REDEEMED, EXPIRED, ARREARS, MERGED = "issued", "redeemed", "expired", "arrears", "merged"
COMMUNITY_ACCOUNTS = (ISSUED, REDEEMED, EXPIRED, ARREARS, MERGED)
"""The community's own accounts, the other side of every transfer: where points come from and where they go.

Through `merged` points go from one book to another, so its balance is always zero.
"""


class Kind(StrEnum):
    """Why points moved."""

    CREDIT = "credit"
    """An entry became final (R17)."""
    REVERSAL = "reversal"
    """A correction stands beside the original (R16)."""
    CAPTURE = "capture"
    """Held points were spent (R25)."""
    REFUND = "refund"
    """Spent points came back."""
    REPAYMENT = "repayment"
    """A released hold paid arrears."""
    EXPIRY = "expiry"
    """Points lapsed by the community's policy (R24)."""
    CLOSING = "closing"
    """The household merged into another, whose book took over what was here (R3)."""
    MERGE = "merge"
    """What came from the book of a household that merged into this one."""


EARNING = (Kind.CREDIT, Kind.REVERSAL)
"""The kinds that count for cumulative points and boards (R21, R22); spending does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a transfer was posted; it explains every line of a passbook (R23)."""

    origin: str
    """`claim`, `award`, `order`, `payment`, `household` (that merged) or `policy` (of expiry)."""
    origin_id: str
    person: str | None
    """Who acted or ordered; None when points expire or books merge."""
    day: date
    """The day of the act in Asia/Shanghai."""
    period: str
    household: str | None = None
    courtyard: str | None = None
    """Where the household lived on `day`; it keeps the credit (R3)."""
    category: str | None = None
    item: str | None = None
    merchant: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a transfer."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Points that moved. Its entries sum to zero; it is never changed."""

    community: str
    id: str
    kind: Kind
    source: str
    """The id of what caused it; with `kind` it is unique, so nothing is posted twice."""
    reverses: str | None
    """The source of the transfer that this one takes back, posted before or after it."""
    book: str
    book_kind: BookKind
    points: int
    """What the book's owner gained or lost; the book's own entry differs by what went to or from arrears."""
    entries: tuple[Entry, ...]
    cause: Cause
    posted_at: datetime

    def counts_for(self) -> list[tuple[SubjectKind, str]]:
        """Return the boards and subjects it counts for: in household books the person, household and courtyard.

        A head's own book counts on no board: the head's points are the courtyard's (R22).
        """
        if self.kind not in EARNING or self.book_kind != "household" or not self.points:
            return []
        counted: list[tuple[SubjectKind, str | None]] = [
            ("residents", self.cause.person),
            ("households", self.book),
            ("courtyards", self.cause.courtyard),
        ]
        return [(kind, subject) for kind, subject in counted if subject]


@dataclass(slots=True, kw_only=True)
class Book:
    """One passbook: a household's, or a head's own (R20)."""

    community: str
    id: str
    kind: BookKind
    posted: int = 0
    """Σ of its entries."""
    held: int = 0
    """Set aside by open holds."""
    arrears: int = 0
    """What is still to be repaid."""
    cumulative: int = 0
    """Σ of all that was earned, net of corrections, whatever was spent or lapsed (R21)."""
    merged_into: str | None = None
    """The book that took this one over; nothing is posted here any more."""
    changed: bool = field(default=False, compare=False)

    @property
    def available(self) -> int:
        """What can be spent now; never below zero."""
        return self.posted - self.held

    def credit(self, points: int, entry: str, cause: Cause, at: datetime) -> Transfer:
        """Post an entry's final points; negative where the community's rules deduct points (R7)."""
        self.cumulative += points
        return self._post(Kind.CREDIT, entry, points, ISSUED, cause, at)

    def reverse(self, points: int, correction: str, entry: str, cause: Cause, at: datetime) -> Transfer:
        """Post a correction of `entry` by `points`, mostly negative (R16)."""
        self.cumulative += points
        return self._post(Kind.REVERSAL, correction, points, ISSUED, cause, at, reverses=entry)

    def hold(self, points: int) -> bool:
        """Set `points` aside if they are available; return whether they were."""
        if points > self.available:
            return False
        self.held += points
        self.changed = True
        return True

    def capture(self, points: int, held: int, hold: str, cause: Cause, at: datetime) -> Transfer:
        """Spend `points` of the `held` ones; the rest is available again."""
        self.held -= held
        return self._post(Kind.CAPTURE, hold, -points, REDEEMED, cause, at)

    def release(self, held: int, hold: str, cause: Cause, at: datetime) -> Transfer | None:
        """Make held points available again; return the transfer by which they repay arrears, if any."""
        self.held -= held
        self.changed = True
        return self._post(Kind.REPAYMENT, hold, 0, ARREARS, cause, at) if self.arrears else None

    def refund(self, points: int, refund: str, hold: str, cause: Cause, at: datetime) -> Transfer:
        """Give back `points` that `hold` had captured."""
        return self._post(Kind.REFUND, refund, points, REDEEMED, cause, at, reverses=hold)

    def expire(self, points: int, cause: Cause, at: datetime) -> Transfer:
        """Expire `points` of what is available; cumulative points stay (R24)."""
        return self._post(Kind.EXPIRY, self.lapsing_on(cause.day), -points, EXPIRED, cause, at)

    def lapsing_on(self, day: date) -> str:
        """Return the source of the one transfer by which points expire on a day."""
        return f"{self.id}@{day}"

    def take_over(self, other: "Book", leaving: Cause, coming: Cause, at: datetime) -> list[Transfer]:
        """Move everything that `other` has, holds and owes to this book; what it earned stays there (R3)."""
        held, worth = other.held, other.posted - other.arrears
        other.held, other.merged_into = 0, self.id
        self.held += held
        moved = [
            other._post(Kind.CLOSING, other.id, -worth, MERGED, leaving, at),
            self._post(Kind.MERGE, other.id, worth, MERGED, coming, at),
        ]
        return [transfer for transfer in moved if transfer.entries]

    def _post(
        self,
        kind: Kind,
        source: str,
        points: int,
        against: str,
        cause: Cause,
        at: datetime,
        reverses: str | None = None,
    ) -> Transfer:
        worth = self.posted - self.held - self.arrears + points
        posted, arrears = self.held + max(worth, 0), max(-worth, 0)
        sides = (
            Entry(self.id, posted - self.posted),
            Entry(ARREARS, self.arrears - arrears),
            Entry(against, -points),
        )
        self.posted, self.arrears, self.changed = posted, arrears, True
        return Transfer(
            community=self.community,
            id=ids.new("tra"),
            kind=kind,
            source=source,
            reverses=reverses,
            book=self.id,
            book_kind=self.kind,
            points=points,
            entries=tuple(side for side in sides if side.amount),
            cause=cause,
            posted_at=at,
        )
