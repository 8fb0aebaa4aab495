"""A batch of what review and the exchange told, applied to the books in the order it came.

The store locks the books and gives what it knows of each event's subject; the journal decides; the store writes. What
was posted before is passed over, so a repeated event is harmless whatever brought it here; one that gives the same id
other points is no repetition, and is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from contracts import calendar, errors
from contracts.aggregation import (
    HoldCaptured,
    HoldPlaced,
    HoldRefused,
    HoldReleased,
    PointsCredited,
    PointsExpired,
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
from contracts.registry import HouseholdMerged
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized
from services.aggregation.domain.books import Book, Cause, Kind, Transfer
from services.aggregation.domain.holds import Hold, HoldState
from services.aggregation.domain.subjects import Deed, LettingGo, Purchase, Request, Taking, book_of


@dataclass(slots=True)
class Journal:
    """What one transaction reads, decides and writes; every key begins with the community."""

    at: datetime
    books: dict[tuple[str, str], Book] = field(default_factory=dict)
    """The books the events are about; one that has no points yet is missing, one merged stands for its successor."""
    closed: frozenset[tuple[str, str]] = frozenset()
    """Books of households that have left the community: nothing more is held for purchases."""
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)
    posted: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(community, kind, source) → points of what was posted already, of all the events' sources."""
    transfers: list[Transfer] = field(default_factory=list)
    pending: dict[tuple[str, str], EntryApproved] = field(default_factory=dict)
    """Approved and not yet final (R17)."""
    emitted: list[Event] = field(default_factory=list)

    def post(self, events: Iterable[Event]) -> None:
        """Apply `events` in their order.

        Raises a refusal at one that contradicts what is known, or that came before what it speaks of; nothing of the
        batch may then be written.
        """
        for event in events:
            _RULES[type(event)](self, event)

    # What review tells

    def _approve(self, event: EntryApproved) -> None:
        if (event.community, Kind.CREDIT, event.entry) not in self.posted:
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
                category=event.category,
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
                category=event.category,
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
        closed = book is not None and (book.community, book.id) in self.closed
        if book and not closed and book.hold(event.points):
            self._open(event, HoldState.OPEN)
            self.emitted.append(HoldPlaced(**_of_hold(event, event.points, self.at)))
        else:
            self._open(event, HoldState.REFUSED)
            available = book.available if book else 0
            reason = "account_closed" if closed else "insufficient_points"
            self.emitted.append(
                HoldRefused(**_of_hold(event, event.points, self.at), available=available, reason=reason)
            )
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
            self.emitted.append(HoldReleased(**_of_hold(event, event.points, self.at), sequence=2))
            return
        hold = self._hold_of(event)
        if hold.release(self.at):
            book = self.books[event.community, hold.account]
            repayment = book.release(hold.points, hold.id, _purchase(event), self.at)
            self.transfers += [repayment] if repayment else []
            self.emitted.append(HoldReleased(**_of_hold(event, hold.points, self.at), sequence=2))

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

    # What time and the registry bring about

    def lapse(self, living: Mapping[tuple[str, str], int], policy: str) -> None:
        """Of every book's available points let all lapse but `living`, those of lots that can still be spent (R24).

        A book lapses at most once a day; what a hold gives back later goes the next day.
        """
        day = calendar.day_of(self.at)
        for key, book in self.books.items():
            points = book.available - living.get(key, 0)
            if points > 0 and (book.community, Kind.EXPIRY, book.lapsing_on(day)) not in self.posted:
                transfer = book.expire(points, _of_itself("policy", policy, day), self.at)
                self._record(
                    transfer,
                    PointsExpired(
                        community=book.community,
                        transfer=transfer.id,
                        account=book.id,
                        points=points,
                        at=self.at,
                    ),
                )

    def merge(self, event: HouseholdMerged) -> Book | None:
        """The book that took over the household's; none when that was so before, or it is the same."""
        old, new = self.books[event.community, event.household], self.books[event.community, event.into]
        if old is new or old.id != event.household:
            return None
        day = calendar.day_of(self.at)
        leaving, coming = _of_itself("household", new.id, day), _of_itself("household", old.id, day)
        self.transfers += new.take_over(old, leaving, coming, self.at)
        return new

    # Bookkeeping

    def _has(self, event: Deed | PaymentRefunded, kind: Kind, source: str) -> bool:
        """Whether it was posted before; `WrongState` if with other points."""
        points = self.posted.get((event.community, kind, source))
        if points not in (None, event.points):
            raise errors.WrongState(f"{source} 已按 {points} 分记账，不能改为 {event.points} 分")
        return points is not None

    def _record(self, transfer: Transfer, told: Event) -> None:
        self.posted[transfer.community, transfer.kind, transfer.source] = transfer.points
        self.transfers.append(transfer)
        self.emitted.append(told)


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


def _of_itself(origin: str, origin_id: str, day: date) -> Cause:
    """What nobody did."""
    return Cause(origin=origin, origin_id=origin_id, person=None, day=day, period=calendar.period_of(day))


def _of_hold(event: Purchase, points: int, at: datetime) -> dict[str, Any]:
    return {
        "community": event.community,
        "hold": event.hold,
        "account": event.account,
        "points": points,
        "at": at,
    }
