"""Households' cards."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import not_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.errors import CardInvalid
from contracts.registry import CardActivated, CardIssued, CardRevoked
from services.exchange.domain.cards import Card
from services.exchange.store.tables import cards


class CardRepository:
    """Loads the copies of one community's cards."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def get(self, digest: str, *, for_update: bool = False) -> Card:
        """Return a card, locked if asked for. Raises CardInvalid."""
        found = self._session.get(Card, (self._community, digest), with_for_update=for_update or None)
        if found is None:
            raise CardInvalid
        return found

    def get_or_add(self, card: Card) -> Card:
        """Return the stored card with this one's digest, locked; store this one if there is none."""
        facts = {name: getattr(card, name) for name in (column.name for column in cards.c)}
        self._session.execute(insert(cards).values(facts).on_conflict_do_nothing())
        return self.get(card.digest, for_update=True)


def upsert_cards(session: Session, events: Iterable[CardIssued | CardActivated | CardRevoked]) -> None:
    """Store what the registry published about cards, idempotently and in any order.

    The event of issuing alone has the PIN. If it comes after a later one it adds the PIN, unless the card is void.
    """
    for event in sorted(events, key=lambda event: (event.community, event.card_digest, event.sequence)):
        facts: dict[str, Any] = {"household": event.household}
        newer = cards.c.sequence < event.sequence
        match event:
            case CardIssued():
                facts |= {"pin_hash": event.pin_hash, "issued_by": event.issued_by}
                added = facts | {"active_from": event.active_from, "revoked": False, "sequence": event.sequence}
                condition = not_(cards.c.revoked)
            case CardActivated():
                facts |= {"active_from": event.active_from, "sequence": event.sequence}
                added, condition = facts | {"revoked": False}, newer
            case CardRevoked():
                facts |= {"pin_hash": None, "issued_by": None, "revoked": True, "sequence": event.sequence}
                added, condition = facts, newer
        row = insert(cards).values(community=event.community, digest=event.card_digest, tries=0, **added)
        session.execute(row.on_conflict_do_update(index_elements=["community", "digest"], set_=facts, where=condition))
