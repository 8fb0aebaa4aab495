"""Test mode: vouchers and pay codes for trying a till (R27)."""

from contracts.calls.exchange import orders as calls
from contracts.rpc import Caller
from messaging import command
from services.exchange import permissions
from services.exchange.store import ExchangeTransaction
from services.exchange.use_cases import sandbox


class SandboxCalls:
    @command
    def make_test_voucher(
        self, tx: ExchangeTransaction, *, actor: Caller, reward_id: str | None = None, quantity: int = 1
    ) -> calls.Order:
        return sandbox.make_test_voucher(tx.scope(actor), permissions.test_till(actor), reward_id, quantity)

    @command
    def make_test_paycode(self, tx: ExchangeTransaction, *, actor: Caller) -> calls.Paycode:
        permissions.test_till(actor)
        return sandbox.make_test_paycode(tx.scope(actor))
