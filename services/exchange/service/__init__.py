"""The exchange service's calls and event handlers, one module a noun (R25–R28)."""

from typing import final

from contracts.calls.exchange import ExchangeApi
from services.exchange.service.cards import CardCalls
from services.exchange.service.honours import HonourCalls
from services.exchange.service.members import MemberHandlers
from services.exchange.service.merchants import MerchantCalls
from services.exchange.service.orders import OrderCalls
from services.exchange.service.payments import PaymentCalls
from services.exchange.service.people import PersonHandlers
from services.exchange.service.priorities import PriorityCalls
from services.exchange.service.rewards import RewardCalls
from services.exchange.service.sandbox import SandboxCalls
from services.exchange.service.settlement import SettlementCalls
from services.exchange.service.tills import TillCalls
from services.exchange.service.webhooks import WebhookCalls
from services.exchange.store import ExchangeStore


@final
class ExchangeService(
    RewardCalls,
    OrderCalls,
    CardCalls,
    TillCalls,
    SandboxCalls,
    PaymentCalls,
    MerchantCalls,
    WebhookCalls,
    SettlementCalls,
    HonourCalls,
    PriorityCalls,
    PersonHandlers,
    MemberHandlers,
    ExchangeApi,
):
    name = "exchange"
    store = ExchangeStore()
