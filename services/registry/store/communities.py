"""The communities of the platform."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from services.registry.domain.communities import Community
from services.registry.store.tables import communities


class CommunityRepository:
    """Loads and stores communities. Who may see which is for the caller to check."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, community: str, *, for_update: bool = False) -> Community:
        """Return a community, locked if asked for. Raises `NotFound`."""
        lock = {"key_share": True} if for_update else None
        found = self._session.get(Community, community, with_for_update=lock)
        if found is None:
            raise NotFound("没有这个社区")
        return found

    def exists(self, community: str) -> bool:
        """Return whether there is a community of that id."""
        return self._session.get(Community, community) is not None

    def add(self, community: Community) -> None:
        """Store a new community. Raises `AlreadyExists` when its district has one of that name."""
        same_district = communities.c.district.is_not_distinct_from(community.district)
        if self._session.scalar(select(exists().where(communities.c.name == community.name, same_district))):
            raise AlreadyExists("该区已有同名社区", [{"pointer": "/name", "detail": "已存在"}])
        self._session.add(community)
        self._session.flush()

    def list(
        self, limit: int, after: str | None = None, only: str | None = None, without: str | None = None
    ) -> list[Community]:
        """Return communities in the order they were founded; with `only` that one alone, all but `without`."""
        query = select(Community)
        if after is not None:
            query = query.where(communities.c.id > after)
        if only is not None:
            query = query.where(communities.c.id == only)
        if without is not None:
            query = query.where(communities.c.id != without)
        return [*self._session.scalars(query.order_by(communities.c.id).limit(limit))]
