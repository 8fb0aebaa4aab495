"""WeChat accounts, of all communities."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session as DatabaseSession

from contracts.errors import NotFound
from services.registry.domain.sessions import Account
from services.registry.store.tables import accounts, sessions


class AccountRepository:
    """Loads and stores WeChat accounts."""

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    def get(self, account: str) -> Account:
        """Return an account, locked. Raises `NotFound`."""
        found = self._session.get(Account, account, with_for_update=True)
        if found is None:
            raise NotFound("没有这个微信账号")
        return found

    def get_or_create(self, openid_indexes: Sequence[bytes]) -> Account:
        """Return the account found by any index of its openid, stored under the first; create it when it is new."""
        openid_index = openid_indexes[0]
        self._session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(openid_index[:8], signed=True))))
        account = self._session.scalar(select(Account).where(accounts.c.openid_index.in_(openid_indexes)))
        if account is not None:
            account.openid_index = openid_index
        else:
            account = Account(openid_index=openid_index)
            self._session.add(account)
            self._session.flush()
        return account

    def of_person(self, person: str, community: str) -> list[Account]:
        """Return the accounts that are bound to a person or wait for them, locked, the oldest binding first."""
        return list(self._session.scalars(self._query(person, community).with_for_update()))

    def list_of(self, person: str, community: str) -> list[Account]:
        """Return the same accounts, not locked."""
        return list(self._session.scalars(self._query(person, community)))

    def _query(self, person: str, community: str) -> Select[Account]:
        query = select(Account).where(
            or_(
                and_(accounts.c.community == community, accounts.c.person == person),
                and_(accounts.c.requested_community == community, accounts.c.requested_person == person),
            )
        )
        return query.order_by(accounts.c.bound_at, accounts.c.id)

    def is_bound(self, person: str, community: str) -> bool:
        """Return whether an account is bound to a person; locks the question until the transaction ends."""
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"binding {person}", 0))))
        query = select(accounts.c.id).where(accounts.c.community == community, accounts.c.person == person)
        return self._session.scalar(query.limit(1)) is not None

    def bound_among(self, people: Collection[str], community: str) -> set[str]:
        """Return those of these people to whom an account is bound."""
        query = select(accounts.c.person).where(accounts.c.community == community, accounts.c.person.in_(people))
        return {person for person in self._session.scalars(query) if person}

    def assign_sessions(self, account: Account, *, limited: bool) -> None:
        """Make the account's open sessions those of the person it is bound to, limited if they need a code first."""
        self._session.execute(
            update(sessions)
            .where(sessions.c.account == account.id)
            .values(person=account.person, community=account.community, limited=limited)
        )
