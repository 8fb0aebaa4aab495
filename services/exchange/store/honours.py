"""Questions about honours, and the tallies they are drawn from."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.aggregation import PointsCredited, PointsReversed
from contracts.errors import NotFound, PriorityCodeInvalid
from services.exchange.domain import codes
from services.exchange.domain.honours import CandidateList, Criteria, Decision, Honour
from services.exchange.domain.priorities import PriorityCode
from services.exchange.store.tables import candidate_lists, honour_decisions, honours, priority_codes, tallies


class Tallies:
    """Cumulative points (R21) of persons and households by month and category, as the bank told of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, events: Iterable[PointsCredited | PointsReversed]) -> None:
        """Count what was credited, less what was reversed; whatever the order, the sums are the same."""
        counted: Counter[tuple[str, str, str, str, str]] = Counter()
        for event in events:
            counted[event.community, "person", event.person, event.period, event.category] += event.points
            if event.account.startswith("hou_"):
                counted[event.community, "household", event.account, event.period, event.category] += event.points
        names = ("community", "kind", "subject", "period", "category")
        rows = [dict(zip(names, key, strict=True)) | {"points": counted[key]} for key in sorted(counted)]
        row = insert(tallies)
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=list(names), set_={"points": tallies.c.points + row.excluded.points}
            ),
            rows,
        )

    def points(self, honour: Honour) -> dict[str, int]:
        """What each subject has of what the programme counts."""
        wanted = Criteria(**honour.criteria)
        total = select(tallies.c.subject, func.sum(tallies.c.points)).where(
            tallies.c.community == honour.community, tallies.c.kind == honour.subject_kind
        )
        if wanted.category is not None:
            total = total.where(tallies.c.category == wanted.category)
        if wanted.from_period is not None:
            total = total.where(tallies.c.period >= wanted.from_period)
        if wanted.to_period is not None:
            total = total.where(tallies.c.period <= wanted.to_period)
        found = self._session.execute(total.group_by(tallies.c.subject))
        return {subject: int(points) for subject, points in found}


class Honours:
    """Programmes, lists and decisions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, thing: Honour | CandidateList | Decision) -> None:
        self._session.add(thing)

    def get(self, community: str, honour: str, *, for_update: bool = False) -> Honour:
        """`NotFound` when this community has no such programme."""
        found = self._session.get(Honour, (community, honour), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此荣誉项目")
        return found

    def page(self, community: str, *, limit: int, after: str | None) -> list[Honour]:
        """Newest first."""
        wanted = select(Honour).where(honours.c.community == community)
        if after is not None:
            wanted = wanted.where(honours.c.id < after)
        return list(self._session.scalars(wanted.order_by(honours.c.id.desc()).limit(limit)))

    def named(self, community: str, ids: Iterable[str]) -> dict[str, Honour]:
        """Programmes by id, to show beside decisions."""
        wanted = select(Honour).where(honours.c.community == community, honours.c.id.in_(set(ids)))
        return {honour.id: honour for honour in self._session.scalars(wanted)}

    def list(self, honour: Honour, list_id: str) -> CandidateList:
        """`NotFound` when no such list was drawn for the programme."""
        found = self._session.get(CandidateList, (honour.community, list_id))
        if found is None or found.honour != honour.id:
            raise NotFound("没有此候选名单")
        return found

    def lists(self, honour: Honour, *, limit: int, after: str | None) -> Sequence[CandidateList]:
        """Newest first."""
        wanted = select(CandidateList).where(
            candidate_lists.c.community == honour.community, candidate_lists.c.honour == honour.id
        )
        if after is not None:
            wanted = wanted.where(candidate_lists.c.id < after)
        return self._session.scalars(wanted.order_by(candidate_lists.c.id.desc()).limit(limit)).all()

    def decision(self, honour: Honour, decision: str, *, for_update: bool = False) -> Decision:
        """`NotFound` when there is none such for the programme."""
        found = self._session.get(Decision, (honour.community, decision), with_for_update=for_update or None)
        if found is None or found.honour != honour.id:
            raise NotFound("没有此决定")
        return found

    def decided(self, drawn: CandidateList) -> Sequence[Decision]:
        """What was decided about a list's candidates."""
        wanted = select(Decision).where(
            honour_decisions.c.community == drawn.community, honour_decisions.c.list == drawn.id
        )
        return self._session.scalars(wanted).all()

    def decided_on(self, drawn: CandidateList, subject: str) -> Decision | None:
        """What was said of one candidate; the programme's row is locked by the caller."""
        wanted = select(Decision).where(
            honour_decisions.c.community == drawn.community,
            honour_decisions.c.list == drawn.id,
            honour_decisions.c.subject == subject,
        )
        return self._session.scalar(wanted)

    def decisions(self, honour: Honour, *, granted: bool, limit: int, after: str | None) -> Sequence[Decision]:
        """Newest first; only what was granted and still stands, or all."""
        wanted = select(Decision).where(
            honour_decisions.c.community == honour.community, honour_decisions.c.honour == honour.id
        )
        if granted:
            wanted = wanted.where(honour_decisions.c.outcome == "granted", honour_decisions.c.revoked_at.is_(None))
        if after is not None:
            wanted = wanted.where(honour_decisions.c.id < after)
        return self._session.scalars(wanted.order_by(honour_decisions.c.id.desc()).limit(limit)).all()

    def granted_to(self, community: str, subjects: Collection[str]) -> Sequence[Decision]:
        """What these persons and households were granted and may still claim, newest first."""
        wanted = select(Decision).where(
            honour_decisions.c.community == community,
            honour_decisions.c.subject.in_(subjects),
            honour_decisions.c.outcome == "granted",
            honour_decisions.c.revoked_at.is_(None),
        )
        return self._session.scalars(wanted.order_by(honour_decisions.c.id.desc())).all()

    def forget_words(self, community: str, subject: str) -> None:
        """Empty the reasons of what was decided about a subject; that it was decided, by whom and when stays."""
        about = (honour_decisions.c.community == community, honour_decisions.c.subject == subject)
        revoked = honour_decisions.c.revoked_because.is_not(None)
        self._session.execute(update(honour_decisions).where(*about).values(reason=""))
        self._session.execute(update(honour_decisions).where(*about, revoked).values(revoked_because=""))
        for decision in self._session.scalars(select(Decision).where(*about)):
            decision.votes = [vote | {"reason": ""} for vote in decision.votes]


class PriorityCodes:
    """Codes by which residents let others ask about their priority."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, code: PriorityCode) -> None:
        self._session.add(code)

    def locked(self, community: str, digits: str) -> PriorityCode:
        """The code as shown; `PriorityCodeInvalid` when this community has none such."""
        found = self._session.get(PriorityCode, (community, codes.digest(digits)), with_for_update=True)
        if found is None:
            raise PriorityCodeInvalid
        return found

    def used_by(self, community: str, person: str, *, limit: int) -> Sequence[PriorityCode]:
        """Who asked about a person, latest first."""
        wanted = select(PriorityCode).where(
            priority_codes.c.community == community,
            priority_codes.c.person == person,
            priority_codes.c.used_at.is_not(None),
        )
        return self._session.scalars(wanted.order_by(priority_codes.c.used_at.desc()).limit(limit)).all()

    def forget(self, before: datetime) -> None:
        """Delete what nobody used in its time."""
        old = priority_codes.c.expires_at < before - timedelta(hours=1)
        self._session.execute(delete(priority_codes).where(old, priority_codes.c.used_at.is_(None)))

    def forget_person(self, community: str, person: str) -> None:
        """Delete all of a person's, used ones too."""
        his = (priority_codes.c.community == community, priority_codes.c.person == person)
        self._session.execute(delete(priority_codes).where(*his))
