"""Test mode: answers holds at once, from a fixed balance, so that a till can be tried without a resident (R27).

Codes that docs/merchants.md lists for developers have the outcomes that are hard to bring about otherwise.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from contracts import cards, test_mode
from contracts.errors import (
    AccountClosed,
    CardInvalid,
    CardLimitReached,
    CardLocked,
    CardNotActive,
    InsufficientPoints,
    PaycodeInvalid,
    Refusal,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    WrongMerchant,
)
from contracts.instants import instant
from services.exchange.domain import codes
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Till
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import PAYCODE_LIFETIME, Paycode, Payment
from services.exchange.domain.payments import State as PaymentState
from services.exchange.domain.purchases import HoldState, Payer

BALANCE = 1000
"""What every test purchase can spend; dearer ones are refused."""

SLOW_AFTER = timedelta(seconds=5)
"""When the hold of a payment that is to be pending is answered."""

PAYER = Payer(account="hou_test", household="hou_test", person="per_test", acting="per_test")
_POOR, _CLOSED, _SLOW = (replace(PAYER, account=f"hou_test_{kind}") for kind in ("poor", "closed", "slow"))
SLOW_ACCOUNT = _SLOW.account

PAYCODE_PAYERS: dict[str, Payer] = {
    "860000000000000200": PAYER,
    "860000000000000202": _SLOW,
    "860000000000004221": _POOR,
    "860000000000004222": _CLOSED,
    **dict.fromkeys(test_mode.PAYCODES, PAYER),  # the gateway refuses the first requests
}
"""Pay codes that are never used up, by whom they charge."""

PAYCODE_REFUSALS: dict[str, type[Refusal]] = {
    "860000000000004223": PaycodeInvalid,
}
VOUCHER_REFUSALS: dict[str, type[Refusal]] = {
    "TEST00000403": WrongMerchant,
    "TEST00000409": VoucherAlreadyRedeemed,
    "TEST00000410": VoucherExpired,
    **test_mode.VOUCHERS,
}

CARD_CODE, CARD_PIN = "2" * cards.LENGTH, "123456"
"""The card that pays, and the PIN of all test cards."""
LOCKED_CARD_CODE, LIMITED_CARD_CODE, NEW_CARD_CODE = (digit * cards.LENGTH for digit in "345")
CARD_LOCKED_FOR = timedelta(minutes=1)
"""How long five wrong PINs lock the card that pays: not a day, so that a developer can go on."""
NEW_CARD_WAITS = timedelta(days=2)
"""How long the card that nobody has activated is always said to wait."""

_ARGON2 = "$argon2id$v=19$m=19456,t=2,p=1$"
_PIN_HASHES = {
    CARD_CODE: f"{_ARGON2}DBKqRw6HYpQhJlmJ9P1a1w$YDlG1hX7/JD+FDapwC7CiOmdkhFeJnNJJ2r6z2jHxXY",
    LOCKED_CARD_CODE: f"{_ARGON2}6Y0V0c+/h1NWL/Gp9QB5zw$Tlc1iPDxFiZAM+lvxS/gm79o2J9zbG7PuhqcBBX/2lw",
    LIMITED_CARD_CODE: f"{_ARGON2}pNMfEtDYWtsIzncGc/oTyw$otuRcXBwWVlKeDyCg6os43ns83hD1fmGQIJP6BAMWu8",
    NEW_CARD_CODE: f"{_ARGON2}Rbax28u/e9s+Fd+tnuvKkQ$AjL8pc6Y4a0r3Pyj2/vCjvGWbuFvmsJzTmUaoxSsrKw",
}
"""The argon2 hash of each card's code with `CARD_PIN`, precomputed."""
_CARDS = {cards.digest(code): code for code in _PIN_HASHES}


def paycode(digits: str, *, community: str, at: datetime) -> Paycode | None:
    """Return the pay code of a documented outcome, None for other digits. Raises the outcome if it is a refusal."""
    if refusal := PAYCODE_REFUSALS.get(digits):
        raise refusal
    if (payer := PAYCODE_PAYERS.get(digits)) is None:
        return None
    return Paycode(
        community=community,
        digest=codes.digest(digits),
        mode="test",
        account=payer.account,
        household=payer.household,
        person=payer.person,
        expires_at=at + PAYCODE_LIFETIME,
    )


def require_no_refusal(voucher: str) -> None:
    """Raise the documented outcome of a voucher's code as typed, if it has one."""
    if refusal := VOUCHER_REFUSALS.get(codes.normalized(voucher)):
        raise refusal


def is_new_voucher(code: str) -> bool:
    """Whether a code as typed is redeemed as a new voucher each time; the gateway refuses the first requests."""
    return codes.normalized(code) in test_mode.VOUCHERS


def card(till: Till, digest: str) -> Card:
    """Return a card of test mode, as it is before its first use by the till's merchant. Raises CardInvalid."""
    if digest not in _CARDS:
        raise CardInvalid
    return Card(
        community=till.community,
        digest=f"test/{till.merchant}/{digest}",
        household=PAYER.household,
        pin_hash=_PIN_HASHES[_CARDS[digest]],
    )


def require_usable(digest: str, at: datetime) -> None:
    """Raise CardLocked for the card that is always locked, CardNotActive for the one that always waits."""
    if _CARDS.get(digest) == NEW_CARD_CODE:
        raise CardNotActive(facts={"active_from": instant(at + NEW_CARD_WAITS)})
    if _CARDS.get(digest) == LOCKED_CARD_CODE:
        raise CardLocked(facts={"locked_until": (at + CARD_LOCKED_FOR).isoformat()})


def require_below_limit(digest: str) -> None:
    """Raise CardLimitReached for the card whose daily limit is always used up."""
    if _CARDS.get(digest) == LIMITED_CARD_CODE:
        raise CardLimitReached


def answer_hold(purchase: Order | Payment, at: datetime) -> bool:
    """Place or refuse the hold of a test purchase and return whether it had not been answered before."""
    if purchase.hold_state != HoldState.REQUESTED or _is_to_wait(purchase, at):
        return False
    if purchase.account == _CLOSED.account:
        purchase.hold_refused(BALANCE, at, AccountClosed.code)
    elif purchase.account == _POOR.account or purchase.points > BALANCE:
        purchase.hold_refused(min(BALANCE, purchase.points - 1), at, InsufficientPoints.code)
    else:
        purchase.hold_placed(at)
    return True


def _is_to_wait(purchase: Order | Payment, at: datetime) -> bool:
    if not isinstance(purchase, Payment) or purchase.account != SLOW_ACCOUNT:
        return False
    return purchase.state == PaymentState.PENDING and at < purchase.created_at + SLOW_AFTER
