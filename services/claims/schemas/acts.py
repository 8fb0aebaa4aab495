"""Recorded acts."""

from contracts.calls import claims as calls
from contracts.calls.claims.acts import CountedAct
from contracts.errors import Refusal
from contracts.instants import instant
from services.claims.domain.acts import Act


def act(found: Act) -> calls.Act:
    return {
        "id": found.id,
        "person_id": found.person,
        "item": found.item,
        "happened_at": instant(found.happened_at),
        "place": found.place,
        "cause": found.cause,
        "recorded_by_id": found.recorded_by,
        "recorded_at": instant(found.recorded_at),
        "record_id": found.record,
        "undone_at": instant(found.undone_at) if found.undone_at else None,
        **_counted(found),
    }


def recorded_act(person: str, outcome: Act | Refusal) -> calls.RecordedAct:
    """Return one person's answer: the claim that their act became, or the code of the refusal."""
    if isinstance(outcome, Refusal):
        return {
            "person_id": person,
            "act_id": None,
            "claim_id": None,
            "code": outcome.code,
            "detail": outcome.detail,
        }
    return {"person_id": person, "act_id": outcome.id, **_counted(outcome)}


def _counted(found: Act) -> CountedAct:
    return {"claim_id": found.claim, "code": found.refused, "detail": found.reason or None}
