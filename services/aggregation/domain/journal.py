"""Applies a batch of events to the books, in order.

The store locks the books and loads what it knows of each event's subject; the journal decides; the store writes. An
event that was posted before is skipped; one that gives the same id other points is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypedDict

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
    RedemptionUndone,
    VoucherLapsed,
    VoucherRedeemed,
)
from contracts.registry import HouseholdMerged
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized
from services.aggregation.domain.books import Book, Cause, Kind, Transfer
from services.aggregation.domain.holds import Hold, HoldState
from services.aggregation.domain.subjects import (
    EntryEvent,
    HoldCapture,
    HoldRelease,
    HoldRequest,
    PurchaseEvent,
    book_of,
)


@dataclass(slots=True)
class Journal:
    """What one transaction loaded and what it decided; every key begins with the community."""

    at: datetime
    books: dict[tuple[str, str], Book] = field(default_factory=dict)
    """The books concerned; a book without points is missing, a merged one is replaced by its successor."""
    closed: frozenset[tuple[str, str]] = frozenset()
    """Books of households that have left the community: no new hold is placed on them."""
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)
    posted: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(community, kind, source) → points of what is already posted, of all the events' sources."""
    transfers: list[Transfer] = field(default_factory=list)
    pending: dict[tuple[str, str], EntryApproved] = field(default_factory=dict)
    """Approved and not yet final (R17)."""
    emitted: list[Event] = field(default_factory=list)

    def post(self, events: Iterable[Event]) -> None:
        """Apply `events` in their order.

        Raises a refusal for an event that contradicts what is known or refers to what is not known yet; nothing of the
        batch may then be written.
        """
        for event in events:
            _APPLY[type(event)](self, event)

    # Events of review

    def _approve(self, event: EntryApproved) -> None:
        if (event.community, Kind.CREDIT, event.entry) not in self.posted:
            self.pending[event.community, event.entry] = event

    def _finalize(self, event: EntryFinalized) -> None:
        if self._is_posted(event, Kind.CREDIT, event.entry):
            return
        self.pending.pop((event.community, event.entry), None)
        transfer = self._book_of(event).credit(event.points, event.entry, _cause_of_entry(event), self.at)
        self._add_transfer(
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
        if self._is_posted(event, Kind.REVERSAL, event.correction):
            return
        book, cause = self._book_of(event), _cause_of_entry(event)
        transfer = book.reverse(event.points, event.correction, event.entry, cause, self.at)
        self._add_transfer(
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

    def _book_of(self, event: EntryEvent) -> Book:
        account, kind = book_of(event)
        return self.books.setdefault((event.community, account), Book(community=event.community, id=account, kind=kind))

    # Events of the exchange

    def _place(self, event: HoldRequest) -> None:
        known = self.holds.get((event.community, event.hold))
        if known:
            return known.require_same(event.account, event.points)
        book = self.books.get((event.community, event.account))
        closed = book is not None and (book.community, book.id) in self.closed
        if book and not closed and book.hold(event.points):
            self._add_hold(event, HoldState.OPEN)
            self.emitted.append(HoldPlaced(**_hold_fields(event, event.points, self.at)))
        else:
            self._add_hold(event, HoldState.REFUSED)
            available = book.available if book else 0
            reason = "account_closed" if closed else "insufficient_points"
            self.emitted.append(
                HoldRefused(**_hold_fields(event, event.points, self.at), available=available, reason=reason)
            )
        return None

    def _capture(self, event: HoldCapture) -> None:
        hold = self._hold_of(event)
        if hold.capture(event.points, self.at):
            book = self.books[event.community, hold.account]
            transfer = book.capture(event.points, hold.points, hold.id, _cause_of_purchase(event), self.at)
            self._add_transfer(transfer, HoldCaptured(**_hold_fields(event, event.points, self.at), sequence=2))

    def _release(self, event: HoldRelease) -> None:
        if (event.community, event.hold) not in self.holds:
            self._add_hold(
                event, HoldState.RELEASED
            )  # released before it was requested: the late request finds it ended
            self.emitted.append(HoldReleased(**_hold_fields(event, event.points, self.at), sequence=2))
            return
        hold = self._hold_of(event)
        if hold.release(self.at):
            book = self.books[event.community, hold.account]
            repayment = book.release(hold.points, hold.id, _cause_of_purchase(event), self.at)
            self.transfers += [repayment] if repayment else []
            self.emitted.append(HoldReleased(**_hold_fields(event, hold.points, self.at), sequence=2))

    def _refund(self, event: PaymentRefunded | RedemptionUndone) -> None:
        if self._is_posted(event, Kind.REFUND, event.refund):
            return
        hold = self._hold_of(event)
        hold.refund(event.points)
        book = self.books[event.community, hold.account]
        transfer = book.refund(event.points, event.refund, hold.id, _cause_of_purchase(event), self.at)
        self._add_transfer(transfer, PointsRefunded(**_hold_fields(event, event.points, self.at), refund=event.refund))

    def _add_hold(self, event: HoldRequest | HoldRelease, state: HoldState) -> None:
        self.holds[event.community, event.hold] = Hold(
            community=event.community,
            id=event.hold,
            account=event.account,
            points=event.points,
            state=state,
            placed_at=self.at,
            ended_at=None if state is HoldState.OPEN else self.at,
        )

    def _hold_of(self, event: PurchaseEvent) -> Hold:
        known = self.holds.get((event.community, event.hold))
        if known is None:
            raise errors.HoldUnknown(f"还没有收到 {event.hold} 的冻结请求，稍后重试")
        if known.account != event.account:
            raise errors.HoldAlreadyResolved(f"{known.id} 属于 {known.account}，不属于 {event.account}")
        return known

    # Expiry and merged households

    def lapse(self, living: Mapping[tuple[str, str], int], policy: str) -> None:
        """Expire every book's available points beyond `living`, the points of lots that can still be spent (R24).

        A book's points expire at most once a day; what a hold releases later expires the next day.
        """
        day = calendar.day_of(self.at)
        for key, book in self.books.items():
            points = book.available - living.get(key, 0)
            if points > 0 and (book.community, Kind.EXPIRY, book.lapsing_on(day)) not in self.posted:
                transfer = book.expire(points, _cause_without_person("policy", policy, day), self.at)
                self._add_transfer(
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
        """Move a household's book into the other's; return the latter, or None when nothing changes."""
        old, new = self.books[event.community, event.household], self.books[event.community, event.into]
        if old is new or old.id != event.household:
            return None
        day = calendar.day_of(self.at)
        leaving, coming = (
            _cause_without_person("household", new.id, day),
            _cause_without_person("household", old.id, day),
        )
        self.transfers += new.take_over(old, leaving, coming, self.at)
        return new

    # Helpers

    def _is_posted(self, event: EntryEvent | PaymentRefunded | RedemptionUndone, kind: Kind, source: str) -> bool:
        """Return whether it was posted before. Raises `WrongState` if with other points."""
        points = self.posted.get((event.community, kind, source))
        if points not in (None, event.points):
            raise errors.WrongState(f"{source} 已按 {points} 分记账，不能改为 {event.points} 分")
        return points is not None

    def _add_transfer(self, transfer: Transfer, event: Event) -> None:
        self.posted[transfer.community, transfer.kind, transfer.source] = transfer.points
        self.transfers.append(transfer)
        self.emitted.append(event)


_APPLY: dict[type[Event], Callable[[Journal, Any], None]] = {
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
    RedemptionUndone: Journal._refund,
}


def _cause_of_entry(event: EntryEvent) -> Cause:
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


def _cause_of_purchase(event: PurchaseEvent) -> Cause:
    day = calendar.day_of(event.at)
    return Cause(
        origin=event.subject_field,
        origin_id=event.subject,
        person=event.person,
        day=day,
        period=calendar.period_of(day),
        merchant=getattr(event, "merchant", None),
    )


def _cause_without_person(origin: str, origin_id: str, day: date) -> Cause:
    return Cause(origin=origin, origin_id=origin_id, person=None, day=day, period=calendar.period_of(day))


class _HoldFields(TypedDict):
    """The fields that all events of a hold share."""

    community: str
    hold: str
    account: str
    points: int
    at: datetime


def _hold_fields(event: PurchaseEvent, points: int, at: datetime) -> _HoldFields:
    return {
        "community": event.community,
        "hold": event.hold,
        "account": event.account,
        "points": points,
        "at": at,
    }
