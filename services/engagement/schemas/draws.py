"""Draws as replies."""

from collections.abc import Sequence
from typing import Literal

from contracts.calls import engagement as calls
from services.engagement.domain.activities import Activity
from services.engagement.domain.draws import Draw
from services.engagement.domain.signups import SignUp


def pending(activity: Activity, entries: Sequence[SignUp], state: Literal["entering", "waiting"]) -> calls.Draw:
    """Return a draw that is still to be held, with its entries in the order of sign-ups."""
    return {
        "activity_id": activity.id,
        "state": state,
        "method": None,
        "closed_at": activity.plan.closes_at.isoformat(),
        "falls_back_at": activity.falls_back_at.isoformat(),
        "held_at": None,
        "places": activity.plan.places,
        "block": None,
        "entries": [
            {
                "entry": each.entry,
                "size": each.size,
                "ticket": None,
                "outcome": "withdrawn" if each.state == "withdrawn" else "entered",
            }
            for each in entries
        ],
    }


def held(activity: Activity, draw: Draw) -> calls.Draw:
    """Return a draw's result, with its entries in the order of the draw."""
    return {
        "activity_id": activity.id,
        "state": "held",
        "method": draw.method,
        "closed_at": draw.closed_at.isoformat(),
        "falls_back_at": activity.falls_back_at.isoformat(),
        "held_at": draw.held_at.isoformat(),
        "places": draw.places,
        "block": draw.block,  # type: ignore[typeddict-item]  # as it was stored
        "entries": draw.entries,  # type: ignore[typeddict-item]
    }
