"""The exchange's store: repositories of one community, and of what waits in all of them."""

from functools import cached_property

from directory import DirectoryScope
from messaging import ScopedTransaction, Store
from services.exchange.store.cards import CardRepository
from services.exchange.store.codes import CodeRepository
from services.exchange.store.deliveries import DeliveryQueue
from services.exchange.store.due import DueRepository
from services.exchange.store.events import EventRepository
from services.exchange.store.honours import HonourRepository, TallyRepository
from services.exchange.store.keys import KeyRepository
from services.exchange.store.merchants import MerchantRepository
from services.exchange.store.orders import OrderRepository
from services.exchange.store.paycodes import PaycodeRepository
from services.exchange.store.payments import PaymentRepository
from services.exchange.store.priorities import PriorityCodeRepository
from services.exchange.store.reward_proposals import RewardProposalRepository
from services.exchange.store.rewards import RewardRepository
from services.exchange.store.settlement import SettlementRepository
from services.exchange.store.spending_waits import SpendingWaitRepository
from services.exchange.store.tables import metadata
from services.exchange.store.webhooks import WebhookRepository

__all__ = ["ExchangeScope", "ExchangeStore", "ExchangeTransaction", "metadata"]


class ExchangeScope(DirectoryScope["ExchangeTransaction"]):
    """Repositories of one community, on behalf of one caller."""

    @cached_property
    def rewards(self) -> RewardRepository:
        return RewardRepository(self.session, self.community)

    @cached_property
    def reward_proposals(self) -> RewardProposalRepository:
        return RewardProposalRepository(self.session, self.community)

    @cached_property
    def codes(self) -> CodeRepository:
        return CodeRepository(self.session, self.community)

    @cached_property
    def orders(self) -> OrderRepository:
        return OrderRepository(self.session, self.community)

    @cached_property
    def paycodes(self) -> PaycodeRepository:
        return PaycodeRepository(self.session, self.community)

    @cached_property
    def payments(self) -> PaymentRepository:
        return PaymentRepository(self.session, self.community)

    @cached_property
    def spending_waits(self) -> SpendingWaitRepository:
        return SpendingWaitRepository(self.session, self.community)

    @cached_property
    def cards(self) -> CardRepository:
        return CardRepository(self.session, self.community)

    @cached_property
    def merchants(self) -> MerchantRepository:
        return MerchantRepository(self.session, self.community)

    @cached_property
    def settlement(self) -> SettlementRepository:
        return SettlementRepository(self.session, self.community)

    @cached_property
    def webhooks(self) -> WebhookRepository:
        return WebhookRepository(self.session, self.community)

    @cached_property
    def events(self) -> EventRepository:
        return EventRepository(self.session, self.community)

    @cached_property
    def tallies(self) -> TallyRepository:
        return TallyRepository(self.session, self.community)

    @cached_property
    def honours(self) -> HonourRepository:
        return HonourRepository(self.session, self.community)

    @cached_property
    def priority_codes(self) -> PriorityCodeRepository:
        return PriorityCodeRepository(self.session, self.community)


class ExchangeTransaction(ScopedTransaction[ExchangeScope]):
    """A transaction on the exchange's store."""

    scope_class = ExchangeScope

    @cached_property
    def keys(self) -> KeyRepository:
        """Merchants' keys of all communities: the community is known from the key."""
        return KeyRepository(self.session)

    @cached_property
    def due(self) -> DueRepository:
        """What is due in any community."""
        return DueRepository(self.session)

    @cached_property
    def deliveries(self) -> DeliveryQueue:
        """Webhook deliveries of all communities that wait to be sent."""
        return DeliveryQueue(self.session)


class ExchangeStore(Store):
    transaction_class = ExchangeTransaction
