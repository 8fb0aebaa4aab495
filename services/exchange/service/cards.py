"""Printed cards over RPC and events: a household without a phone pays at a till (R6, R25)."""

from contracts.calendar import day_of, start_of
from contracts.registry import CardIssued, CardRevoked
from messaging import command, query, receive_batch
from services.exchange import access, schemas
from services.exchange.domain.cards import must_stay_within
from services.exchange.domain.payments import Payment
from services.exchange.store import ExchangeTransaction


class Cards:
    """Beside the service class: cards shown at a till, and what the registry tells of them."""

    @receive_batch(CardIssued, CardRevoked, size=200, linger=0.05)
    def keep_cards(self, tx: ExchangeTransaction, events):
        tx.cards.keep(events)

    @query
    def card_at_till(self, tx: ExchangeTransaction, actor, card_digest):
        """What the gateway reckons with; a locked or void card is refused only where attempts are counted."""
        return {"pin_hash": tx.cards.at(schemas.till(actor), card_digest).pin_hash}

    @command
    def authorize_card(
        self, tx: ExchangeTransaction, actor, card_digest, pin_fits, points, merchant_reference, till=None, shop_id=None
    ):
        """A wrong PIN is an effect, not a refusal: it is counted, and the answer says `denied`."""
        till = access.counter(tx, actor, till, shop_id)
        card = tx.cards.at(till, card_digest, for_update=True)
        if not card.accept(pin_fits, tx.now):
            return schemas.denial(card)
        if till.mode == "live":
            limit = tx.directory(till.community).policy().card_daily_points
            must_stay_within(limit, tx.payments.spent_by_card(card, start_of(day_of(tx.now))), points)
        asked = {"merchant_reference": merchant_reference, "at": tx.now}
        payment, events = Payment.authorize_by_card(card, access.holder(tx, card, till), points, till, **asked)
        tx.payments.add(payment)
        tx.tell(payment, events)
        return schemas.payment(payment)
