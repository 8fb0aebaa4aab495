"""Handlers of review's events."""

from contracts.event import Event
from messaging import receive_batch
from services.claims.store import ClaimsTransaction
from services.claims.use_cases.review_events import REVIEW_EVENTS, apply_review_events


class ReviewEventHandlers:
    @receive_batch(*REVIEW_EVENTS, size=200, linger=0.05)
    def follow_review(self, tx: ClaimsTransaction, events: list[Event]) -> None:
        apply_review_events(tx, events)
