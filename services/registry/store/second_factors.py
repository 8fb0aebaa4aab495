"""Second factors of one community's people."""

from sqlalchemy import delete
from sqlalchemy.orm import Session as DatabaseSession

from services.registry.domain.second_factors import SecondFactor
from services.registry.store.tables import second_factors


class SecondFactorRepository:
    """Loads and stores second factors of one community."""

    def __init__(self, session: DatabaseSession, community: str) -> None:
        self._session = session
        self._community = community

    def find(self, person: str) -> SecondFactor | None:
        """Return a person's second factor, locked, also one that is not confirmed yet."""
        return self._session.get(SecondFactor, (self._community, person), with_for_update=True)

    def confirmed(self, person: str) -> SecondFactor | None:
        """Return a person's second factor, locked, if it is in effect."""
        found = self.find(person)
        return found if found and found.confirmed_at else None

    def add(self, factor: SecondFactor) -> None:
        """Store a new second factor."""
        self._session.add(factor)
        self._session.flush()

    def delete(self, person: str) -> None:
        """Delete a person's second factor."""
        self._session.execute(
            delete(second_factors).where(
                second_factors.c.community == self._community, second_factors.c.person == person
            )
        )
