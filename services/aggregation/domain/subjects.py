"""The books, holds and sources that a batch of events concerns: what must be loaded before it can be posted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from contracts import errors
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
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized
from services.aggregation.domain.books import BookKind, Kind

EntryEvent = EntryApproved | EntryFinalized | EntryCorrected
HoldRequest = OrderPlaced | PaymentAuthorized
HoldCapture = VoucherRedeemed | CodesIssued | PaymentCaptured
HoldRelease = OrderCancelled | VoucherLapsed | PaymentVoided
PurchaseEvent = HoldRequest | HoldCapture | HoldRelease | PaymentRefunded | RedemptionUndone


@dataclass(frozen=True, slots=True)
class Subjects:
    """The keys of what some events concern."""

    books: dict[tuple[str, str], BookKind | None]
    """(community, account) → the book's kind if the event implies it; such a book is opened on first use."""
    holds: set[tuple[str, str]]
    paying: set[tuple[str, str]]
    """(community, account) of the books of which points are to be held."""
    sources: set[tuple[str, str, str]]
    """(community, kind, source) of the transfers that the events would post."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        subjects = cls({}, set(), set(), set())
        for event in events:
            subjects._add(event)
        return subjects

    def _add(self, event: Event) -> None:
        community = event.community
        if isinstance(event, EntryEvent):
            account, kind = book_of(event)
            self.books[community, account] = kind
            if isinstance(event, EntryCorrected):
                self.sources.add((community, Kind.REVERSAL, event.correction))
            else:
                self.sources.add((community, Kind.CREDIT, event.entry))
        elif isinstance(event, PurchaseEvent):
            self.books.setdefault((community, event.account), None)
            self.holds.add((community, event.hold))
            if isinstance(event, HoldRequest):
                self.paying.add((community, event.account))
            elif isinstance(event, PaymentRefunded | RedemptionUndone):
                self.sources.add((community, Kind.REFUND, event.refund))


def book_of(event: EntryEvent) -> tuple[str, BookKind]:
    """Return the book an entry is posted to: the household's, or the head's own (R20, R22)."""
    if event.book == "head":
        return event.person, "head"
    if event.household is None:
        raise errors.Invalid(f"{event.entry} 应记入户的积分存折，但没有户")
    return event.household, "household"
