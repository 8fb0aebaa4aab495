"""Who signs in: found by what he presents, before it is known which community he belongs to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session as Database

from contracts.errors import (
    AlreadyExists,
    CommunityAmbiguous,
    InvalidCredentials,
    InvitationInvalid,
    NotFound,
    PhoneUnknown,
    SessionRevoked,
)
from services.registry.domain.people import ERASED, SealedPhone, shown_name
from services.registry.domain.sessions import IDLE, Account, Invitation, RefreshToken, Session
from services.registry.store.tables import accounts, communities, invitations, people, sessions


class SigningIn:
    """Credentials, sessions, WeChat accounts and invitations."""

    def __init__(self, session: Database) -> None:
        self._session = session

    def credential(self, phone_index: bytes) -> Row[Any]:
        """Whose number it is and the hash of his password; `InvalidCredentials` when nobody signs in with it."""
        found = self._session.execute(
            select(people.c.id, people.c.community, people.c.password_hash).where(
                people.c.phone_index == phone_index, people.c.password_hash.is_not(None)
            )
        ).one_or_none()
        if found is None:
            raise InvalidCredentials()
        return found

    def holder(self, phone_index: bytes, community: str | None) -> tuple[str, str]:
        """The person with that number and his community; `community` chooses where several know the number.

        `PhoneUnknown` when none does; `CommunityAmbiguous`, naming them, when it has to be chosen.
        """
        found = self._session.execute(
            select(people.c.id, people.c.community, communities.c.name)
            .join(communities, communities.c.id == people.c.community)
            .where(people.c.phone_index == phone_index)
            .order_by(people.c.community)
        ).all()
        holders = [row for row in found if community in (None, row.community)]
        if not holders:
            raise PhoneUnknown()
        if len(holders) > 1:
            raise CommunityAmbiguous(
                errors=[{"pointer": "/community_id", "detail": "请选择"}],
                facts={"communities": [{"id": row.community, "name": row.name} for row in holders]},
            )
        return holders[0].id, holders[0].community

    def must_be_free(self, phone: SealedPhone | None, password_hash: str | None, holder: str | None = None) -> None:
        """One number signs in as one person on the whole platform; `AlreadyExists` when it is another than `holder`."""
        if phone is None or password_hash is None:
            return
        self._session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(phone.index[:8], signed=True))))
        known = self._session.scalar(
            select(people.c.id).where(people.c.phone_index == phone.index, people.c.password_hash.is_not(None))
        )
        if known not in (None, holder):
            raise AlreadyExists("该手机号已用于登录", [{"pointer": "/phone", "detail": "已用于登录"}])

    def community_of(self, person: str) -> str:
        """`NotFound` when nobody has that id."""
        found = self._session.scalar(select(people.c.community).where(people.c.id == person))
        if found is None:
            raise NotFound("没有此人")
        return found

    def names(self, ids: Iterable[str], masked: bool) -> dict[str, str]:
        """Names by person id; masked as 张*; 已注销 for those erased. Unknown ids are left out."""
        rows = self._session.execute(
            select(people.c.id, people.c.name, people.c.erased_at).where(people.c.id.in_(list(ids)))
        )
        return {id: ERASED if erased_at else shown_name(name, masked=masked) for id, name, erased_at in rows}

    # Sessions

    def open(self, session: Session, refresh_hash: str) -> None:
        self._session.add(session)
        self._session.flush()
        self._session.add(RefreshToken(hash=refresh_hash, session=session.id))

    def token(self, refresh_hash: str) -> tuple[RefreshToken, Session]:
        """A refresh token with its session, both locked; `SessionRevoked` when it was never given out."""
        token = self._session.get(RefreshToken, refresh_hash, with_for_update=True)
        if token is None:
            raise SessionRevoked()
        return token, self._session.get_one(Session, token.session, with_for_update=True)

    def keep(self, token: RefreshToken) -> None:
        self._session.add(token)

    def session(self, session: str) -> Session | None:
        return self._session.get(Session, session, with_for_update=True)

    def forget(self, before: datetime) -> None:
        """Delete sessions that nobody can use any more."""
        self._session.execute(delete(sessions).where(sessions.c.refreshed_at < before - IDLE))

    # WeChat accounts

    def account_of(self, openid_indexes: Sequence[bytes]) -> Account:
        """The account of an openid, by any of its indexes; kept under the first, and made when it comes at first."""
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

    def account(self, account: str) -> Account:
        """`NotFound` when there is none of that id."""
        found = self._session.get(Account, account, with_for_update=True)
        if found is None:
            raise NotFound("没有这个微信账号")
        return found

    def bound(self, account: Account) -> None:
        """The account's open sessions are from now on its person's."""
        self._session.execute(
            update(sessions)
            .where(sessions.c.account == account.id)
            .values(person=account.person, community=account.community)
        )

    def forget_person(self, person: str, community: str) -> None:
        """Delete everything by which that person could sign in: sessions, accounts, invitations."""
        his = [accounts.c.community == community, accounts.c.person == person]
        by_his_account = sessions.c.account.in_(select(accounts.c.id).where(*his))
        in_his_name = and_(sessions.c.community == community, sessions.c.person == person)
        self._session.execute(delete(sessions).where(or_(in_his_name, by_his_account)))
        self._session.execute(delete(accounts).where(*his))
        self._session.execute(
            delete(invitations).where(invitations.c.community == community, invitations.c.person == person)
        )

    # Invitations

    def invite(self, invitation: Invitation) -> None:
        """Keep an invitation; it takes the place of the person's earlier ones that nobody accepted."""
        self._session.execute(
            delete(invitations).where(
                invitations.c.community == invitation.community,
                invitations.c.person == invitation.person,
                invitations.c.accepted_at.is_(None),
            )
        )
        self._session.add(invitation)

    def invitation(self, code_indexes: Sequence[bytes]) -> Invitation:
        """`InvitationInvalid` when there is none with that code."""
        asked = select(Invitation).where(invitations.c.code_index.in_(code_indexes))
        found = self._session.scalar(asked.with_for_update())
        if found is None:
            raise InvitationInvalid()
        return found
