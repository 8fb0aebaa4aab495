"""Issuing, activating and voiding households' printed cards (R6)."""

from datetime import timedelta

from contracts.errors import WrongState
from contracts.instants import instant
from services.registry import permissions
from services.registry.domain.cards import Card
from services.registry.domain.places import Household
from services.registry.store import RegistryScope


def issue_card(scope: RegistryScope, household: Household, code: str, code_cipher: bytes, pin_hash: str) -> Card:
    """Issue a card and void the one the household had; its members see who issued it and has seen its PIN (R42).

    The card waits as long as a new member does, unless the issuer spends the household's points anyway. Raises
    `WrongState` for a merged household.
    """
    household.require_not_merged()
    revoke_card(scope, household.id)
    card, issued = Card.issue(
        scope.community,
        household.id,
        code,
        code_cipher,
        pin_hash,
        by=scope.person,
        at=scope.now,
        active_from=scope.now + timedelta(days=scope.current_community.policy.spending_wait_days),
    )
    scope.cards.add(card)
    scope.tx.emit(issued)
    if not card.is_active(scope.now) and permissions.spends_for_household(scope, household.id):
        scope.tx.emit(card.activate(scope.person, "member", scope.now))
    for member in scope.people.members_of(household.id, scope.today):
        scope.accesses.record(member.id, "card_issued", household.id)
    return card


def activate_card(scope: RegistryScope, household: str, issued_at: str) -> Card:
    """Let the household's card pay, the one that was issued at that moment and no later one.

    Raises `NotFound`, `RoleMissing`, `Recused`, `AlreadyDecided`, `WrongState`.
    """
    activated_as = permissions.activating_card(scope, household)
    card = scope.cards.get(household)
    if instant(card.issued_at) != issued_at:
        raise WrongState("户码卡已换成另一张，请刷新后再确认", facts={"issued_at": instant(card.issued_at)})
    if activated_as == "witness":
        permissions.require_witness(scope, card)
    scope.tx.emit(card.activate(scope.person, activated_as, scope.now))
    for member in scope.people.members_of(household, scope.today):
        scope.accesses.record(member.id, "card_activated", household)
    return card


def awaits_own_household(scope: RegistryScope) -> bool:
    """Return whether the card of the caller's household waits and they may activate it."""
    return scope.household is not None and permissions.may_activate_card(scope, scope.household)


def revoke_card(scope: RegistryScope, household: str) -> None:
    """Void the household's card, if it has one."""
    if card := scope.cards.find(household):
        scope.tx.emit(card.revoke(scope.now))
