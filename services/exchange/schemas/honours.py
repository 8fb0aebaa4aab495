"""Programmes, candidates and decisions as JSON."""

from collections.abc import Mapping
from typing import Any, cast

from contracts.calls.exchange import honours as calls
from services.exchange.domain.honours import CandidateList, Decision, Honour
from services.exchange.schemas.times import iso


def honour(found: Honour) -> calls.Honour:
    return {
        "id": found.id,
        "name": found.name,
        "description": found.description,
        "kind": found.kind,
        "subject_kind": found.subject_kind,
        "criteria": cast(calls.CriteriaForm, found.criteria),
        "created_at": found.created_at.isoformat(),
    }


def candidate_list(found: CandidateList) -> calls.CandidateList:
    """Return a list without its candidates."""
    return {
        "id": found.id,
        "honour_id": found.honour,
        "day": found.day.isoformat(),
        "drawn_at": found.drawn_at.isoformat(),
        "drawn_by_id": found.drawn_by,
        "criteria": cast(calls.CriteriaForm, found.criteria),
        "count": len(found.candidates),
    }


def candidate(
    entry: dict[str, Any], first_members: Mapping[str, str], decisions: Mapping[str, Decision]
) -> calls.Candidate:
    """Return one candidate of a list; a household with its first member's id as `person_id`."""
    subject, decided = entry["subject"], decisions.get(entry["subject"])
    return {
        "subject_id": subject,
        "person_id": first_members.get(subject, subject),
        "points": entry["points"],
        "rank": entry["rank"],
        "months": entry["months"],
        "reason": entry["reason"],
        "outcome": decided.outcome if decided else None,
        "decision_id": decided.id if decided else None,
    }


def decision(found: Decision, honour: Honour, first_members: Mapping[str, str], quorum: int) -> calls.HonourDecision:
    """Return a decision; `quorum` votes grant it."""
    return {
        "id": found.id,
        "honour_id": found.honour,
        "honour_name": honour.name,
        "kind": honour.kind,
        "subject_kind": honour.subject_kind,
        "list_id": found.list,
        "subject_id": found.subject,
        "person_id": first_members.get(found.subject, found.subject),
        "outcome": cast(calls.DecisionOutcome, found.outcome),
        "reason": found.reason,
        "until": iso(found.until),
        "votes": [{"by_id": vote["by"], "at": vote["at"], "reason": vote["reason"]} for vote in found.votes],
        "quorum": quorum,
        "decided_at": found.decided_at.isoformat(),
        "decided_by_id": found.decided_by,
        "revoked_at": iso(found.revoked_at),
        "revoked_because": found.revoked_because,
    }
