"""Honours programmes, candidate lists, decisions, and the tallies of points they are drawn from."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.aggregation import PointsCredited, PointsReversed
from contracts.errors import NotFound
from services.exchange.domain.honours import CandidateList, Criteria, Decision, Honour
from services.exchange.store.tables import candidate_lists, honour_decisions, honours, tallies


class TallyRepository:
    """Loads one community's cumulative points (R21) of persons and households by month and category."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def points(self, honour: Honour) -> dict[str, int]:
        """Return the points of each subject in the months and category that the programme counts."""
        criteria = Criteria(**honour.criteria)
        rows = select(tallies.c.subject, func.sum(tallies.c.points)).where(
            tallies.c.community == self._community, tallies.c.kind == honour.subject_kind
        )
        if criteria.category is not None:
            rows = rows.where(tallies.c.category == criteria.category)
        if criteria.from_period is not None:
            rows = rows.where(tallies.c.period >= criteria.from_period)
        if criteria.to_period is not None:
            rows = rows.where(tallies.c.period <= criteria.to_period)
        return {subject: int(points) for subject, points in self._session.execute(rows.group_by(tallies.c.subject))}


def add_to_tallies(session: Session, events: Iterable[PointsCredited | PointsReversed]) -> None:
    """Add credited and reversed points to the tallies of all communities; the order of events does not matter."""
    sums: Counter[tuple[str, str, str, str, str]] = Counter()
    for event in events:
        sums[event.community, "person", event.person, event.period, event.category] += event.points
        if event.account.startswith("hou_"):
            sums[event.community, "household", event.account, event.period, event.category] += event.points
    names = ("community", "kind", "subject", "period", "category")
    rows = [dict(zip(names, key, strict=True)) | {"points": sums[key]} for key in sorted(sums)]
    row = insert(tallies)
    session.execute(
        row.on_conflict_do_update(index_elements=list(names), set_={"points": tallies.c.points + row.excluded.points}),
        rows,
    )


class HonourRepository:
    """Loads and stores one community's programmes, candidate lists and decisions."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, new: Honour | CandidateList | Decision) -> None:
        self._session.add(new)

    def get(self, honour: str, *, for_update: bool = False) -> Honour:
        """Return a programme, locked if asked for. Raises NotFound."""
        found = self._session.get(Honour, (self._community, honour), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此荣誉项目")
        return found

    def by_id(self, ids: Iterable[str]) -> dict[str, Honour]:
        """Return programmes by id."""
        rows = select(Honour).where(honours.c.community == self._community, honours.c.id.in_(set(ids)))
        return {honour.id: honour for honour in self._session.scalars(rows)}

    def list(self, limit: int, after: str | None) -> Sequence[Honour]:
        """Return programmes, newest first."""
        rows = select(Honour).where(honours.c.community == self._community)
        if after is not None:
            rows = rows.where(honours.c.id < after)
        return self._session.scalars(rows.order_by(honours.c.id.desc()).limit(limit)).all()

    # Candidate lists

    def get_candidates(self, honour: Honour, list_id: str) -> CandidateList:
        """Return a list drawn for the programme. Raises NotFound."""
        found = self._session.get(CandidateList, (self._community, list_id))
        if found is None or found.honour != honour.id:
            raise NotFound("没有此候选名单")
        return found

    def list_candidates(self, honour: Honour, limit: int, after: str | None) -> Sequence[CandidateList]:
        """Return the lists drawn for the programme, newest first."""
        rows = select(CandidateList).where(
            candidate_lists.c.community == self._community, candidate_lists.c.honour == honour.id
        )
        if after is not None:
            rows = rows.where(candidate_lists.c.id < after)
        return self._session.scalars(rows.order_by(candidate_lists.c.id.desc()).limit(limit)).all()

    # Decisions

    def get_decision(self, honour: Honour, decision: str, *, for_update: bool = False) -> Decision:
        """Return a decision of the programme, locked if asked for. Raises NotFound."""
        found = self._session.get(Decision, (self._community, decision), with_for_update=for_update or None)
        if found is None or found.honour != honour.id:
            raise NotFound("没有此决定")
        return found

    def decisions_on(self, drawn: CandidateList) -> dict[str, Decision]:
        """Return the decisions on a list's candidates, by subject."""
        rows = select(Decision).where(
            honour_decisions.c.community == self._community, honour_decisions.c.list == drawn.id
        )
        return {decision.subject: decision for decision in self._session.scalars(rows)}

    def find_decision(self, drawn: CandidateList, subject: str) -> Decision | None:
        """Return the decision on one candidate. The caller has locked the programme's row."""
        return self._session.scalar(
            select(Decision).where(
                honour_decisions.c.community == self._community,
                honour_decisions.c.list == drawn.id,
                honour_decisions.c.subject == subject,
            )
        )

    def list_decisions(
        self, honour: Honour, *, only_granted: bool, limit: int, after: str | None
    ) -> Sequence[Decision]:
        """Return decisions of a programme, newest first; all, or those granted and not revoked."""
        rows = select(Decision).where(
            honour_decisions.c.community == self._community, honour_decisions.c.honour == honour.id
        )
        if only_granted:
            rows = rows.where(honour_decisions.c.outcome == "granted", honour_decisions.c.revoked_at.is_(None))
        if after is not None:
            rows = rows.where(honour_decisions.c.id < after)
        return self._session.scalars(rows.order_by(honour_decisions.c.id.desc()).limit(limit)).all()

    def granted_to(self, subjects: Collection[str]) -> Sequence[Decision]:
        """Return what was granted to these persons and households and not revoked, newest first."""
        rows = select(Decision).where(
            honour_decisions.c.community == self._community,
            honour_decisions.c.subject.in_(subjects),
            honour_decisions.c.outcome == "granted",
            honour_decisions.c.revoked_at.is_(None),
        )
        return self._session.scalars(rows.order_by(honour_decisions.c.id.desc())).all()

    def erase_reasons(self, subject: str) -> None:
        """Empty the reasons of all decisions on a subject; the decisions, their voters and times stay."""
        about = (honour_decisions.c.community == self._community, honour_decisions.c.subject == subject)
        revoked = honour_decisions.c.revoked_because.is_not(None)
        self._session.execute(update(honour_decisions).where(*about).values(reason=""))
        self._session.execute(update(honour_decisions).where(*about, revoked).values(revoked_because=""))
        for decision in self._session.scalars(select(Decision).where(*about)):
            decision.votes = [vote | {"reason": ""} for vote in decision.votes]
