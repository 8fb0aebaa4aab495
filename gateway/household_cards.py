"""Households' printed cards: the PIN is verified here, since argon2 takes processor time; the exchange counts (R6)."""

from collections.abc import Callable
from typing import TypeVar, cast

from contracts import cards
from contracts.calls.exchange.orders import CardShown, Denial
from contracts.errors import CardInvalid, PinWrong
from gateway.security import passwords

T = TypeVar("T")


def check_pin(typed: str, pin: str, find: Callable[[str], CardShown]) -> tuple[str, bool]:
    """Return the digest of a card's code as typed, and whether the PIN is right. `find` gets the digest.

    Raises CardInvalid and what `find` raises.
    """
    code = cards.normalize(typed)
    if code is None:
        raise CardInvalid
    digest = cards.digest(code)
    return digest, passwords.verify_password(cards.pin_secret(code, pin), find(digest)["pin_hash"])


def require_accepted(reply: T | Denial) -> T:
    """Return the reply to a purchase by card. Raises PinWrong if it is a denial."""
    if cast(Denial, reply)["status"] != "denied":
        return cast(T, reply)
    denial = cast(Denial, reply)
    raise PinWrong(
        f"密码不正确，还可再试 {denial['tries_left']} 次",
        facts={"tries_left": denial["tries_left"], "locked_until": denial["locked_until"]},
    )
