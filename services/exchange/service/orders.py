"""Orders, their holds and vouchers, and pay codes (R6, R25, R28)."""

from contracts.calls.exchange import orders as calls
from contracts.paging import page_of
from contracts.registry import HouseholdMerged
from contracts.rpc import Caller, Page
from directory.permissions import HONOUR_BENEFITS
from messaging import command, query, receive, receive_batch, tick
from services.exchange import permissions
from services.exchange.store import ExchangeTransaction
from services.exchange.use_cases import holds, orders


class OrderCalls:
    @command
    def place_order(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        reward_id: str,
        quantity: int = 1,
        person_id: str | None = None,
        account_id: str | None = None,
    ) -> calls.Order:
        return orders.place_order(tx.scope(actor), reward_id, quantity, person_id, account_id)

    @query
    def get_order(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.Order:
        scope = tx.scope(actor)
        return orders.show_orders(scope, [permissions.get_own_order(scope, order_id)])[0]

    @query
    def list_orders(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        status: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Order]:
        found = orders.list_orders(tx.scope(actor), status, limit + 1, cursor)
        return page_of(found, limit, lambda order: order, lambda order: order["id"])

    @command
    def cancel_order(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.Order:
        return orders.cancel_order(tx.scope(actor), order_id)

    @command
    def honour_benefit(self, tx: ExchangeTransaction, *, actor: Caller, code: str) -> calls.Order:
        scope = tx.scope(actor)
        scope.require(HONOUR_BENEFITS)
        return orders.honour_benefit(scope, code)

    @command
    def issue_paycode(self, tx: ExchangeTransaction, *, actor: Caller, account_id: str | None = None) -> calls.Paycode:
        return orders.issue_paycode(tx.scope(actor), account_id)

    @receive_batch(*holds.HOLD_ANSWERS, size=200, linger=0.01)
    def follow_bank(self, tx: ExchangeTransaction, events: list[holds.HoldAnswer]) -> None:
        holds.apply_hold_answers(tx, events)

    @receive(HouseholdMerged)
    def follow_merge(self, tx: ExchangeTransaction, event: HouseholdMerged) -> None:
        tx.scope_of(event.community).orders.move_household(event.household, event.into)

    @tick(seconds=5)
    def lapse(self, tx: ExchangeTransaction) -> None:
        orders.end_overdue_orders(tx)

    @tick(seconds=60)
    def remind(self, tx: ExchangeTransaction) -> None:
        orders.remind_of_vouchers(tx)
