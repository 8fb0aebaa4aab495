"""The printed cards of one community's households."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.registry.domain.cards import Card
from services.registry.store.tables import cards


class Cards:
    """What is asked of cards; other communities' are unknown here (R1)."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def of(self, household: str) -> Card | None:
        """The household's card that is good."""
        return self._session.scalar(
            select(Card).where(
                cards.c.community == self._community, cards.c.household == household, cards.c.revoked_at.is_(None)
            )
        )

    def get(self, household: str) -> Card:
        """`NotFound` when the household has no card that is good."""
        found = self.of(household)
        if found is None:
            raise NotFound("该户没有有效的户码卡")
        return found

    def add(self, card: Card) -> None:
        self._session.flush()
        self._session.add(card)
