"""Payment by a household's printed card, and the registry's cards (R6, R25)."""

from contracts.calls.exchange import tills as calls
from contracts.calls.exchange.orders import CardShown, Denial
from contracts.registry import CardActivated, CardIssued, CardRevoked
from contracts.rpc import Caller
from messaging import command, query, receive_batch
from services.exchange import permissions, schemas
from services.exchange.store import ExchangeTransaction
from services.exchange.store.cards import upsert_cards
from services.exchange.use_cases import payments


class CardCalls:
    @receive_batch(CardIssued, CardActivated, CardRevoked, size=200, linger=0.05)
    def keep_cards(self, tx: ExchangeTransaction, events: list[CardIssued | CardActivated | CardRevoked]) -> None:
        upsert_cards(tx.session, events)

    @query
    def card_at_till(self, tx: ExchangeTransaction, *, actor: Caller, card_digest: str) -> CardShown:
        return {"pin_hash": payments.find_card(tx.scope(actor), schemas.till(actor), card_digest).pin_hash}

    @command
    def authorize_card(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        card_digest: str,
        pin_fits: bool,
        points: int,
        merchant_reference: str,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> calls.Authorization | Denial:
        scope = tx.scope(actor)
        at = permissions.till_in_shop(scope, actor, till, shop_id)
        return payments.authorize_by_card(scope, at, card_digest, pin_fits, points, merchant_reference)
