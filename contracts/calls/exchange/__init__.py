"""What the gateway may ask of the exchange: rewards, orders, merchants, tills, settlement, honours (R25–R28)."""

from typing import Protocol

from contracts.calls.exchange.honours import HonoursApi
from contracts.calls.exchange.merchants import MerchantsApi
from contracts.calls.exchange.orders import OrdersApi
from contracts.calls.exchange.payments import PaymentsApi
from contracts.calls.exchange.priorities import PrioritiesApi
from contracts.calls.exchange.rewards import RewardsApi
from contracts.calls.exchange.settlement import SettlementApi
from contracts.calls.exchange.tills import TillsApi
from contracts.calls.exchange.webhooks import WebhooksApi

__all__ = ["ExchangeApi"]


class ExchangeApi(
    RewardsApi,
    OrdersApi,
    TillsApi,
    PaymentsApi,
    MerchantsApi,
    WebhooksApi,
    SettlementApi,
    HonoursApi,
    PrioritiesApi,
    Protocol,
):
    """The calls of the exchange service."""
