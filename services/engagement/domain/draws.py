"""Draws that anybody can replay: published entries, and a seed that nobody knew before sign-up closed (R29).

The seed is the hash of the community's first ledger block sealed after the cut-off. Each entry's ticket is the SHA-256
of `seed:activity:entry`; entries are ordered by ticket, lowest first. In that order each party gets places if it fits
in what is left; the others wait in the same order. An entry withdrawn after the cut-off keeps its ticket and gets
nothing. Without a block until `falls_back_at` the order is that of the sign-ups. `clients/verify-proof` replays it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from contracts import errors
from contracts.engagement import DrawHeld, SignedUp
from services.engagement.domain.activities import Activity
from services.engagement.domain.signups import SignUp


@dataclass
class SealedBlock:
    """A block of the community's ledger, as aggregation announced it."""

    community: str
    height: int
    hash: str
    root: str
    previous: str
    size: int
    sealed_at: datetime


@dataclass
class Draw:
    """The result of one draw; it never changes, whatever its parties do later."""

    community: str
    activity: str
    method: Literal["seed", "order_of_sign_up"]
    held_at: datetime
    held_by: str
    places: int
    closed_at: datetime
    block: dict[str, Any] | None
    """The block whose hash is the seed, with all that its hash is made of."""
    entries: list[dict[str, Any]] = field(default_factory=list)
    """In the order of the draw: entry, size, ticket, outcome."""


def entered(activity: Activity, signups: Iterable[SignUp]) -> list[SignUp]:
    """Return the entries: what was in the draw when sign-up closed, by the order of sign-ups."""
    return sorted(
        (
            signup
            for signup in signups
            if signup.state == "entered"
            or (signup.state == "withdrawn" and signup.changed_at >= activity.plan.closes_at)
        ),
        key=lambda signup: signup.number,
    )


def ticket(seed: str, activity: str, entry: str) -> str:
    """Return what an entry is ordered by."""
    return sha256(f"{seed}:{activity}:{entry}".encode()).hexdigest()


def hold(
    activity: Activity, entries: Sequence[SignUp], block: SealedBlock | None, by: str, at: datetime
) -> tuple[Draw, list[DrawHeld | SignedUp]]:
    """Hold the draw of a closed activity once, by `block`, or without one by the order of sign-ups.

    Raises `WrongState` when there is nothing to draw or it is held, `DrawWaits` without a block before the fall-back.
    """
    _must_be_due(activity, at)
    if block is None and at < activity.falls_back_at:
        raise errors.DrawWaits(facts={"falls_back_at": activity.falls_back_at.isoformat()})
    tickets = {each.id: ticket(block.hash, activity.id, each.entry) if block else None for each in entries}
    ordered = sorted(entries, key=lambda each: (tickets[each.id] or "", each.number))
    draw = Draw(
        community=activity.community,
        activity=activity.id,
        method="seed" if block else "order_of_sign_up",
        held_at=at,
        held_by=by,
        places=activity.plan.places,
        closed_at=activity.plan.closes_at,
        block=_header(block) if block else None,
    )
    activity.drawn_at = at
    activity.version += 1
    given: list[DrawHeld | SignedUp] = [
        DrawHeld(
            community=activity.community,
            sequence=activity.version,
            activity=activity.id,
            by=by,
            at=at,
            seed=block.hash if block else None,
            height=block.height if block else None,
            entries=len(ordered),
            places=activity.plan.places,
        )
    ]
    for number, signup in enumerate(ordered, start=1):
        outcome = _give(activity, signup, number)
        given += [signup.drawn(at)] if signup.is_active else []
        draw.entries.append(
            {"entry": signup.entry, "size": signup.size, "ticket": tickets[signup.id], "outcome": outcome}
        )
    return draw, given


def _give(activity: Activity, signup: SignUp, number: int) -> str:
    signup.number = number
    if not signup.is_active:
        return "withdrawn"
    if signup.size > activity.free:
        signup.state = "waiting"
        return "waiting"
    activity.taken += signup.size
    signup.state = "confirmed"
    return "confirmed"


def _must_be_due(activity: Activity, at: datetime) -> None:
    if activity.plan.allocation != "draw":
        raise errors.WrongState("这个活动按报名先后分配名额，不抽签")
    if activity.drawn_at:
        raise errors.WrongState("已经抽过签")
    if activity.state != "published" or at < activity.plan.closes_at:
        raise errors.WrongState("报名截止后才能抽签")


def _header(block: SealedBlock) -> dict[str, Any]:
    return {
        "community_id": block.community,
        "number": block.height,
        "previous_hash": block.previous,
        "root": block.root,
        "size": block.size,
        "sealed_at": block.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "hash": block.hash,
    }
