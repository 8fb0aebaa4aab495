"""Activities of one community, and the public ones of all."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.activities import Activity, Phase
from services.engagement.store.tables import activities, signups

Before = tuple[datetime, str]
"""The start and id of the last activity of the page before."""


class ActivityRepository:
    """Loads and stores a community's activities."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, activity: Activity) -> None:
        """Store a new activity."""
        self._session.add(activity)

    def get(self, activity: str, *, drafts: bool, for_update: bool = False) -> Activity:
        """Return an activity, locked if asked for. Raises `NotFound`, also for a draft unless `drafts`."""
        found = self._session.get(
            Activity, (self._community, activity), with_for_update=for_update, populate_existing=for_update
        )
        if found is None or (found.state == "draft" and not drafts):
            raise errors.NotFound("没有这个活动")
        return found

    def page(
        self,
        limit: int,
        before: Before | None,
        now: datetime,
        *,
        phases: Collection[str] = (),
        drafts: bool = False,
    ) -> list[Activity]:
        """Return activities in one of `phases`, all by default, the latest start first."""
        rows = select(Activity).where(activities.c.community == self._community)
        if not drafts:
            rows = rows.where(activities.c.state != "draft")
        if phases:
            rows = rows.where(or_(*(_in_phase(phase, now) for phase in phases)))
        if before:
            rows = rows.where(tuple_(activities.c.starts_at, activities.c.id) < before)
        return list(
            self._session.scalars(rows.order_by(activities.c.starts_at.desc(), activities.c.id.desc()).limit(limit))
        )

    def with_ids(self, ids: Collection[str]) -> dict[str, Activity]:
        """Return these activities by id."""
        rows = select(Activity).where(activities.c.community == self._community, activities.c.id.in_(list(ids)))
        return {activity.id: activity for activity in self._session.scalars(rows)}

    def people_by_state(self, ids: Collection[str]) -> dict[tuple[str, str], int]:
        """Return the number of people by activity and state of their sign-up."""
        counted = (
            select(signups.c.activity, signups.c.state, func.sum(func.jsonb_array_length(signups.c.people)))
            .where(signups.c.community == self._community, signups.c.activity.in_(list(ids)))
            .where(signups.c.state.in_(("waiting", "entered")))
            .group_by(signups.c.activity, signups.c.state)
        )
        return {(activity, state): count for activity, state, count in self._session.execute(counted)}


class PublicActivityRepository:
    """Loads published activities by their id alone, and those whose offers are due."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, activity: str) -> Activity:
        """Return a published or cancelled activity of any community. Raises `NotFound`."""
        found = self._session.scalar(
            select(Activity).where(activities.c.id == activity, activities.c.published_at.is_not(None))
        )
        if found is None:
            raise errors.NotFound("没有这个活动")
        return found

    def with_offers_due(self, now: datetime, limit: int = 100) -> list[tuple[str, str]]:
        """Return community and id of activities with offers whose deadline has passed."""
        due = (
            select(signups.c.community, signups.c.activity)
            .where(signups.c.state == "offered", signups.c.offered_until <= now)
            .distinct()
            .order_by(signups.c.community, signups.c.activity)
            .limit(limit)
        )
        return [(community, activity) for community, activity in self._session.execute(due)]


def _in_phase(phase: Phase | str, now: datetime) -> ColumnElement[bool]:
    published = activities.c.state == "published"
    times = activities.c
    if phase in ("draft", "cancelled"):
        return activities.c.state == phase
    if phase == "open":
        return and_(published, times.closes_at > now)
    if phase == "closed":
        return and_(published, times.closes_at <= now, times.starts_at > now)
    if phase == "running":
        return and_(published, times.starts_at <= now, times.ends_at > now)
    return and_(published, times.ends_at <= now) if phase == "ended" else false()
