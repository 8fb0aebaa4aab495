"""Drawing candidates, deciding on them, and showing what was decided (R26)."""

from collections.abc import Sequence
from datetime import date

from contracts.calls.exchange import honours as calls
from contracts.calls.exchange.priorities import PersonPriorities
from contracts.errors import NotFound
from services.exchange import permissions, schemas
from services.exchange.domain.honours import CandidateList, Decision, Honour, Outcome
from services.exchange.domain.merchants import Till
from services.exchange.store import ExchangeScope


def draw_candidates(scope: ExchangeScope, honour_id: str) -> calls.Candidates:
    """Store and return today's candidates of a programme. Raises NotFound."""
    honour = scope.honours.get(honour_id)
    residents = _residents_since(scope, honour)
    drawn = honour.draw(scope.tallies.points(honour), residents, by=scope.person, at=scope.now)
    scope.honours.add(drawn)
    return show_candidates(scope, drawn)


def decide(
    scope: ExchangeScope,
    honour_id: str,
    list_id: str,
    subject: str,
    outcome: Outcome,
    reason: str,
    until: date | None,
) -> calls.HonourDecision:
    """Add the caller's vote on a candidate. Raises NotFound and what `Decision.decide` raises."""
    honour = scope.honours.get(honour_id, for_update=True)
    drawn = scope.honours.get_candidates(honour, list_id)
    permissions.require_not_erased(scope, subject)
    decision = scope.honours.find_decision(drawn, subject) or Decision.on(
        drawn, subject, reason=reason, until=until, by=scope.person, at=scope.now
    )
    events = decision.decide(
        honour,
        outcome,
        reason=reason,
        until=until,
        interested=permissions.interested_in(scope, subject),
        quorum=scope.policy.approval_quorum,
        by=scope.person,
        at=scope.now,
    )
    scope.tx.emit(*events)
    scope.honours.add(decision)
    return show_decision(scope, decision)


def revoke(scope: ExchangeScope, honour_id: str, decision_id: str, reason: str) -> calls.HonourDecision:
    """Revoke a granted honour. Raises NotFound and what `Decision.revoke` raises."""
    decision = scope.honours.get_decision(scope.honours.get(honour_id), decision_id, for_update=True)
    interested = permissions.interested_in(scope, decision.subject)
    scope.tx.emit(*decision.revoke(reason=reason, interested=interested, by=scope.person, at=scope.now))
    return show_decision(scope, decision)


def certificate(scope: ExchangeScope, honour_id: str, decision_id: str) -> calls.Certificate:
    """Return a valid decision for its certificate. Raises NotFound, also when the caller may not see it."""
    decision = scope.honours.get_decision(scope.honours.get(honour_id), decision_id)
    if not permissions.may_see_certificate(scope, decision.subject):
        raise NotFound("没有此决定")
    if not decision.is_valid_on(scope.today):
        raise NotFound("没有有效的荣誉，不能出具证书")
    return {**show_decision(scope, decision), "community_id": scope.community}


def subjects_of(scope: ExchangeScope, person: str) -> list[str]:
    """Return the subjects of honours that a person belongs to: themselves and their household."""
    household = scope.directory.household_of(person, scope.today)
    return [subject for subject in (person, household) if subject]


def valid_decisions_of(scope: ExchangeScope, person: str) -> list[Decision]:
    """Return the honours that a person or their household holds today."""
    granted = scope.honours.granted_to(subjects_of(scope, person))
    return [decision for decision in granted if decision.is_valid_on(scope.today)]


def check_priorities(scope: ExchangeScope, till: Till, digits: str) -> PersonPriorities:
    """Use up a priority code and return the priorities of its person. Raises PriorityCodeInvalid."""
    code = scope.priority_codes.get(digits)
    code.use(till.merchant, scope.now)
    decisions = valid_decisions_of(scope, code.person)
    honours = scope.honours.by_id({decision.honour for decision in decisions})
    priorities = [
        schemas.priority(decision, honours[decision.honour])
        for decision in decisions
        if honours[decision.honour].kind == "service_priority"
    ]
    return {"person_id": code.person, "priorities": priorities}


def show_candidates(scope: ExchangeScope, drawn: CandidateList) -> calls.Candidates:
    """Return a list with its candidates and what was decided about each since."""
    decisions = scope.honours.decisions_on(drawn)
    first_members = _first_members(scope, [candidate["subject"] for candidate in drawn.candidates])
    candidates = [schemas.candidate(each, first_members, decisions) for each in drawn.candidates]
    return {**schemas.candidate_list(drawn), "candidates": candidates}


def show_decisions(scope: ExchangeScope, found: Sequence[Decision]) -> list[calls.HonourDecision]:
    """Return decisions with their programmes, in the order given."""
    honours = scope.honours.by_id({decision.honour for decision in found})
    first_members = _first_members(scope, [decision.subject for decision in found])
    quorum = scope.policy.approval_quorum
    return [schemas.decision(decision, honours[decision.honour], first_members, quorum) for decision in found]


def show_decision(scope: ExchangeScope, decision: Decision) -> calls.HonourDecision:
    """Return a decision with its programme."""
    return show_decisions(scope, [decision])[0]


def _residents_since(scope: ExchangeScope, honour: Honour) -> dict[str, date]:
    """Return the subjects who live here today, and since when without a break."""
    if honour.subject_kind == "household":
        return scope.directory.households_since(scope.today)
    return scope.directory.residents_since(scope.today)


def _first_members(scope: ExchangeScope, subjects: Sequence[str]) -> dict[str, str]:
    households = [subject for subject in subjects if subject.startswith("hou_")]
    return scope.directory.first_members_of(households, scope.today) if households else {}
