"""The printed cards of one community's households."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.registry.domain.cards import Card
from services.registry.store.tables import cards


class CardRepository:
    """Loads and stores cards of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def find(self, household: str) -> Card | None:
        """Return the household's valid card, if it has one."""
        return self._session.scalar(
            select(Card).where(
                cards.c.community == self._community, cards.c.household == household, cards.c.revoked_at.is_(None)
            )
        )

    def get(self, household: str) -> Card:
        """Return the household's valid card. Raises `NotFound`."""
        found = self.find(household)
        if found is None:
            raise NotFound("该户没有有效的户码卡")
        return found

    def add(self, card: Card) -> None:
        """Store a new card, after a revoked one of the household was flushed: only one may be valid."""
        self._session.flush()
        self._session.add(card)
