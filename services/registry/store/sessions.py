"""Sessions and their refresh tokens, of all communities."""

from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session as DatabaseSession

from contracts.errors import SessionRevoked
from services.registry.domain.sessions import IDLE, RefreshToken, Session
from services.registry.store.tables import accounts, invitations, sessions


class SessionRepository:
    """Loads and stores sessions and refresh tokens."""

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    def add(self, session: Session, refresh_hash: str) -> None:
        """Store a new session with its first refresh token."""
        self._session.add(session)
        self._session.flush()
        self._session.add(RefreshToken(hash=refresh_hash, session=session.id))

    def add_token(self, token: RefreshToken) -> None:
        """Store the next refresh token of a session."""
        self._session.add(token)

    def get(self, session: str) -> Session | None:
        """Return a session, locked, if there is one."""
        return self._session.get(Session, session, with_for_update=True)

    def by_token(self, refresh_hash: str) -> tuple[RefreshToken, Session]:
        """Return a refresh token and its session, both locked. Raises `SessionRevoked` for an unknown token."""
        token = self._session.get(RefreshToken, refresh_hash, with_for_update=True)
        if token is None:
            raise SessionRevoked()
        return token, self._session.get_one(Session, token.session, with_for_update=True)

    def delete_expired(self, now: datetime) -> None:
        """Delete sessions that can no longer be refreshed."""
        self._session.execute(delete(sessions).where(sessions.c.refreshed_at < now - IDLE))

    def delete_person(self, person: str, community: str) -> None:
        """Delete everything a person can sign in with: sessions, WeChat accounts, invitations."""
        own_accounts = [accounts.c.community == community, accounts.c.person == person]
        by_account = sessions.c.account.in_(select(accounts.c.id).where(*own_accounts))
        by_person = and_(sessions.c.community == community, sessions.c.person == person)
        self._session.execute(delete(sessions).where(or_(by_person, by_account)))
        self._session.execute(delete(accounts).where(*own_accounts))
        self._session.execute(
            delete(invitations).where(invitations.c.community == community, invitations.c.person == person)
        )
