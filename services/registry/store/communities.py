"""The communities of the platform."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from services.registry.domain.communities import Community
from services.registry.store.tables import communities


class Communities:
    """Every community; who may see which is for the caller to ask."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, community: str | None, *, lock: bool = False) -> Community:
        """`NotFound` when there is none of that id; `lock`: nobody else changes anything in it meanwhile."""
        found = self._session.get(Community, community, with_for_update={"key_share": True} if lock else None)
        if found is None:
            raise NotFound("没有这个社区")
        return found

    def exists(self, community: str) -> bool:
        return self._session.get(Community, community) is not None

    def add(self, community: Community) -> None:
        """`AlreadyExists` when the district has one of that name."""
        same = communities.c.district.is_not_distinct_from(community.district)
        if self._session.scalar(select(exists().where(communities.c.name == community.name, same))):
            raise AlreadyExists("该区已有同名社区", [{"pointer": "/name", "detail": "已存在"}])
        self._session.add(community)
        self._session.flush()

    def page(self, limit: int, after: str | None = None, only: str | None = None) -> list[Community]:
        """Communities in the order they were founded; `only`: that one alone."""
        asked = select(Community)
        if after is not None:
            asked = asked.where(communities.c.id > after)
        if only is not None:
            asked = asked.where(communities.c.id == only)
        return list(self._session.scalars(asked.order_by(communities.c.id).limit(limit)))
