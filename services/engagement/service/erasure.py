"""Erasure of personal data: an erased person takes part in nothing to come (R42)."""

from contracts.registry import ResidentErased
from messaging import receive
from messaging.sql.redaction import redact_replies
from services.engagement.store import EngagementTransaction
from services.engagement.use_cases import posts, signups


class ErasureHandlers:
    @receive(ResidentErased)
    def forget_person(self, tx: EngagementTransaction, event: ResidentErased) -> None:
        signups.forget(tx, event.community, event.person)
        tx.scope_of(event.community).attendances.empty_texts(event.person)
        posts.forget(tx, event.community, event.person)
        tx.scope_of(event.community).surveys.forget(event.person)
        tx.scope_of(event.community).courses.forget(event.person)
        redact_replies(tx.session, event.person)
