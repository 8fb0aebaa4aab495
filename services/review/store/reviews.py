"""Reviews and the decisions on them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, String, all_, and_, any_, false, func, literal, not_, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from contracts.calls.review import ReviewFilter
from contracts.errors import NotFound
from messaging.sql.bulk import BulkTable
from messaging.sql.keys import among
from messaging.sql.listing import Listing, counted
from services.review.domain.overdue import OpenReview
from services.review.domain.reviewers import Level, ReviewQueue
from services.review.domain.reviews import Decision, DecisionResult, Review, Stage
from services.review.store.tables import decisions, entries, reviews

_REVIEWS = BulkTable(
    reviews, updates=("stage", "level", "points", "endorsed_by", "approved_by", "changed_at", "reminded_at", "version")
)
_DECISIONS, _ENTRIES = BulkTable(decisions), BulkTable(entries)
_OPEN_REVIEW_COLUMNS = [
    reviews.c["changed_at" if field.name == "since" else field.name].label(field.name) for field in fields(OpenReview)
]
SWEEP_ORDER = (reviews.c.community, reviews.c.changed_at, reviews.c.id)
"""The order of `open_reviews`, by which sweeps store their position."""


@dataclass(frozen=True, kw_only=True)
class SelectedReview:
    """A review that a filter selects."""

    id: str
    version: int
    points: int


class ReviewRepository:
    """Loads and stores the reviews of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, review: Review) -> None:
        self._session.add(review)

    def get(self, review_id: str) -> Review:
        """Return a review. Raises `NotFound`."""
        found = self._session.get(Review, (self._community, review_id))
        if found is None:
            raise NotFound("没有这条审核")
        return found

    def lock_by_source(self, sources: Iterable[str]) -> dict[str, Review]:
        """Return the reviews of these claims and awards, locked, by the id of claim or award."""
        return {review.source: review for review in self._locked(among(reviews.c.source, sources, self._community))}

    def lock(self, ids: Iterable[str]) -> dict[str, Review]:
        """Return the reviews that exist, locked, by id. Only `save_decisions` stores what changes in them."""
        locked = {review.id: review for review in self._locked(among(reviews.c.id, ids, self._community))}
        for review in locked.values():
            self._session.expunge(review)
        return locked

    def _locked(self, condition: ColumnElement[bool]) -> Iterable[Review]:
        """Lock in the order of ids, so that concurrent batches do not deadlock."""
        return self._session.scalars(
            select(Review)
            .where(condition)
            .order_by(reviews.c.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def save_decisions(self, results: Sequence[DecisionResult], decided: Iterable[Review]) -> None:
        """Store decisions, the `decided` reviews and the new entries, with one statement per table."""
        _REVIEWS.update(self._session, decided)
        _DECISIONS.insert(self._session, (result.decision for result in results))
        _ENTRIES.insert(self._session, (result.entry for result in results if result.entry))

    def decisions_on(self, review: Review) -> list[Decision]:
        """Return the decisions on a review, oldest first."""
        rows = select(decisions).where(decisions.c.community == self._community, decisions.c.review == review.id)
        return [Decision(**row) for row in self._session.execute(rows.order_by(decisions.c.id)).mappings()]

    def list_waiting(self, queue: ReviewQueue, stage: Stage, matching: ReviewFilter) -> Listing[Review]:
        """Return the reviews at `stage` that match and wait for a person who has no interest in them, oldest first."""
        return self._list(_waiting(queue, stage, matching))

    def list_changed(
        self, queue: ReviewQueue, stage: Stage, matching: ReviewFilter, since: datetime
    ) -> Listing[tuple[Review, bool]]:
        """Return what changed in `list_waiting`: each review that is in it or left it, and whether it is in it still.

        What left the list of the final approval for others may never have been in it.
        """
        rows = select(Review, _waiting(queue, stage, matching).label("listed")).where(
            reviews.c.community == self._community,
            reviews.c.changed_at >= since,
            _in_reach(queue, stage, matching),
            *_filters(matching),
        )
        return Listing(self._session, rows, reviews.c.id, newest_first=False, whole_rows=True)

    def select_waiting(
        self, queue: ReviewQueue, stage: Stage, matching: ReviewFilter, limit: int
    ) -> list[SelectedReview]:
        """Return which reviews `list_waiting` would list."""
        rows = select(reviews.c.id, reviews.c.version, reviews.c.points).where(
            reviews.c.community == self._community, _waiting(queue, stage, matching)
        )
        found = self._session.execute(rows.order_by(reviews.c.id).limit(limit))
        return [SelectedReview(**row) for row in found.mappings()]

    def count_waiting(self, queue: ReviewQueue, stage: Stage, most: int) -> int:
        """Return how many reviews `list_waiting` would list, counted up to `most`."""
        rows = select(reviews.c.id).where(reviews.c.community == self._community, _waiting(queue, stage, {}))
        return counted(self._session, rows, most)

    def count_open_of_month(self, month: str) -> dict[Stage, int]:
        """Return how many deeds of a month wait for their first review, and how many for the final approval."""
        counted = dict.fromkeys((Stage.FIRST, Stage.FINAL), 0)
        rows = select(reviews.c.stage, func.count()).where(
            reviews.c.community == self._community, reviews.c.month == month, reviews.c.stage.in_(counted)
        )
        return counted | {row.stage: row[1] for row in self._session.execute(rows.group_by(reviews.c.stage))}

    def list_overdue(self, queue: ReviewQueue | None, before: datetime) -> Listing[Review]:
        """Return the first reviews that have waited since `before` or longer, in one queue or in all."""
        waiting = _awaits_first_review(queue) if queue else reviews.c.stage == Stage.FIRST
        return self._list(waiting & (reviews.c.changed_at <= before))

    def _list(self, condition: ColumnElement[bool]) -> Listing[Review]:
        rows = select(Review).where(reviews.c.community == self._community, condition)
        return Listing(self._session, rows, reviews.c.id, newest_first=False)

    def open_since(self, before: datetime) -> list[OpenReview]:
        """Return every first review that has waited since `before` or longer, not locked."""
        return open_reviews(self._session, reviews.c.community == self._community, reviews.c.changed_at <= before)

    def reroute(self, review: OpenReview, level: Level, interested: tuple[str, ...]) -> None:
        """Store a new level and new interested people, unless the review has changed since it was read."""
        unchanged = (reviews.c.id == review.id, reviews.c.version == review.version, reviews.c.stage == Stage.FIRST)
        self._session.execute(
            update(reviews)
            .where(reviews.c.community == self._community, *unchanged)
            .values(level=level, interested=interested)
        )

    def mark_reminded(self, ids: Collection[str], at: datetime) -> None:
        """Store that the reviewers of these reviews were reminded, if the reviews are still open."""
        given = reviews.c.id == any_(literal(sorted(ids), ARRAY(String)))
        still_open = (reviews.c.community == self._community, reviews.c.stage == Stage.FIRST)
        self._session.execute(update(reviews).where(given, *still_open).values(reminded_at=at))


def open_reviews(session: Session, *conditions: ColumnElement[bool], limit: int | None = None) -> list[OpenReview]:
    """Return open first reviews of all communities, in `SWEEP_ORDER`."""
    rows = select(*_OPEN_REVIEW_COLUMNS).where(reviews.c.stage == Stage.FIRST, *conditions)
    found = session.execute(rows.order_by(*SWEEP_ORDER).limit(limit))
    return [OpenReview(**row) for row in found.mappings()]


def _waiting(queue: ReviewQueue, stage: Stage, matching: ReviewFilter) -> ColumnElement[bool]:
    """Return which reviews at a stage match and wait for a person; or for others than them, at the final stage."""
    awaits = _awaits_first_review(queue) if stage is Stage.FIRST else _awaits_approval(queue)
    theirs: ColumnElement[bool] = awaits & (literal(queue.person) != all_(reviews.c.interested))
    if matching.get("waiting_for") == "others":
        theirs = and_(reviews.c.stage == Stage.FINAL, not_(theirs)) if queue.group and stage is Stage.FINAL else false()
    return and_(theirs, *_filters(matching))


def _filters(matching: ReviewFilter) -> Iterator[ColumnElement[bool]]:
    columns = {"period": "month", "courtyard_id": "courtyard", "grid_id": "grid"}
    columns |= {name: name for name in ("category", "item", "flagged")}
    for name, column in columns.items():
        if (value := matching.get(name)) is not None:
            yield reviews.c[column] == value
    if (person := matching.get("declared_by_id")) is not None:
        yield literal(person) == any_(reviews.c.recorded_by)
    by_themselves = reviews.c.person == all_(reviews.c.recorded_by)
    match matching.get("declarer"):
        case "self":
            yield not_(reviews.c.system_made) & by_themselves
        case "another":
            yield not_(reviews.c.system_made) & not_(by_themselves)
        case "platform":
            yield reviews.c.system_made


def _in_reach(queue: ReviewQueue, stage: Stage, matching: ReviewFilter) -> ColumnElement[bool]:
    """Return which reviews wait, waited or will wait at a stage for a person, or for others than them."""
    theirs = literal(queue.person) != all_(reviews.c.interested)
    if stage is Stage.FIRST:
        return _on_level_of(queue) & theirs
    if not queue.group:
        return false()
    reached = reviews.c.stage != Stage.FIRST
    return reached if matching.get("waiting_for") == "others" else reached & theirs


def _awaits_first_review(queue: ReviewQueue) -> ColumnElement[bool]:
    return and_(reviews.c.stage == Stage.FIRST, _on_level_of(queue))


def _on_level_of(queue: ReviewQueue) -> ColumnElement[bool]:
    """Return which reviews a person gives, or gave, the first review of."""
    levels: list[ColumnElement[bool]] = []
    if queue.courtyards:
        levels.append(and_(reviews.c.level == Level.HEAD, reviews.c.courtyard.in_(queue.courtyards)))
    if queue.grids:
        levels.append(and_(reviews.c.level == Level.OFFICER, reviews.c.grid.in_(queue.grids)))
    if queue.group:
        levels.append(reviews.c.level == Level.GROUP)
    return or_(false(), *levels)


def _awaits_approval(queue: ReviewQueue) -> ColumnElement[bool]:
    if not queue.group:
        return false()
    return and_(
        reviews.c.stage == Stage.FINAL,
        literal(queue.person) != all_(reviews.c.approved_by),
        literal(queue.person) != all_(reviews.c.recorded_by),
        reviews.c.endorsed_by.is_distinct_from(queue.person),
    )
