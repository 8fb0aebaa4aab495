"""Test mode over RPC: things for a till to be tried with (R27)."""

from messaging import command
from services.exchange import access, schemas
from services.exchange.domain import sandbox
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode
from services.exchange.store import ExchangeTransaction


class Sandbox:
    """Beside the service class: vouchers and pay codes that a test key makes up."""

    @command
    def make_test_voucher(self, tx: ExchangeTransaction, actor, reward_id=None, quantity=1):
        till = access.sandbox_till(actor)
        reward = tx.rewards.get(till.community, reward_id) if reward_id else tx.rewards.for_trying(till)
        policy = tx.directory(till.community).policy()
        order, events = Order.place(reward, quantity, sandbox.PAYER, policy=policy, at=tx.now, mode="test")
        tx.orders.add(order)
        tx.tell(order, events)
        return schemas.order(order, reward, at=tx.now)

    @command
    def make_test_paycode(self, tx: ExchangeTransaction, actor):
        till = access.sandbox_till(actor)
        paycode, digits = Paycode.issue(sandbox.PAYER, community=till.community, at=tx.now, mode="test")
        tx.paycodes.add(paycode)
        return schemas.paycode(paycode, digits)
