"""The checklists of one community."""

from sqlalchemy import desc, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts import errors
from services.inspection.domain import Checklist
from services.inspection.store.tables import checklists


class ChecklistRepository:
    """Loads and stores every version of a community's checklist."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def current(self) -> Checklist:
        """Return the newest version. Raises `NotFound` before there is one."""
        found = next(iter(self.page(1)), None)
        if found is None:
            raise errors.NotFound("本社区尚未制定卫生检查表")
        return found

    def page(self, limit: int, before: int | None = None) -> list[Checklist]:
        """Return versions below `before`, newest first."""
        rows = select(Checklist).where(checklists.c.community == self._community)
        if before is not None:
            rows = rows.where(checklists.c.version < before)
        return list(self._session.scalars(rows.order_by(desc(checklists.c.version)).limit(limit)))

    def get(self, version: int) -> Checklist:
        """Return the version a round was opened with."""
        return self._session.get_one(Checklist, (self._community, version))

    def next_version(self) -> int:
        """Return the number after the newest version's."""
        newest = select(checklists.c.version).where(checklists.c.community == self._community)
        return (self._session.scalar(newest.order_by(desc(checklists.c.version)).limit(1)) or 0) + 1

    def add(self, checklist: Checklist) -> None:
        """Store a new version. Raises `StaleVersion` when somebody else has just adopted that version."""
        try:
            with self._session.begin_nested():
                self._session.add(checklist)
        except IntegrityError as taken:
            raise errors.StaleVersion("检查表刚被他人更新，请刷新后再提交") from taken
