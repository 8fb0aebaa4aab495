"""Rewards as JSON."""

from datetime import date

from contracts.calls.exchange import rewards as calls
from services.exchange.domain.reward_proposals import RewardProposal
from services.exchange.domain.rewards import Reward, Terms
from services.exchange.schemas.times import iso


def terms(form: calls.RewardForm) -> Terms:
    """Return the terms in a form, apart from the stock."""
    return {
        "kind": form["kind"],
        "name": form["name"],
        "points": form["points"],
        "description": form["description"],
        "starts_on": _day(form["starts_on"]),
        "ends_on": _day(form["ends_on"]),
        "limit_per_household": form["limit_per_household"],
        "limit_per_person": form["limit_per_person"],
        "gives": form["gives"],
        "merchants": form["merchant_ids"],
        "listed": form["listed"],
    }


def reward(found: Reward) -> calls.Reward:
    return {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "description": found.description,
        "points": found.points,
        "stock": found.stock,
        "reserved": found.reserved,
        "sold": found.sold,
        "left": found.left,
        "starts_on": iso(found.starts_on),
        "ends_on": iso(found.ends_on),
        "limit_per_household": found.limit_per_household,
        "limit_per_person": found.limit_per_person,
        "gives": found.gives,
        "picture": {"community_id": found.community, "sha256": found.picture} if found.picture else None,
        "merchant_ids": found.merchants,
        "listed": found.listed,
        "approved": found.approved_points is not None,
        "proposal_id": found.proposal,
    }


def reward_proposal(found: RewardProposal) -> calls.RewardProposal:
    names = {"merchants": "merchant_ids"}
    return {
        "id": found.id,
        "reward_id": found.reward,
        "name": found.name,
        "points": found.points,
        "points_before": found.points_before,
        "changes": {names.get(name, name): value for name, value in found.changes.items()},
        "state": found.state,
        "proposed_by_id": found.proposed_by,
        "proposed_at": found.proposed_at.isoformat(),
        "decided_by_id": found.decided_by,
        "decided_at": iso(found.decided_at),
        "decision_reason": found.decision_reason,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
