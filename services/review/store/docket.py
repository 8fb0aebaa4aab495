"""The docket: every case of a community, and which of them wait for whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, String, all_, and_, any_, false, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from messaging.sql.bulk import BulkTable
from messaging.sql.keys import among
from services.review.domain.judges import Judge, Level
from services.review.domain.reviews import Decision, Judgement, Review, Stage
from services.review.domain.waiting import OpenReview
from services.review.store.tables import decisions, entries, reviews

_REVIEWS = BulkTable(
    reviews, updates=("stage", "level", "points", "endorsed_by", "approved_by", "changed_at", "reminded_at", "version")
)
_DECISIONS, _ENTRIES = BulkTable(decisions), BulkTable(entries)
_OPEN = [field.name for field in fields(OpenReview)]
PLACE = (reviews.c.community, reviews.c.changed_at, reviews.c.id)
"""The order in which open cases are gone through."""


class Docket:
    """The reviews of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, review: Review) -> None:
        self._session.add(review)

    def get(self, review_id: str, by: Judge) -> Review:
        """`NotFound` when there is none, or none that he may see."""
        found = self._session.get(Review, (self._community, review_id))
        if found is None or not by.sees(found):
            raise NotFound("没有这条审核")
        return found

    def of(self, sources: Iterable[str]) -> dict[str, Review]:
        """Claim or award → its review, locked."""
        return {review.source: review for review in self._locked(among(reviews.c.source, sources, self._community))}

    def take(self, ids: Iterable[str]) -> dict[str, Review]:
        """Those of `ids` that there are, locked; `record` keeps what becomes of them, nothing else does."""
        taken = {review.id: review for review in self._locked(among(reviews.c.id, ids, self._community))}
        for review in taken.values():
            self._session.expunge(review)
        return taken

    def _locked(self, wanted: ColumnElement[bool]) -> Iterable[Review]:
        """In the order of ids, so that two judges never wait for each other in a circle."""
        return self._session.scalars(
            select(Review)
            .where(wanted)
            .order_by(reviews.c.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def record(self, judgements: Sequence[Judgement], judged: Iterable[Review]) -> None:
        """Keep what was decided, what the cases have become by it, and the entries that follow."""
        _REVIEWS.update(self._session, judged)
        _DECISIONS.insert(self._session, (judgement.decision for judgement in judgements))
        _ENTRIES.insert(self._session, (judgement.entry for judgement in judgements if judgement.entry))

    def decisions_on(self, review: Review) -> list[Decision]:
        """Every judge's word on it, in order."""
        said = select(decisions).where(decisions.c.community == self._community, decisions.c.review == review.id)
        return [Decision(**row) for row in self._session.execute(said.order_by(decisions.c.id)).mappings()]

    def waiting_for(self, judge: Judge, stage: Stage, limit: int, after: str | None) -> list[Review]:
        """What he may judge at that stage, the longest waiting first."""
        turn = _first_turn(judge) if stage is Stage.FIRST else _final_turn(judge)
        return self._page(turn & (literal(judge.person) != all_(reviews.c.interested)), limit, after)

    def overdue(self, judge: Judge, before: datetime, limit: int, after: str | None) -> list[Review]:
        """First reviews that have waited since `before` or longer: a judge's own, for group and branch everybody's."""
        open_ = reviews.c.stage == Stage.FIRST
        turn = open_ if judge.group or judge.branch else _first_turn(judge)
        return self._page(turn & (reviews.c.changed_at <= before), limit, after)

    def _page(self, wanted: ColumnElement[bool], limit: int, after: str | None) -> list[Review]:
        rows = select(Review).where(reviews.c.community == self._community, wanted)
        if after:
            rows = rows.where(reviews.c.id > after)
        return list(self._session.scalars(rows.order_by(reviews.c.id).limit(limit)))

    def waiting_since(self, before: datetime) -> list[OpenReview]:
        """Every case whose first review has been open since then or longer, not locked."""
        return open_reviews(self._session, reviews.c.community == self._community, reviews.c.changed_at <= before)

    def reroute(self, case: OpenReview, level: Level, interested: tuple[str, ...]) -> None:
        """Put it on another desk, unless something has become of it meanwhile."""
        unchanged = (reviews.c.id == case.id, reviews.c.version == case.version, reviews.c.stage == Stage.FIRST)
        self._session.execute(
            update(reviews)
            .where(reviews.c.community == self._community, *unchanged)
            .values(level=level, interested=interested)
        )

    def reminded(self, ids: Collection[str], at: datetime) -> None:
        """Keep that their judges were reminded, if they wait still."""
        told = reviews.c.id == any_(literal(sorted(ids), ARRAY(String)))
        waiting = (reviews.c.community == self._community, reviews.c.stage == Stage.FIRST)
        self._session.execute(update(reviews).where(told, *waiting).values(reminded_at=at))


def open_reviews(session: Session, *wanted: ColumnElement[bool], limit: int | None = None) -> list[OpenReview]:
    """Those cases of all communities whose first review is open, in the order of `PLACE`."""
    known = [reviews.c["changed_at" if name == "since" else name].label(name) for name in _OPEN]
    rows = select(*known).where(reviews.c.stage == Stage.FIRST, *wanted).order_by(*PLACE).limit(limit)
    return [OpenReview(**row) for row in session.execute(rows).mappings()]


def _first_turn(judge: Judge) -> ColumnElement[bool]:
    seats: list[ColumnElement[bool]] = []
    if judge.courtyards:
        seats.append(and_(reviews.c.level == Level.HEAD, reviews.c.courtyard.in_(judge.courtyards)))
    if judge.grids:
        seats.append(and_(reviews.c.level == Level.OFFICER, reviews.c.grid.in_(judge.grids)))
    if judge.group:
        seats.append(reviews.c.level == Level.GROUP)
    return and_(reviews.c.stage == Stage.FIRST, or_(false(), *seats))


def _final_turn(judge: Judge) -> ColumnElement[bool]:
    if not judge.group:
        return false()
    return and_(reviews.c.stage == Stage.FINAL, literal(judge.person) != all_(reviews.c.approved_by))
