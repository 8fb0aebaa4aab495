"""Sessions and their refresh tokens, of all communities."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session as DatabaseSession

from contracts.errors import SessionRevoked
from services.registry.domain.sessions import IDLE, RefreshToken, Session
from services.registry.store.tables import accounts, invitations, second_factors, sessions, sign_in_changes


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

    def token(self, refresh_hash: str) -> RefreshToken | None:
        """Return a refresh token, if there is one."""
        return self._session.get(RefreshToken, refresh_hash, populate_existing=True)

    def valid_of(self, person: str, community: str, now: datetime) -> list[Session]:
        """Return a person's sessions that can be refreshed, the latest first."""
        query = select(Session).where(
            sessions.c.community == community,
            sessions.c.person == person,
            sessions.c.closed_at.is_(None),
            sessions.c.refreshed_at > now - IDLE,
        )
        return list(self._session.scalars(query.order_by(sessions.c.opened_at.desc(), sessions.c.id.desc())))

    def is_known_client(self, session: Session) -> bool:
        """Return whether the person of a session has another one, also a closed one, of the same client."""
        query = select(sessions.c.id).where(
            sessions.c.community == session.community,
            sessions.c.person == session.person,
            sessions.c.client == session.client,
            sessions.c.id != session.id,
        )
        return self._session.scalar(query.limit(1)) is not None

    def close_of_person(self, person: str, community: str, at: datetime, except_for: str | None = None) -> None:
        """Close a person's sessions, except for the one given."""
        self._close(at, sessions.c.community == community, sessions.c.person == person, sessions.c.id != except_for)

    def close_of_account(self, account: str, at: datetime) -> None:
        """Close the sessions that were opened with a WeChat account."""
        self._close(at, sessions.c.account == account)

    def closed_since(self, since: datetime) -> list[str]:
        """Return the sessions of all communities that were closed since an instant."""
        return list(self._session.scalars(select(sessions.c.id).where(sessions.c.closed_at >= since)))

    def _close(self, at: datetime, *conditions: ColumnElement[bool]) -> None:
        self._session.execute(update(sessions).where(sessions.c.closed_at.is_(None), *conditions).values(closed_at=at))

    def delete_expired(self, now: datetime) -> None:
        """Delete sessions that can no longer be refreshed."""
        self._session.execute(delete(sessions).where(sessions.c.refreshed_at < now - IDLE))

    def delete_person(self, person: str, community: str, at: datetime) -> None:
        """Delete everything a person can sign in with: sessions, WeChat accounts, invitations.

        Closed sessions stay, without the person, until they expire, so that gateways refuse their access tokens.
        """
        own_accounts = [accounts.c.community == community, accounts.c.person == person]
        by_account = sessions.c.account.in_(select(accounts.c.id).where(*own_accounts))
        by_person = and_(sessions.c.community == community, sessions.c.person == person)
        self._close(at, or_(by_person, by_account))
        nobody = {"person": None, "community": None, "account": None, "client": ""}
        self._session.execute(update(sessions).where(or_(by_person, by_account)).values(nobody))
        self._session.execute(delete(accounts).where(*own_accounts))
        self._session.execute(
            update(accounts)
            .where(accounts.c.requested_community == community, accounts.c.requested_person == person)
            .values(requested_person=None, requested_community=None, requested_by=None, requested_at=None)
        )
        for table in (invitations, second_factors, sign_in_changes):
            self._session.execute(delete(table).where(table.c.community == community, table.c.person == person))
