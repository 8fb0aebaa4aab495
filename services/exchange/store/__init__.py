"""The exchange's own store: one module a table's noun, and the transaction that offers them together."""

from functools import cached_property

from directory import Directory
from messaging import Store, Transaction
from services.exchange.domain import notices, sandbox
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Events
from services.exchange.store.cards import Cards
from services.exchange.store.codes import Codes
from services.exchange.store.honours import Honours, PriorityCodes, Tallies
from services.exchange.store.merchants import Merchants
from services.exchange.store.purchases import Orders, Paycodes, Payments
from services.exchange.store.rewards import Rewards
from services.exchange.store.settlement import Settlement
from services.exchange.store.tables import metadata
from services.exchange.store.webhooks import Webhooks

__all__ = ["ExchangeStore", "ExchangeTransaction", "metadata"]


class ExchangeTransaction(Transaction):
    """What a command or a handler of the exchange works with."""

    @cached_property
    def rewards(self) -> Rewards:
        return Rewards(self.session)

    @cached_property
    def cards(self) -> Cards:
        return Cards(self.session)

    @cached_property
    def codes(self) -> Codes:
        return Codes(self.session)

    @cached_property
    def tallies(self) -> Tallies:
        return Tallies(self.session)

    @cached_property
    def honours(self) -> Honours:
        return Honours(self.session)

    @cached_property
    def priority_codes(self) -> PriorityCodes:
        return PriorityCodes(self.session)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.session)

    @cached_property
    def payments(self) -> Payments:
        return Payments(self.session)

    @cached_property
    def paycodes(self) -> Paycodes:
        return Paycodes(self.session)

    @cached_property
    def merchants(self) -> Merchants:
        return Merchants(self.session)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(self.session)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.session)

    def directory(self, community: str) -> Directory:
        """Who lives where and holds which role in that community."""
        return Directory(self.session, community)

    def tell(self, purchase: Order | Payment, events: Events) -> None:
        """Tell the house, and the merchant, what was decided; of test purchases the house hears nothing."""
        for event in events:
            self._notify(purchase, notices.of_event(event))
        if purchase.mode == "live":
            self.emit(*events)
        elif sandbox.answer(purchase, self.now):
            self.tell_answer(purchase)

    def tell_answer(self, purchase: Order | Payment) -> None:
        """Tell the merchant what the bank has said about a payment."""
        self._notify(purchase, notices.of_answer(purchase))

    def _notify(self, purchase: Order | Payment, notice: notices.Notice | None) -> None:
        if notice is not None:
            whose = (purchase.community, notice.merchant, purchase.mode)
            self.webhooks.notify(*whose, notice.type, notice.data, self.now)


class ExchangeStore(Store):
    transaction_class = ExchangeTransaction
