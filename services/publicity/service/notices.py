"""Handlers of other services' events that become notices (R37). One a publisher, since the method names its queue."""

from contracts.aggregation import PointsExpired
from contracts.claims import ClaimSubmitted
from contracts.event import Event
from messaging import receive
from services.publicity.domain.notices import ENGAGEMENT_EVENTS, EXCHANGE_EVENTS, REVIEW_EVENTS
from services.publicity.store import PublicityTransaction
from services.publicity.use_cases.notices import notify


class NoticeHandlers:
    @receive(ClaimSubmitted)
    def notify_of_claims(self, tx: PublicityTransaction, event: ClaimSubmitted) -> None:
        notify(tx, event)

    @receive(*REVIEW_EVENTS)
    def notify_of_reviews(self, tx: PublicityTransaction, event: Event) -> None:
        notify(tx, event)

    @receive(PointsExpired)
    def notify_of_points(self, tx: PublicityTransaction, event: PointsExpired) -> None:
        notify(tx, event)

    @receive(*EXCHANGE_EVENTS)
    def notify_of_purchases(self, tx: PublicityTransaction, event: Event) -> None:
        notify(tx, event)

    @receive(*ENGAGEMENT_EVENTS)
    def notify_of_activities(self, tx: PublicityTransaction, event: Event) -> None:
        notify(tx, event)
