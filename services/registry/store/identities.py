"""People of all communities, found by phone number or id before the caller's community is known."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, CommunityAmbiguous, InvalidCredentials, NotFound, PhoneUnknown
from services.registry.domain.people import ERASED, EncryptedPhone, shown_name
from services.registry.store.tables import communities, people


class IdentityRepository:
    """Finds who a phone number or an id belongs to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def credential(self, phone_index: bytes) -> tuple[str, str, str]:
        """Return the id, community and password hash of who signs in with a phone number.

        Raises `InvalidCredentials` when nobody does.
        """
        found = self._session.execute(
            select(people.c.id, people.c.community, people.c.password_hash).where(
                people.c.phone_index == phone_index, people.c.password_hash.is_not(None)
            )
        ).one_or_none()
        if found is None:
            raise InvalidCredentials()
        return found.id, found.community, found.password_hash

    def holder(self, phone_index: bytes, community: str | None) -> tuple[str, str]:
        """Return the person with a phone number and their community.

        Raises `PhoneUnknown` when there is none, `CommunityAmbiguous`, with the choices, when several communities know
        the number and `community` is not given.
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

    def require_free(self, phone: EncryptedPhone | None, password_hash: str | None, holder: str | None = None) -> None:
        """Raise `AlreadyExists` when somebody other than `holder` signs in with that number, in any community.

        Locks the number until the transaction ends.
        """
        if phone is None or password_hash is None:
            return
        self._session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(phone.index[:8], signed=True))))
        known = self._session.scalar(
            select(people.c.id).where(people.c.phone_index == phone.index, people.c.password_hash.is_not(None))
        )
        if known not in (None, holder):
            raise AlreadyExists("该手机号已用于登录", [{"pointer": "/phone", "detail": "已用于登录"}])

    def community_of(self, person: str) -> str:
        """Return a person's community. Raises `NotFound`."""
        found: str | None = self._session.scalar(select(people.c.community).where(people.c.id == person))
        if found is None:
            raise NotFound("没有此人")
        return found

    def names(self, ids: Iterable[str], masked: bool) -> dict[str, str]:
        """Return names by person id, masked as 张* if asked for; 已注销 when erased. Unknown ids are left out."""
        rows = self._session.execute(
            select(people.c.id, people.c.name, people.c.erased_at).where(people.c.id.in_(list(ids)))
        )
        return {id: ERASED if erased_at else shown_name(name, masked=masked) for id, name, erased_at in rows}
