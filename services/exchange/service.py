"""The exchange over RPC: the shelf, orders, tills and what merchants are owed (R25, R27, R28)."""

from contracts.calendar import day_of
from directory import KeepsDirectory
from messaging import Actor, command, query, receive_batch, tick
from services.exchange import access, bank, schemas
from services.exchange.domain import sandbox
from services.exchange.domain.merchants import Key, Merchant
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.rewards import Reward
from services.exchange.domain.settlement import Line
from services.exchange.store import ExchangeStore, ExchangeTransaction


class ExchangeService(KeepsDirectory):
    name = "exchange"
    store = ExchangeStore()

    # The shelf

    @query
    def list_rewards(self, tx: ExchangeTransaction, actor, all=False, limit=20, cursor=None):
        by = Actor.of(actor)
        if all:
            access.keeper(tx, by)
        found = tx.rewards.page(by.community, on=None if all else day_of(tx.now), limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.reward)

    @query
    def get_reward(self, tx: ExchangeTransaction, actor, reward_id):
        return schemas.reward(tx.rewards.get(Actor.of(actor).community, reward_id))

    @command
    def offer_reward(self, tx: ExchangeTransaction, actor, **form):
        by = access.keeper(tx, Actor.of(actor))
        tx.merchants.must_all_exist(by.community, form["merchant_ids"])
        reward = Reward.offer(community=by.community, at=tx.now, **schemas.terms(form))
        tx.rewards.add(reward)
        return schemas.reward(reward)

    @command
    def revise_reward(self, tx: ExchangeTransaction, actor, reward_id, **form):
        by = access.keeper(tx, Actor.of(actor))
        tx.merchants.must_all_exist(by.community, form["merchant_ids"])
        reward = tx.rewards.get(by.community, reward_id, for_update=True)
        reward.revise(**schemas.terms(form))
        return schemas.reward(reward)

    # Orders

    @command
    def place_order(self, tx: ExchangeTransaction, actor, reward_id, quantity=1, person_id=None, account_id=None):
        by, today = Actor.of(actor), day_of(tx.now)
        directory = tx.directory(by.community)
        # before any lock, so that whoever comes too late to a rush does not wait in line to hear it
        tx.rewards.get(by.community, reward_id).must_be_there(quantity, day=today)
        paying = access.payer(directory, by.person, person=person_id, account=account_id, day=today)
        days = directory.policy().voucher_days
        reward = tx.rewards.get(by.community, reward_id, for_update=True)
        before = tx.orders.ordered_before(reward, paying.household)
        order, events = Order.place(reward, quantity, paying, ordered_before=before, voucher_days=days, at=tx.now)
        tx.orders.add(order)
        tx.tell(order, events)
        return schemas.order(order, reward)

    @query
    def get_order(self, tx: ExchangeTransaction, actor, order_id):
        order = access.own_order(tx, Actor.of(actor), order_id)
        return schemas.order(order, tx.rewards.get(order.community, order.reward))

    @query
    def list_orders(self, tx: ExchangeTransaction, actor, status=None, limit=20, cursor=None):
        by = Actor.of(actor)
        household = tx.directory(by.community).household_of(by.person, day_of(tx.now))
        found = tx.orders.page(
            by.community, person=by.person, household=household, state=status, limit=limit + 1, after=cursor
        )
        shelf = tx.rewards.named(by.community, {order.reward for order in found})
        return schemas.page(found, limit, lambda order: schemas.order(order, shelf[order.reward]))

    @command
    def cancel_order(self, tx: ExchangeTransaction, actor, order_id):
        by = Actor.of(actor)
        order = access.own_order(tx, by, order_id, for_update=True)
        reward = tx.rewards.get(order.community, order.reward, for_update=True)
        tx.tell(order, order.cancel(reward, by=by.person, at=tx.now))
        return schemas.order(order, reward)

    # What the bank and the clock bring about

    @receive_batch(*bank.ANSWERS, size=200, linger=0.01)
    def follow_bank(self, tx: ExchangeTransaction, events):
        bank.follow(tx, events)

    @tick(seconds=5)
    def lapse(self, tx: ExchangeTransaction):
        due = tx.orders.due(tx.now)
        shelf = tx.rewards.locked((order.community, order.reward) for order in due)
        for order in due:
            tx.tell(order, order.lapse(shelf[order.reward], at=tx.now))

    @tick(seconds=5)
    def expire(self, tx: ExchangeTransaction):
        for payment in tx.payments.due(tx.now):
            tx.tell(payment, payment.expire(tx.now))
        tx.paycodes.forget(tx.now)

    # Partner merchants and their keys

    @query
    def list_merchants(self, tx: ExchangeTransaction, actor, limit=20, cursor=None):
        found = tx.merchants.page(Actor.of(actor).community, limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.merchant)

    @query
    def get_merchant(self, tx: ExchangeTransaction, actor, merchant_id):
        return schemas.merchant(tx.merchants.get(Actor.of(actor).community, merchant_id))

    @command
    def admit_merchant(self, tx: ExchangeTransaction, actor, name, address=""):
        by = access.committee(tx, Actor.of(actor))
        merchant = Merchant.admit(community=by.community, name=name, address=address, at=tx.now)
        tx.merchants.add(merchant)
        return schemas.merchant(merchant)

    @command
    def revise_merchant(self, tx: ExchangeTransaction, actor, merchant_id, name, address="", active=True):
        by = access.committee(tx, Actor.of(actor))
        merchant = tx.merchants.get(by.community, merchant_id, for_update=True)
        merchant.revise(name=name, address=address, active=active)
        return schemas.merchant(merchant)

    @query
    def list_keys(self, tx: ExchangeTransaction, actor, merchant_id):
        merchant = tx.merchants.get(access.operator(tx, Actor.of(actor), merchant_id).community, merchant_id)
        return {"data": [schemas.key(key) for key in tx.merchants.keys_of(merchant)], "next_cursor": None}

    @command
    def issue_key(self, tx: ExchangeTransaction, actor, merchant_id, mode, scopes, shown, digest):
        by = access.operator(tx, Actor.of(actor), merchant_id)
        merchant = tx.merchants.get(by.community, merchant_id, for_update=True)
        active = tx.merchants.active_keys(merchant, mode)
        made = {"shown": shown, "digest": digest, "by": by.person, "at": tx.now}
        key = Key.issue(merchant, mode, scopes, active=active, **made)
        tx.merchants.add(key)
        return schemas.key(key)

    @command
    def revoke_key(self, tx: ExchangeTransaction, actor, merchant_id, key_id):
        by = access.operator(tx, Actor.of(actor), merchant_id)
        key = tx.merchants.key(tx.merchants.get(by.community, merchant_id), key_id)
        key.revoke(tx.now)
        return schemas.key(key)

    @query
    def authenticate_key(self, tx: ExchangeTransaction, key_hash, scopes=()):
        key, merchant = tx.merchants.with_digest(key_hash)
        key.must_allow(merchant, scopes)
        return schemas.credential(key)

    # At the till: vouchers

    @query
    def verify_voucher(self, tx: ExchangeTransaction, actor, code):
        till = schemas.till(actor)
        order = tx.orders.with_code(till.community, till.mode, code)
        reward = tx.rewards.get(order.community, order.reward)
        order.must_be_honoured(reward, merchant=till.merchant, at=tx.now)
        return schemas.voucher(order, reward)

    @command
    def redeem_voucher(self, tx: ExchangeTransaction, actor, code, merchant_reference=None, till=None):
        till = schemas.till(actor, till)
        order = tx.orders.with_code(till.community, till.mode, code, for_update=True)
        reward = tx.rewards.get(order.community, order.reward, for_update=True)
        tx.tell(order, order.redeem(reward, merchant=till.merchant, at=tx.now))
        value = tx.directory(till.community).policy().point_value_fen
        line = Line.of_redemption(order, till, merchant_reference=merchant_reference, point_value_fen=value, at=tx.now)
        tx.settlement.add(line)
        return schemas.redemption(order, reward, line)

    # At the till: payments

    @command
    def issue_paycode(self, tx: ExchangeTransaction, actor, account_id=None):
        by = Actor.of(actor)
        paying = access.payer(
            tx.directory(by.community), by.person, person=None, account=account_id, day=day_of(tx.now)
        )
        paycode, digits = Paycode.issue(paying, community=by.community, at=tx.now)
        tx.paycodes.add(paycode)
        return schemas.paycode(paycode, digits)

    @command
    def authorize(self, tx: ExchangeTransaction, actor, paycode, points, merchant_reference, till=None):
        till = schemas.till(actor, till)
        code = tx.paycodes.locked(till.community, till.mode, paycode)
        payment, events = Payment.authorize(code, points, till, merchant_reference=merchant_reference, at=tx.now)
        tx.payments.add(payment)
        tx.tell(payment, events)
        return schemas.payment(payment)

    @query
    def get_payment(self, tx: ExchangeTransaction, actor, payment_id):
        return schemas.payment(tx.payments.of(schemas.till(actor), payment_id))

    @command
    def capture(self, tx: ExchangeTransaction, actor, payment_id, points=None, till=None):
        till = schemas.till(actor, till)
        payment = tx.payments.of(till, payment_id, for_update=True)
        tx.tell(payment, payment.capture(points, tx.now))
        value = tx.directory(till.community).policy().point_value_fen
        tx.settlement.add(Line.of_capture(payment, till, point_value_fen=value, at=tx.now))
        return schemas.payment(payment)

    @command
    def void(self, tx: ExchangeTransaction, actor, payment_id):
        payment = tx.payments.of(schemas.till(actor), payment_id, for_update=True)
        tx.tell(payment, payment.void(tx.now))
        return schemas.payment(payment)

    @command
    def refund(self, tx: ExchangeTransaction, actor, authorization_id, points, merchant_reference, till=None):
        till = schemas.till(actor, till)
        payment = tx.payments.of(till, authorization_id, for_update=True)
        refund, events = payment.refund(points, tx.now)
        tx.tell(payment, events)
        value = tx.settlement.value_of(payment)
        line = Line.of_refund(
            refund,
            points,
            payment,
            till,
            merchant_reference=merchant_reference,
            point_value_fen=value,
            at=tx.now,
        )
        tx.settlement.add(line)
        return schemas.refund(line, payment)

    # What merchants see of their books

    @query
    def list_transactions(
        self, tx: ExchangeTransaction, actor, merchant_reference=None, period=None, limit=20, cursor=None
    ):
        till = schemas.till(actor)
        found = tx.settlement.page(till, reference=merchant_reference, period=period, limit=limit + 1, after=cursor)
        answer = schemas.page(found, limit, schemas.line)
        payment = merchant_reference and tx.payments.with_reference(till, merchant_reference)
        return answer | {"authorization": schemas.payment(payment) if payment else None}

    @query
    def list_settlements(self, tx: ExchangeTransaction, actor, period=None, limit=20, cursor=None):
        till = schemas.till(actor)
        months = [period] if period else tx.settlement.periods(till, limit=limit + 1, before=cursor)
        return schemas.page([tx.settlement.statement(till, month) for month in months], limit, schemas.statement)

    @query
    def get_settlement(self, tx: ExchangeTransaction, actor, period):
        till = schemas.till(actor)
        lines = tx.settlement.page(till, period=period)
        return schemas.statement(tx.settlement.statement(till, period)) | {
            "data": [schemas.line(line) for line in lines]
        }

    # Test mode

    @command
    def make_test_voucher(self, tx: ExchangeTransaction, actor, reward_id, quantity=1):
        till = access.sandbox_till(actor)
        reward = tx.rewards.get(till.community, reward_id)
        days = tx.directory(till.community).policy().voucher_days
        order, events = Order.place(
            reward, quantity, sandbox.PAYER, ordered_before=0, voucher_days=days, at=tx.now, mode="test"
        )
        tx.orders.add(order)
        tx.tell(order, events)
        return schemas.order(order, reward)

    @command
    def make_test_paycode(self, tx: ExchangeTransaction, actor):
        till = access.sandbox_till(actor)
        paycode, digits = Paycode.issue(sandbox.PAYER, community=till.community, at=tx.now, mode="test")
        tx.paycodes.add(paycode)
        return schemas.paycode(paycode, digits)
