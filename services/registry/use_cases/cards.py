"""Issuing and voiding households' printed cards (R6)."""

from services.registry.domain.cards import Card
from services.registry.domain.places import Household
from services.registry.store import RegistryScope


def issue_card(scope: RegistryScope, household: Household, code: str, code_cipher: bytes, pin_hash: str) -> Card:
    """Issue a card and void the one the household had; its members see who issued it and has seen its PIN (R42).

    Raises `WrongState` for a merged household.
    """
    household.require_not_merged()
    revoke_card(scope, household.id)
    card, issued = Card.issue(scope.community, household.id, code, code_cipher, pin_hash, by=scope.person, at=scope.now)
    scope.cards.add(card)
    scope.tx.emit(issued)
    for member in scope.people.members_of(household.id, scope.today):
        scope.accesses.record(member.id, "card_issued", household.id)
    return card


def revoke_card(scope: RegistryScope, household: str) -> None:
    """Void the household's card, if it has one."""
    if card := scope.cards.find(household):
        scope.tx.emit(card.revoke(scope.now))
