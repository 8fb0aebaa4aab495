"""Erasure of personal data: an erased person has no inbox (R42)."""

from contracts.registry import ResidentErased
from messaging import receive
from messaging.sql.redaction import redact_replies
from services.publicity.store import PublicityTransaction


class ErasureHandlers:
    @receive(ResidentErased)
    def forget_person(self, tx: PublicityTransaction, event: ResidentErased) -> None:
        scope = tx.scope_of(event.community)
        scope.inbox.forget(event.person)
        scope.notices.forget(event.person)
        redact_replies(tx.session, event.person)
