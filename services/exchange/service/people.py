"""Erased people: deletion of what the exchange stores about them."""

from contracts.registry import ResidentErased
from directory import apply_facts
from messaging import receive
from messaging.sql.redaction import redact_replies
from services.exchange.store import ExchangeTransaction


class PersonHandlers:
    @receive(ResidentErased)
    def forget_person(self, tx: ExchangeTransaction, event: ResidentErased) -> None:
        """Delete the person's unused codes and the reasons of decisions on them; purchases keep their id."""
        apply_facts(tx.session, [event])
        scope = tx.scope_of(event.community)
        scope.honours.erase_reasons(event.person)
        scope.priority_codes.delete_of(event.person)
        scope.paycodes.delete_unused_of(event.person)
        redact_replies(tx.session, event.person)
