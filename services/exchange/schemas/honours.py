"""Programmes, candidates, decisions and priorities as JSON."""

from collections.abc import Mapping
from typing import Any

from services.exchange.domain.honours import CandidateList, Decision, Honour
from services.exchange.domain.priorities import PriorityCode


def honour(of: Honour) -> dict[str, Any]:
    return {
        "id": of.id,
        "name": of.name,
        "description": of.description,
        "kind": of.kind,
        "subject_kind": of.subject_kind,
        "criteria": of.criteria,
        "created_at": of.created_at.isoformat(),
    }


def candidate_list(of: CandidateList) -> dict[str, Any]:
    """The list without its candidates."""
    return {
        "id": of.id,
        "honour_id": of.honour,
        "day": of.day.isoformat(),
        "drawn_at": of.drawn_at.isoformat(),
        "drawn_by_id": of.drawn_by,
        "criteria": of.criteria,
        "count": len(of.candidates),
    }


def candidate(of: dict[str, Any], known_by: Mapping[str, str], decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """One line of a list; a household is known by whoever has belonged to it longest."""
    subject, decided = of["subject"], decisions.get(of["subject"])
    return {
        "subject_id": subject,
        "person_id": known_by.get(subject, subject),
        "points": of["points"],
        "rank": of["rank"],
        "months": of["months"],
        "reason": of["reason"],
        "outcome": decided and decided.outcome,
        "decision_id": decided and decided.id,
    }


def decision(of: Decision, honour: Honour, known_by: Mapping[str, str], quorum: int) -> dict[str, Any]:
    """`quorum` members have to grant it."""
    return {
        "id": of.id,
        "honour_id": of.honour,
        "honour_name": honour.name,
        "kind": honour.kind,
        "subject_kind": honour.subject_kind,
        "list_id": of.list,
        "subject_id": of.subject,
        "person_id": known_by.get(of.subject, of.subject),
        "outcome": of.outcome,
        "reason": of.reason,
        "until": of.until and of.until.isoformat(),
        "votes": [{"by_id": vote["by"], "at": vote["at"], "reason": vote["reason"]} for vote in of.votes],
        "quorum": quorum,
        "decided_at": of.decided_at.isoformat(),
        "decided_by_id": of.decided_by,
        "revoked_at": of.revoked_at and of.revoked_at.isoformat(),
        "revoked_because": of.revoked_because,
    }


def flag(of: Decision, honour: Honour) -> dict[str, Any]:
    """A priority, and until when."""
    return {"honour_id": of.honour, "honour_name": honour.name, "until": of.until and of.until.isoformat()}


def priority_code(of: PriorityCode, digits: str) -> dict[str, Any]:
    return {"code": digits, "qr": digits, "expires_at": of.expires_at.isoformat()}


def priority_check(of: PriorityCode) -> dict[str, Any]:
    """Who asked, and when."""
    return {"merchant_id": of.merchant, "checked_at": of.used_at and of.used_at.isoformat()}
