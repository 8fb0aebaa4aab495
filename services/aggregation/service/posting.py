"""What moves points: decisions of review, purchases of the exchange, merged households, and expiry (R20–R24)."""

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
from messaging import receive, receive_batch, tick
from services.aggregation.store import AggregationTransaction


class PostingHandlers:
    @receive_batch(EntryApproved, EntryFinalized, EntryCorrected, size=500, linger=0.05)
    def post(self, tx: AggregationTransaction, events: list[Event]) -> None:
        tx.emit(*tx.ledger.post(events))

    @receive_batch(
        OrderPlaced,
        OrderCancelled,
        VoucherRedeemed,
        CodesIssued,
        VoucherLapsed,
        PaymentAuthorized,
        PaymentCaptured,
        PaymentVoided,
        PaymentRefunded,
        RedemptionUndone,
        size=500,
        linger=0.005,
    )
    def hold(self, tx: AggregationTransaction, events: list[Event]) -> None:
        """Post like `post`, with hardly any lingering: a customer waits at the till."""
        tx.emit(*tx.ledger.post(events))

    @receive(HouseholdMerged)
    def merge(self, tx: AggregationTransaction, event: HouseholdMerged) -> None:
        """Move a household's book into the other's; what is posted to it later goes there as well."""
        tx.ledger.merge(event)

    @tick(seconds=15)
    def lapse(self, tx: AggregationTransaction) -> None:
        """Once a day, community by community, post the points that lapse (R24)."""
        if due := tx.expiry_runs.take(tx.today):
            tx.emit(*tx.ledger.lapse(due.community, due.policy))
