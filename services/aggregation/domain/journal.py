"""A batch of what review and the exchange told, applied to the books in the order it came.

The store locks the books and gives what it knows of each event's subject; the journal decides; the store writes. What
was posted before is passed over, so a repeated event is harmless whatever brought it here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from contracts import calendar, errors
from contracts.aggregation import (
    HoldCaptured,
    HoldPlaced,
    HoldRefused,
    HoldReleased,
    PointsCredited,
    PointsRefunded,
    PointsReversed,
)
from contracts.event import Event
from contracts.exchange import (
    CodesIssued,
    OrderCancelled,
    OrderPlaced,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentRefunded,
    PaymentVoided,
    VoucherLapsed,
    VoucherRedeemed,
)
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized
from services.aggregation.domain.books import Book, BookKind, Cause, Kind, Transfer
from services.aggregation.domain.holds import Hold, HoldState

Deed = EntryApproved | EntryFinalized | EntryCorrected
Request = OrderPlaced | PaymentAuthorized
Taking = VoucherRedeemed | CodesIssued | PaymentCaptured
LettingGo = OrderCancelled | VoucherLapsed | PaymentVoided
Purchase = Request | Taking | LettingGo | PaymentRefunded


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a batch of events is about, and so what must be known before it can be posted."""

    books: dict[tuple[str, str], BookKind | None]
    """(community, account) → its kind where the event says it: such a book is opened on first use."""
    holds: set[tuple[str, str]]
    sources: set[tuple[str, str, str]]
    """(community, kind, source) of what the events would post."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        subjects = cls({}, set(), set())
        for event in events:
            subjects._add(event)
        return subjects

    def _add(self, event: Event) -> None:
        community = event.community
        if isinstance(event, Deed):
            account, kind = book_of(event)
            self.books[community, account] = kind
            if isinstance(event, EntryCorrected):
                self.sources.add((community, Kind.REVERSAL, event.correction))
            else:
                self.sources.add((community, Kind.CREDIT, event.entry))
        elif isinstance(event, Purchase):
            self.books.setdefault((community, event.account), None)
            self.holds.add((community, event.hold))
            if isinstance(event, PaymentRefunded):
                self.sources.add((community, Kind.REFUND, event.refund))


@dataclass(slots=True)
class Journal:
    """What one transaction reads, decides and writes; every key begins with the community."""

    at: datetime
    books: dict[tuple[str, str], Book] = field(default_factory=dict)
    """The books the events are about; one that has no points yet is missing."""
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)
    posted: set[tuple[str, str, str]] = field(default_factory=set)
    """(community, kind, source) of what was posted already, of all the events' sources."""
    transfers: list[Transfer] = field(default_factory=list)
    pending: dict[tuple[str, str], EntryApproved] = field(default_factory=dict)
    """Approved and not yet final (R17)."""
    told: list[Event] = field(default_factory=list)

    def post(self, events: Iterable[Event]) -> None:
        """Apply `events` in their order.

        Raises a refusal at one that contradicts what is known, or that came before what it speaks of; nothing of the
        batch may then be written.
        """
        for event in events:
            _RULES[type(event)](self, event)

    # What review tells

    def _approve(self, event: EntryApproved) -> None:
        if not self._has(event, Kind.CREDIT, event.entry):
            self.pending[event.community, event.entry] = event

    def _finalize(self, event: EntryFinalized) -> None:
        if self._has(event, Kind.CREDIT, event.entry):
            return
        self.pending.pop((event.community, event.entry), None)
        transfer = self._book_of(event).credit(event.points, event.entry, _deed(event), self.at)
        self._record(
            transfer,
            PointsCredited(
                community=event.community,
                transfer=transfer.id,
                account=transfer.book,
                person=event.person,
                entry=event.entry,
                period=event.period,
                points=event.points,
                at=self.at,
            ),
        )

    def _correct(self, event: EntryCorrected) -> None:
        if self._has(event, Kind.REVERSAL, event.correction):
            return
        book, cause = self._book_of(event), _deed(event)
        transfer = book.reverse(event.points, event.correction, event.entry, cause, self.at)
        self._record(
            transfer,
            PointsReversed(
                community=event.community,
                transfer=transfer.id,
                account=transfer.book,
                person=event.person,
                entry=event.entry,
                correction=event.correction,
                period=event.period,
                points=event.points,
                at=self.at,
            ),
        )

    def _book_of(self, event: Deed) -> Book:
        account, kind = book_of(event)
        return self.books.setdefault((event.community, account), Book(community=event.community, id=account, kind=kind))

    # What the exchange tells

    def _place(self, event: Request) -> None:
        known = self.holds.get((event.community, event.hold))
        if known:
            return known.again(event.account, event.points)
        book = self.books.get((event.community, event.account))
        if book and book.hold(event.points):
            self._open(event, HoldState.OPEN)
            self.told.append(HoldPlaced(**_of_hold(event, event.points, self.at)))
        else:
            self._open(event, HoldState.REFUSED)
            available = book.available if book else 0
            self.told.append(HoldRefused(**_of_hold(event, event.points, self.at), available=available))
        return None

    def _capture(self, event: Taking) -> None:
        hold = self._hold_of(event)
        if hold.capture(event.points, self.at):
            book = self.books[event.community, hold.account]
            transfer = book.capture(event.points, hold.points, hold.id, _purchase(event), self.at)
            self._record(transfer, HoldCaptured(**_of_hold(event, event.points, self.at), sequence=2))

    def _release(self, event: LettingGo) -> None:
        if (event.community, event.hold) not in self.holds:
            self._open(event, HoldState.RELEASED)  # given up before it was asked for: the request will find it ended
            self.told.append(HoldReleased(**_of_hold(event, event.points, self.at), sequence=2))
            return
        hold = self._hold_of(event)
        if hold.release(self.at):
            book = self.books[event.community, hold.account]
            repayment = book.release(hold.points, hold.id, _purchase(event), self.at)
            self.transfers += [repayment] if repayment else []
            self.told.append(HoldReleased(**_of_hold(event, hold.points, self.at), sequence=2))

    def _refund(self, event: PaymentRefunded) -> None:
        if self._has(event, Kind.REFUND, event.refund):
            return
        hold = self._hold_of(event)
        hold.refund(event.points)
        book = self.books[event.community, hold.account]
        transfer = book.refund(event.points, event.refund, hold.id, _purchase(event), self.at)
        self._record(transfer, PointsRefunded(**_of_hold(event, event.points, self.at), refund=event.refund))

    def _open(self, event: Request | LettingGo, state: HoldState) -> None:
        self.holds[event.community, event.hold] = Hold(
            community=event.community,
            id=event.hold,
            account=event.account,
            points=event.points,
            state=state,
            placed_at=self.at,
            ended_at=None if state is HoldState.OPEN else self.at,
        )

    def _hold_of(self, event: Purchase) -> Hold:
        known = self.holds.get((event.community, event.hold))
        if known is None:
            raise errors.HoldUnknown(f"还没有收到 {event.hold} 的冻结请求，稍后重试")
        if known.account != event.account:
            raise errors.HoldAlreadyResolved(f"{known.id} 属于 {known.account}，不属于 {event.account}")
        return known

    # Bookkeeping

    def _has(self, event: Event, kind: Kind, source: str) -> bool:
        return (event.community, kind, source) in self.posted

    def _record(self, transfer: Transfer, told: Event) -> None:
        self.posted.add((transfer.community, transfer.kind, transfer.source))
        self.transfers.append(transfer)
        self.told.append(told)


_RULES: dict[type[Event], Callable[[Journal, Any], None]] = {
    EntryApproved: Journal._approve,
    EntryFinalized: Journal._finalize,
    EntryCorrected: Journal._correct,
    OrderPlaced: Journal._place,
    PaymentAuthorized: Journal._place,
    VoucherRedeemed: Journal._capture,
    CodesIssued: Journal._capture,
    PaymentCaptured: Journal._capture,
    OrderCancelled: Journal._release,
    VoucherLapsed: Journal._release,
    PaymentVoided: Journal._release,
    PaymentRefunded: Journal._refund,
}


def book_of(event: Deed) -> tuple[str, BookKind]:
    """Whose book a deed goes to: the household's, or the head's own (R20, R22)."""
    if event.book == "head":
        return event.person, "head"
    if event.household is None:
        raise errors.Invalid(f"{event.entry} 应记入户的积分存折，但没有户")
    return event.household, "household"


def _deed(event: Deed) -> Cause:
    return Cause(
        origin=event.origin,
        origin_id=event.source,
        person=event.person,
        day=event.day,
        period=event.period,
        household=event.household,
        courtyard=event.courtyard,
        category=event.category,
        item=event.item,
    )


def _purchase(event: Purchase) -> Cause:
    day = calendar.day_of(event.at)
    return Cause(
        origin=event.subject_field,
        origin_id=event.subject,
        person=event.person,
        day=day,
        period=calendar.period_of(day),
        merchant=getattr(event, "merchant", None),
    )


def _of_hold(event: Purchase, points: int, at: datetime) -> dict[str, Any]:
    return {
        "community": event.community,
        "hold": event.hold,
        "account": event.account,
        "points": points,
        "at": at,
    }
