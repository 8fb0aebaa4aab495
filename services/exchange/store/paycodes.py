"""Pay codes."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from contracts.errors import PaycodeInvalid
from services.exchange.domain import codes
from services.exchange.domain.payments import Paycode
from services.exchange.domain.purchases import Mode
from services.exchange.store.tables import paycodes


class PaycodeRepository:
    """Loads and stores one community's pay codes."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, paycode: Paycode) -> None:
        self._session.add(paycode)

    def get(self, mode: Mode, digits: str) -> Paycode:
        """Return the code with these digits, locked. Raises PaycodeInvalid for unknown digits or another mode."""
        found = self._session.get(Paycode, (self._community, codes.digest(digits)), with_for_update=True)
        if found is None or found.mode != mode:
            raise PaycodeInvalid
        return found

    def delete_unused_of(self, person: str) -> None:
        """Delete a person's unused codes."""
        unused = (paycodes.c.community == self._community, paycodes.c.person == person, paycodes.c.used_at.is_(None))
        self._session.execute(delete(paycodes).where(*unused))
