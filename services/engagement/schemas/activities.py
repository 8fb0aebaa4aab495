"""Activities and sign-ups as replies, and the organizers' form as a plan."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from contracts.calls import engagement as calls
from services.engagement.domain.activities import Activity, Plan
from services.engagement.domain.places import Ahead, explain
from services.engagement.domain.signups import SignUp

Counts = Mapping[tuple[str, str], int]
"""People by activity and state of their sign-up."""
_NOBODY = Ahead(0, 0)


def plan_of(form: calls.ActivityForm) -> Plan:
    """Return the plan that a form describes; closing and end of offers are the start unless given."""
    start = datetime.fromisoformat(form["starts_at"])
    closes = form.get("closes_at")
    offers_end = form.get("offers_end_at")
    return Plan(
        title=form["title"],
        kind=form["kind"],  # type: ignore[arg-type]  # the gateway has validated it
        description=form["description"],
        place=form["place"],
        starts_at=start,
        ends_at=datetime.fromisoformat(form["ends_at"]),
        closes_at=datetime.fromisoformat(closes) if closes else start,
        offers_end_at=datetime.fromisoformat(offers_end) if offers_end else start,
        places=form["places"],
        most_party=form["most_party"],
        allocation=form["allocation"],  # type: ignore[arg-type]
        offer_hours=form["offer_hours"],
        hosts=tuple(dict.fromkeys(form["host_ids"])),
        item=form.get("item"),
    )


def public_activity(found: Activity, counts: Counts, now: datetime) -> calls.PublicActivity:
    plan = found.plan
    return {
        "id": found.id,
        "community_id": found.community,
        "title": plan.title,
        "kind": plan.kind,
        "description": plan.description,
        "place": plan.place,
        "starts_at": plan.starts_at.isoformat(),
        "ends_at": plan.ends_at.isoformat(),
        "closes_at": plan.closes_at.isoformat(),
        "offers_end_at": plan.offers_end_at.isoformat(),
        "places": plan.places,
        "taken": found.taken,
        "waiting": counts.get((found.id, "waiting"), 0),
        "entered": counts.get((found.id, "entered"), 0),
        "most_party": plan.most_party,
        "allocation": plan.allocation,
        "offer_hours": plan.offer_hours,
        "phase": found.phase(now),
        "cancel_reason": found.cancel_reason,
        "item": plan.item,
        "version": found.version,
    }


def activity(found: Activity, counts: Counts, own: Sequence[calls.SignUp], now: datetime) -> calls.Activity:
    return {
        **public_activity(found, counts, now),
        "host_ids": list(found.plan.hosts),
        "created_by_id": found.created_by,
        "created_at": found.created_at.isoformat(),
        "own_signups": list(own),
    }


def signup(found: SignUp, of: Activity, ahead: Ahead | None, now: datetime) -> calls.SignUp:
    return {
        "id": found.id,
        "activity_id": found.activity,
        "household_id": found.household,
        "person_ids": list(found.people),
        "state": found.state,
        "number": found.number,
        "entry": found.entry,
        "position": ahead.parties + 1 if ahead else None,
        "explanation": explain(of, found, ahead or _NOBODY, now),
        "offered_until": found.offered_until.isoformat() if found.offered_until else None,
        "signed_up_by_id": found.signed_up_by,
        "signed_up_at": found.signed_up_at.isoformat(),
        "changed_at": found.changed_at.isoformat(),
    }
