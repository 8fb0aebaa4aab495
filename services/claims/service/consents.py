"""Consents of people, as the registry publishes them (R42)."""

from contracts.registry import ConsentRecorded
from messaging import receive
from services.claims.store import ClaimsTransaction


class ConsentHandlers:
    @receive(ConsentRecorded)
    def follow_consents(self, tx: ClaimsTransaction, event: ConsentRecorded) -> None:
        if event.purpose == "photos":
            tx.scope_of(event.community).photo_consents.store(event.person, event.given, event.sequence)
