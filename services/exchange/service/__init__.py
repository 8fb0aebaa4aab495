"""The exchange over RPC (R25, R27, R28): one file a noun, put together here into the one nameko class."""

from directory import KeepsDirectory
from services.exchange.service.books import Books
from services.exchange.service.cards import Cards
from services.exchange.service.honours import Honours
from services.exchange.service.merchants import Merchants
from services.exchange.service.orders import Ordering
from services.exchange.service.paycodes import Paycodes
from services.exchange.service.payments import Payments
from services.exchange.service.people import People
from services.exchange.service.priorities import Priorities
from services.exchange.service.reconciliations import Reconciliations
from services.exchange.service.sandbox import Sandbox
from services.exchange.service.shelf import Shelf
from services.exchange.service.tills import Tills
from services.exchange.service.webhooks import Webhooks
from services.exchange.store import ExchangeStore


class ExchangeService(
    Shelf,
    Ordering,
    Paycodes,
    Cards,
    Tills,
    Payments,
    Merchants,
    Webhooks,
    Books,
    Reconciliations,
    Sandbox,
    Honours,
    Priorities,
    People,
    KeepsDirectory,
):
    name = "exchange"
    store = ExchangeStore()
