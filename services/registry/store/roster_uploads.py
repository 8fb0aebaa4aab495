"""Uploaded rosters that are imported in the background."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contracts.calls.registry.rosters import RosterState
from contracts.errors import NotFound
from services.registry.domain.roster_uploads import RosterUpload
from services.registry.store.tables import rosters


class RosterUploadRepository:
    """Loads and stores the uploads of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, upload: RosterUpload) -> None:
        """Store a new upload."""
        self._session.add(upload)
        self._session.flush()

    def get(self, upload: str) -> RosterUpload:
        """Return an upload. Raises `NotFound`."""
        found = self._session.get(RosterUpload, (self._community, upload))
        if found is None:
            raise NotFound("没有这份花名册")
        return found

    def set_progress(self, upload: str, state: RosterState, lines_done: int) -> None:
        """Store the progress of an import for those who poll it."""
        self._session.execute(
            update(rosters)
            .where(rosters.c.community == self._community, rosters.c.id == upload)
            .values(state=state, lines_done=lines_done)
        )


def next_upload(session: Session) -> RosterUpload | None:
    """Return the upload of any community that waits longest, if any."""
    return session.scalar(
        select(RosterUpload).where(rosters.c.ended_at.is_(None)).order_by(rosters.c.handed_in_at).limit(1)
    )
