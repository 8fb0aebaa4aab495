"""Priority codes."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contracts.errors import PriorityCodeInvalid
from services.exchange.domain import codes
from services.exchange.domain.priorities import PriorityCode
from services.exchange.store.tables import priority_codes


class PriorityCodeRepository:
    """Loads and stores one community's priority codes."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, code: PriorityCode) -> None:
        self._session.add(code)

    def get(self, digits: str) -> PriorityCode:
        """Return the code with these digits, locked. Raises PriorityCodeInvalid."""
        found = self._session.get(PriorityCode, (self._community, codes.digest(digits)), with_for_update=True)
        if found is None:
            raise PriorityCodeInvalid
        return found

    def used_of(self, person: str, *, limit: int) -> Sequence[PriorityCode]:
        """Return a person's used codes, latest first."""
        rows = select(PriorityCode).where(
            priority_codes.c.community == self._community,
            priority_codes.c.person == person,
            priority_codes.c.used_at.is_not(None),
        )
        return self._session.scalars(rows.order_by(priority_codes.c.used_at.desc()).limit(limit)).all()

    def delete_of(self, person: str) -> None:
        """Delete all codes of a person, used ones too."""
        self._session.execute(
            delete(priority_codes).where(
                priority_codes.c.community == self._community, priority_codes.c.person == person
            )
        )
