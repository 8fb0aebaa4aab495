"""Daily limits, and the record of what offices decided (R4, R13, R16)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from contracts.calendar import ZONE
from contracts.event import Event
from contracts.review import LimitedDuty
from services.review.domain.daily_limits import DailyLimit
from services.review.domain.office_decisions import OfficeDecision, of_registry
from services.review.store import ReviewScope


def approval_limit(scope: ReviewScope) -> DailyLimit:
    """Return what the caller has approved today, locked until the transaction ends."""
    used = scope.duties.approved_since(scope.person, _start_of_day(scope))
    return _limit(scope, "approval", scope.policy.daily_approval_points, used)


def correction_limit(scope: ReviewScope) -> DailyLimit:
    """Return what the corrections that the caller confirmed today have added, locked until the transaction ends."""
    used = scope.duties.corrected_since(scope.person, _start_of_day(scope))
    return _limit(scope, "correction", scope.policy.daily_correction_points, used)


def alert(scope: ReviewScope, limit: DailyLimit) -> None:
    """Alert branch and committee when the caller has just come near a limit."""
    if event := limit.alert(scope.directory.branch(scope.today) | scope.directory.committee(scope.today), scope.now):
        scope.tx.emit(event)
        facts = {"duty": limit.duty, "points": limit.used, "limit": limit.limit}
        record(
            scope,
            OfficeDecision(
                community=scope.community,
                kind="daily_limit_approached",
                subject=limit.person,
                by=limit.person,
                facts=facts,
                at=scope.now,
            ),
        )


def record(scope: ReviewScope, *decisions: OfficeDecision | None) -> None:
    """Add decisions to the record, and announce each."""
    made = [decision for decision in decisions if decision]
    scope.office_decisions.add(made)
    scope.tx.emit(*(decision.recorded() for decision in made))


def record_of_registry(scope: ReviewScope, events: Sequence[Event]) -> None:
    """Add what the registry reports of one community to the record."""
    record(scope, *(of_registry(event, scope.now) for event in events))


def _limit(scope: ReviewScope, duty: LimitedDuty, limit: int, used: int) -> DailyLimit:
    return DailyLimit(
        community=scope.community, person=scope.person, duty=duty, day=scope.today, limit=limit, used=used
    )


def _start_of_day(scope: ReviewScope) -> datetime:
    return datetime.combine(scope.today, datetime.min.time(), ZONE).astimezone(UTC)
