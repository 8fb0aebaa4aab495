"""Orders over RPC, and what the bank and the clock make of them (R25, R28)."""

from contracts.calendar import day_of
from contracts.registry import HouseholdMerged
from messaging import Actor, command, query, receive, receive_batch, tick
from services.exchange import access, bank, reading, schemas
from services.exchange.domain.orders import Order
from services.exchange.store import ExchangeTransaction


class Ordering:
    """Beside the service class: orders with their vouchers."""

    @command
    def place_order(self, tx: ExchangeTransaction, actor, reward_id, quantity=1, person_id=None, account_id=None):
        by, today = Actor.of(actor), day_of(tx.now)
        directory = tx.directory(by.community)
        # before any lock, so that whoever comes too late to a rush does not wait in line to hear it
        tx.rewards.get(by.community, reward_id).must_be_there(quantity, day=today)
        paying = access.payer(directory, by.person, person=person_id, account=account_id, day=today)
        policy = directory.policy()
        reward = tx.rewards.get(by.community, reward_id, for_update=True)
        before = tx.orders.ordered_before(reward, paying)
        order, events = Order.place(reward, quantity, paying, ordered_before=before, policy=policy, at=tx.now)
        tx.orders.add(order)
        tx.tell(order, events)
        return schemas.order(order, reward, at=tx.now)

    @query
    def get_order(self, tx: ExchangeTransaction, actor, order_id):
        return reading.order(tx, access.own_order(tx, Actor.of(actor), order_id))

    @query
    def list_orders(self, tx: ExchangeTransaction, actor, status=None, limit=20, cursor=None):
        by = Actor.of(actor)
        household = tx.directory(by.community).household_of(by.person, day_of(tx.now))
        found = tx.orders.page(
            by.community, person=by.person, household=household, state=status, limit=limit + 1, after=cursor
        )
        return schemas.paged(reading.orders(tx, by.community, found), limit)

    @command
    def cancel_order(self, tx: ExchangeTransaction, actor, order_id):
        by = Actor.of(actor)
        order = access.own_order(tx, by, order_id, for_update=True)
        reward = tx.rewards.get(order.community, order.reward, for_update=True)
        tx.tell(order, order.cancel(reward, by=by.person, at=tx.now))
        return schemas.order(order, reward, at=tx.now)

    @command
    def honour_benefit(self, tx: ExchangeTransaction, actor, code):
        by = access.host(tx, Actor.of(actor))
        order = tx.orders.with_code(by.community, "live", code, for_update=True)
        reward = tx.rewards.get(by.community, order.reward, for_update=True)
        tx.tell(order, order.honour_benefit(reward, by=by.person, at=tx.now))
        return schemas.order(order, reward, at=tx.now)

    @receive_batch(*bank.ANSWERS, size=200, linger=0.01)
    def follow_bank(self, tx: ExchangeTransaction, events):
        bank.follow(tx, events)

    @receive(HouseholdMerged)
    def follow_merge(self, tx: ExchangeTransaction, event):
        tx.orders.hand_over(event.community, event.household, event.into)

    @tick(seconds=5)
    def lapse(self, tx: ExchangeTransaction):
        due = tx.orders.due(tx.now)
        shelf = tx.rewards.locked((order.community, order.reward) for order in due)
        for order in due:
            tx.tell(order, order.lapse(shelf[order.reward], at=tx.now))

    @tick(seconds=60)
    def remind(self, tx: ExchangeTransaction):
        for order in tx.orders.lapsing(tx.now):
            tx.tell(order, order.remind(tx.now))
