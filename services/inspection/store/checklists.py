"""Every version of every community's checklist."""

from sqlalchemy import desc, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts import errors
from services.inspection.domain import Checklist
from services.inspection.store.tables import checklists


class Checklists:
    """What inspectors look at, version by version."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def current(self, community: str) -> Checklist:
        """The newest version; `NotFound` before there is one."""
        found = next(iter(self.page(community, 1, None)), None)
        if found is None:
            raise errors.NotFound("本社区尚未制定卫生检查表")
        return found

    def page(self, community: str, limit: int, before: int | None) -> list[Checklist]:
        """Newest first, from the one below `before`."""
        rows = select(Checklist).where(checklists.c.community == community)
        if before is not None:
            rows = rows.where(checklists.c.version < before)
        return list(self._session.scalars(rows.order_by(desc(checklists.c.version)).limit(limit)))

    def get(self, community: str, version: int) -> Checklist:
        """The version a round was opened with."""
        return self._session.get_one(Checklist, (community, version))

    def next_version(self, community: str) -> int:
        """One more than the newest."""
        newest = select(checklists.c.version).where(checklists.c.community == community)
        return (self._session.scalar(newest.order_by(desc(checklists.c.version)).limit(1)) or 0) + 1

    def add(self, checklist: Checklist) -> None:
        """`StaleVersion` when somebody else adopted that version a moment ago."""
        try:
            with self._session.begin_nested():
                self._session.add(checklist)
        except IntegrityError as taken:
            raise errors.StaleVersion("检查表刚被他人更新，请刷新后再提交") from taken
