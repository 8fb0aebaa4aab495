"""People whose data was erased: what was written about them goes, and what they could still show."""

from contracts.registry import ResidentErased
from directory import keep
from messaging import receive
from messaging.sql.redaction import redact_replies
from services.exchange.store import ExchangeTransaction


class People:
    """Beside the service class: hears who is erased."""

    @receive(ResidentErased)
    def forget_person(self, tx: ExchangeTransaction, event):
        """Purchases, holds and decisions keep his id; the reasons of decisions and his unused codes go."""
        keep(tx.session, [event])
        tx.honours.forget_words(event.community, event.person)
        tx.priority_codes.forget_person(event.community, event.person)
        tx.paycodes.forget_person(event.community, event.person)
        redact_replies(tx.session, event.person)
