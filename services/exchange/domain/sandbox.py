"""The bank of test mode: it answers at once and keeps nothing, so that a till can be tried without a resident."""

from datetime import datetime

from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Bank, Payer

BALANCE = 1000
"""What every test purchase can spend: a dearer one is refused, which is how refusals are tried."""

PAYER = Payer(account="hou_test", household="hou_test", person="per_test", acting="per_test")


def answer(purchase: Order | Payment, at: datetime) -> None:
    """Place or refuse the hold of a test purchase."""
    if purchase.bank != Bank.ASKED:
        return
    if purchase.points <= BALANCE:
        purchase.hold_placed(at)
    else:
        purchase.hold_refused(BALANCE, at)
