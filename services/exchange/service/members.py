"""Who belongs to which household, and who does not spend its points yet (R6)."""

from contracts import registry
from contracts.event import Event
from directory import DirectoryUpdater, apply_facts
from messaging import receive_batch
from services.exchange.store import ExchangeTransaction
from services.exchange.store.spending_waits import upsert_waits


class MemberHandlers(DirectoryUpdater):
    @receive_batch(*registry.FACTS, registry.SpendingWaitChanged, size=500, linger=0.05)
    def keep_directory(self, tx: ExchangeTransaction, events: list[Event]) -> None:
        """Store memberships and waits in one transaction: a new member never spends before their wait is known."""
        upsert_waits(tx.session, events)
        apply_facts(tx.session, [event for event in events if isinstance(event, registry.FACTS)])
