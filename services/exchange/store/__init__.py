"""The exchange's own store: one module a table's noun, and the transaction that offers them together."""

from functools import cached_property

from directory import Directory
from messaging import Store, Transaction
from services.exchange.domain import sandbox
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Events
from services.exchange.store.cards import Cards
from services.exchange.store.codes import Codes
from services.exchange.store.merchants import Merchants
from services.exchange.store.purchases import Orders, Paycodes, Payments
from services.exchange.store.rewards import Rewards
from services.exchange.store.settlement import Settlement
from services.exchange.store.tables import metadata

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

    def directory(self, community: str) -> Directory:
        """Who lives where and holds which role in that community."""
        return Directory(self.session, community)

    def tell(self, purchase: Order | Payment, events: Events) -> None:
        """Tell the house what was decided; of test purchases only the sandbox hears."""
        if purchase.mode == "live":
            self.emit(*events)
        else:
            sandbox.answer(purchase, self.now)


class ExchangeStore(Store):
    transaction_class = ExchangeTransaction
