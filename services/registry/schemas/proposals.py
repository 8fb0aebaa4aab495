"""Appointments, and proposals that wait for a second person."""

from typing import Any, Literal

from sqlalchemy import Row

from contracts.calls.registry import accounts as calls_accounts
from contracts.calls.registry import proposals as calls_proposals
from contracts.calls.registry.appointments import Appointment
from contracts.calls.registry.residents import ErasureAnswer
from services.registry.domain.people import ERASED
from services.registry.domain.proposals import Proposal
from services.registry.schemas.days import instant, iso_day
from services.registry.store import RegistryScope


def proposal(found: Proposal) -> calls_proposals.Proposal:
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,
        "appointment": _proposed(found) if found.kind == "appointment" else None,
        "settings": found.content if found.kind == "settings" else None,
        "merge": _proposed_merge(found) if found.kind == "merge" else None,
        "reset": _proposed_reset(found) if found.kind == "reset" else None,
        "binding": _proposed_binding(found) if found.kind == "binding" else None,
        "erasure": _proposed_erasure(found) if found.kind == "erasure" else None,
        "proposed_by_id": found.proposed_by,
        "proposed_at": instant(found.proposed_at),
        "decided_by_id": found.decided_by,
        "decided_at": instant(found.decided_at) if found.decided_at else None,
        "decision_reason": found.decision_reason,
        "takes_effect_at": instant(found.takes_effect_at) if found.takes_effect_at else None,
    }


def _proposed_merge(found: Proposal) -> calls_proposals.ProposedMerge:
    content = found.content
    return {"household_id": content["household"], "into_household_id": content["into"], "on": content["on"]}


def _proposed_reset(found: Proposal) -> calls_proposals.ProposedReset:
    content = found.content
    return {
        "person_id": content["person"],
        "reason": content["reason"],
        "sets_password": content["password_hash"] is not None,
        "approved_by_roles": content["approvers"],
    }


def _proposed_binding(found: Proposal) -> calls_proposals.ProposedBinding:
    content = found.content
    return {
        "person_id": content["person"],
        "by_invitation": content["invited_at"] is not None,
        "check_number": content["check_number"],
        "approved_by_roles": content["approvers"],
    }


def _proposed_erasure(found: Proposal) -> calls_proposals.ProposedErasure:
    return {"person_id": found.content["person"], "approved_by_roles": found.content["approvers"]}


def reset_answer(found: Proposal | None) -> calls_accounts.ResetAnswer:
    """Return the answer to a reset: done, or requested with a proposal."""
    if found is None:
        return {"state": "done", "proposal_id": None, "takes_effect_at": None}
    effective = instant(found.takes_effect_at) if found.takes_effect_at else None
    state: Literal["done", "proposed"] = "done" if found.state == "applied" else "proposed"
    return {"state": state, "proposal_id": found.id, "takes_effect_at": effective}


def erasure_answer(found: Proposal | None) -> ErasureAnswer:
    """Return the answer to an erasure: done, or proposed."""
    return {"state": "proposed", "proposal_id": found.id} if found else {"state": "done", "proposal_id": None}


def requested_reset(found: Proposal) -> calls_accounts.RequestedReset:
    return {
        "id": found.id,
        "reason": found.content["reason"],
        "requested_by_id": found.proposed_by,
        "requested_at": instant(found.proposed_at),
        "takes_effect_at": instant(found.takes_effect_at) if found.takes_effect_at else None,
    }


def _proposed(found: Proposal) -> calls_proposals.ProposedAppointment:
    content = found.content
    return {
        "person_id": content["person"],
        "role": content["role"],
        "scope_id": content["scope"],
        "since": content["since"],
        "until": content["until"],
    }


def proposed_appointment(scope: RegistryScope, found: Proposal) -> Appointment:
    """Return an appointment that does not hold yet, under the id of its proposal."""
    name = scope.people.row(found.content["person"]).name
    return {**_proposed(found), "id": found.id, "person_name": name, "proposal_id": found.id}


def appointment(row: Row[Any]) -> Appointment:
    return {
        "id": row.id,
        "person_id": row.person_id,
        "person_name": ERASED if row.erased_at else row.person_name,
        "role": row.role,
        "scope_id": row.scope_id,
        "since": row.since.isoformat(),
        "until": iso_day(row.until),
        "proposal_id": None,
    }
