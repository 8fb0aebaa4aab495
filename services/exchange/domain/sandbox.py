"""Test mode: answers holds at once, from a fixed balance, so that a till can be tried without a resident."""

from datetime import datetime

from contracts import cards
from contracts.errors import CardInvalid
from services.exchange.domain.cards import Card
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import HoldState, Payer

BALANCE = 1000
"""What every test purchase can spend; dearer ones are refused."""

CARD_CODE, CARD_PIN = "2" * cards.LENGTH, "123456"
_CARD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$DBKqRw6HYpQhJlmJ9P1a1w$YDlG1hX7/JD+FDapwC7CiOmdkhFeJnNJJ2r6z2jHxXY"
"""The argon2 hash of `CARD_CODE` with `CARD_PIN`, precomputed."""

PAYER = Payer(account="hou_test", household="hou_test", person="per_test", acting="per_test")


def card(digest: str) -> Card:
    """Return the card of test mode, which never locks. Raises CardInvalid for any other."""
    if digest != cards.digest(CARD_CODE):
        raise CardInvalid
    return Card(community="", digest=digest, household=PAYER.household, pin_hash=_CARD_HASH)


def answer_hold(purchase: Order | Payment, at: datetime) -> bool:
    """Place or refuse the hold of a test purchase and return whether it had not been answered before."""
    if purchase.hold_state != HoldState.REQUESTED:
        return False
    if purchase.points <= BALANCE:
        purchase.hold_placed(at)
    else:
        purchase.hold_refused(BALANCE, at)
    return True
