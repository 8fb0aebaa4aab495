"""The record of what changed about signing in, of one community's people."""

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from contracts.calls.registry.accounts import SignInChangeKind
from services.registry.domain.sessions import SignInChange
from services.registry.store.tables import sign_in_changes


class SignInChangeRepository:
    """Stores and lists what changed about signing in, of one community."""

    def __init__(self, session: DatabaseSession, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, change: SignInChange) -> None:
        """Store a change."""
        self._session.add(change)

    def of_person(self, person: str, limit: int, before: str | None = None) -> list[SignInChange]:
        """Return a person's changes, the latest first; with `before` those earlier than the change of that id."""
        query = select(SignInChange).where(
            sign_in_changes.c.community == self._community, sign_in_changes.c.person == person
        )
        if before is not None:
            query = query.where(sign_in_changes.c.id < before)
        return list(self._session.scalars(query.order_by(sign_in_changes.c.id.desc()).limit(limit)))

    def latest(self, person: str, kind: SignInChangeKind) -> SignInChange | None:
        """Return a person's latest change of one kind."""
        query = select(SignInChange).where(
            sign_in_changes.c.community == self._community,
            sign_in_changes.c.person == person,
            sign_in_changes.c.kind == kind,
        )
        return self._session.scalars(query.order_by(sign_in_changes.c.id.desc()).limit(1)).first()
