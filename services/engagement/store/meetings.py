"""Meetings of one community with their decisions and actions."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.meetings import Action, Decision, Meeting
from services.engagement.store.meeting_tables import meeting_actions, meeting_decisions, meetings


class MeetingRepository:
    """Loads and stores meetings. Whoever adds to one has locked its row."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, made: Meeting | Decision | Action) -> None:
        """Store a new meeting, decision or action."""
        self._session.add(made)
        self._session.flush()

    def get(self, meeting: str, *, for_update: bool = False) -> Meeting:
        """Return a meeting, locked if asked for. Raises `NotFound`."""
        found = self._session.get(
            Meeting, (self._community, meeting), with_for_update=for_update, populate_existing=for_update
        )
        if found is None:
            raise errors.NotFound("没有这次议事会")
        return found

    def decision(self, meeting: str, decision: str) -> Decision:
        """Return a decision of a meeting. Raises `NotFound`."""
        found = self._session.get(Decision, (self._community, decision))
        if found is None or found.meeting != meeting:
            raise errors.NotFound("没有这项决定")
        return found

    def action(self, meeting: str, action: str) -> Action:
        """Return an action of a meeting, locked. Raises `NotFound`."""
        found = self._session.get(Action, (self._community, action), with_for_update=True, populate_existing=True)
        if found is None or found.meeting != meeting:
            raise errors.NotFound("没有这项落实事项")
        return found

    def page(self, limit: int, before: str | None, states: Collection[str] = ()) -> list[Meeting]:
        """Return meetings, newest first."""
        rows = select(Meeting).where(meetings.c.community == self._community)
        if states:
            rows = rows.where(meetings.c.state.in_(list(states)))
        if before:
            rows = rows.where(meetings.c.id < before)
        return list(self._session.scalars(rows.order_by(meetings.c.id.desc()).limit(limit)))

    def decisions_of(self, ids: Collection[str]) -> list[Decision]:
        """Return the decisions of these meetings, in order."""
        rows = select(Decision).where(
            meeting_decisions.c.community == self._community, meeting_decisions.c.meeting.in_(list(ids))
        )
        return list(self._session.scalars(rows.order_by(meeting_decisions.c.id)))

    def actions_of(self, ids: Collection[str]) -> list[Action]:
        """Return the actions of these meetings, in order."""
        rows = select(Action).where(
            meeting_actions.c.community == self._community, meeting_actions.c.meeting.in_(list(ids))
        )
        return list(self._session.scalars(rows.order_by(meeting_actions.c.id)))

    def about(self, post: str) -> list[Meeting]:
        """Return the meetings that have a suggestion on their agenda and were not cancelled."""
        rows = select(Meeting).where(
            meetings.c.community == self._community, meetings.c.posts.contains((post,)), meetings.c.state != "cancelled"
        )
        return list(self._session.scalars(rows.order_by(meetings.c.starts_at, meetings.c.id)))
