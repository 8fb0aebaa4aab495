"""Orders, their holds and vouchers, and pay codes (R6, R25, R28)."""

from contracts.calls.exchange import orders as calls
from contracts.paging import Selection, counted_page, page_of
from contracts.registry import HouseholdMerged
from contracts.rpc import Caller, CountedPage, Page
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
        paycode: str | None = None,
        card_digest: str | None = None,
        pin_fits: bool = False,
    ) -> calls.Order | calls.Denial:
        shown = orders.Shown(paycode, card_digest, pin_fits)
        return orders.place_order(tx.scope(actor), reward_id, quantity, person_id, account_id, shown)

    @query
    def card_shown(self, tx: ExchangeTransaction, *, actor: Caller, card_digest: str) -> calls.CardShown:
        return {"pin_hash": tx.scope(actor).cards.get(card_digest).pin_hash}

    @command
    def give_consent(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.Order:
        return orders.give_consent(tx.scope(actor), order_id)

    @command
    def refuse_consent(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.Order:
        return orders.refuse_consent(tx.scope(actor), order_id)

    @command
    def mark_order_seen(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.Order:
        return orders.mark_seen(tx.scope(actor), order_id)

    @query
    def list_paper_notices(
        self, tx: ExchangeTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.PaperNotice]:
        found = orders.list_paper_notices(tx.scope(actor), limit + 1, cursor)
        return page_of(found, limit, lambda notice: notice, lambda notice: notice["order_id"])

    @command
    def mark_told(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.PaperNotice:
        return orders.mark_told(tx.scope(actor), order_id)

    @query
    def get_order(self, tx: ExchangeTransaction, *, actor: Caller, order_id: str) -> calls.Order:
        return orders.get_order(tx.scope(actor), order_id)

    @query
    def count_waiting_orders(self, tx: ExchangeTransaction, *, actor: Caller) -> calls.WaitingOrders:
        scope = tx.scope(actor)
        household = permissions.household_of_orders(scope)
        awaiting, unseen, to_redeem = scope.orders.count_waiting(scope.person, household)
        return {"awaiting_consent": awaiting, "unseen": unseen, "to_redeem": to_redeem}

    @query
    def list_orders(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        status: list[calls.OrderStatus] | calls.OrderStatus | None = None,
        changed_since: str | None = None,
        unseen: bool = False,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Order]:
        scope = tx.scope(actor)
        found = orders.list_orders(scope, Selection.of(status, changed_since), unseen)
        shown = orders.show_orders(scope, found.page(limit + 1, cursor))
        count = found.count if totals else None
        return counted_page(shown, limit, lambda order: order, lambda order: order["id"], count=count)

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
