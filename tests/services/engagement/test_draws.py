"""Draws: entries fixed at the cut-off, a seed from the ledger, and a result that anybody can replay (R29)."""

import json
import runpy
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import errors
from contracts.aggregation import BlockSealed
from contracts.engagement import DrawHeld, SignedUp
from messaging.testing import ServiceHarness
from services.engagement.domain import draws, places
from services.engagement.domain.draws import SealedBlock
from services.engagement.domain.places import Party
from services.engagement.schemas import draws as shown
from tests.services.engagement.factories import CHAIR, NOW, START, actor, form, plan, publish, published, sign_up

VERIFY = runpy.run_path(str(Path(__file__).parents[3] / "clients" / "verify-proof" / "verify.py"), run_name="verify")
CLOSED = START - timedelta(days=1)
AFTER = CLOSED + timedelta(minutes=1)


def block(height: int, at: datetime, previous: str = "0" * 64) -> SealedBlock:
    """Return a block whose hash is made as aggregation makes it."""
    header = {
        "community_id": "com_1",
        "number": height,
        "previous_hash": previous,
        "root": "ab" * 32,
        "size": 1,
        "sealed_at": at.isoformat(),
    }
    return SealedBlock("com_1", height, VERIFY["block_hash"](header), "ab" * 32, previous, 1, at)


def sealed(found: SealedBlock) -> BlockSealed:
    return BlockSealed(
        community="com_1",
        block=found.hash,
        height=found.height,
        root=found.root,
        previous=found.previous,
        size=1,
        at=found.sealed_at,
    )


def held(sizes: Iterable[int], most: int = 10) -> tuple[Any, Any, list[Any]]:
    """Hold a draw among parties of these sizes; return the activity, the draw and its events."""
    activity = published(allocation="draw", places=most, most_party=min(most, 4))
    entries = [
        places.sign_up(
            activity, Party(f"hou_{number}", tuple(f"per_{number}{each}" for each in range(size))), "x", NOW
        )[0]
        for number, size in enumerate(sizes)
    ]
    draw, events = draws.hold(activity, draws.entered(activity, entries), block(1, AFTER), "clock", AFTER)
    return activity, draw, events


@given(sizes=st.lists(st.integers(1, 4), max_size=30), most=st.integers(4, 12))
def test_whatever_the_parties_a_draw_is_replayed_to_the_same_result(sizes: list[int], most: int) -> None:
    activity, draw, events = held(sizes, most)
    reply = json.loads(json.dumps(shown.held(activity, draw)))
    VERIFY["check_draw"](reply)
    given_places = sum(each["size"] for each in draw.entries if each["outcome"] == "confirmed")
    assert given_places == activity.taken <= most
    assert len(events) == len(sizes) + 1


_FAULTS = {
    "order": "not in the order",
    "ticket": "the ticket of",
    "outcome": "places were left",
    "seed": "does not make its hash",
    "early": "before sign-up closed",
}


@pytest.mark.parametrize("wrong", _FAULTS)
def test_a_draw_that_was_tampered_with_is_not_replayed(wrong: str) -> None:
    activity, draw, _ = held([1] * 8, most=4)
    reply = json.loads(json.dumps(shown.held(activity, draw)))
    first, last = reply["entries"][0], reply["entries"][-1]
    if wrong == "order":
        reply["entries"].reverse()
    elif wrong == "ticket":
        first["ticket"] = sha256(b"mine").hexdigest()
    elif wrong == "outcome":
        first["outcome"], last["outcome"] = last["outcome"], first["outcome"]
    elif wrong == "seed":
        reply["block"]["root"] = "cd" * 32
    else:
        reply["closed_at"] = AFTER.isoformat()
    with pytest.raises(ValueError, match=_FAULTS[wrong]):
        VERIFY["check_draw"](reply)


def test_who_withdraws_after_the_cut_off_keeps_the_order_of_all_others() -> None:
    activity = published(allocation="draw", places=1, most_party=1)
    entries = [places.sign_up(activity, Party(f"hou_{n}", (f"per_{n}",)), "x", NOW)[0] for n in range(4)]
    before = sorted(entries, key=lambda each: draws.ticket(block(1, AFTER).hash, activity.id, each.entry))
    places.withdraw(activity, before[0], "x", CLOSED)
    draw, _ = draws.hold(activity, draws.entered(activity, entries), block(1, AFTER), "clock", AFTER)
    assert [each["entry"] for each in draw.entries] == [each.entry for each in before]
    assert [each["outcome"] for each in draw.entries] == ["withdrawn", "confirmed", "waiting", "waiting"]


def test_who_withdraws_before_the_cut_off_is_no_entry() -> None:
    activity = published(allocation="draw")
    signup, _ = places.sign_up(activity, Party("hou_1", ("per_1",)), "x", NOW)
    places.withdraw(activity, signup, "x", NOW)
    assert draws.entered(activity, [signup]) == []


def test_a_draw_is_held_once_after_the_cut_off_and_not_without_a_block() -> None:
    activity = published(allocation="draw")
    with pytest.raises(errors.WrongState):
        draws.hold(activity, [], block(1, NOW), "clock", NOW)
    with pytest.raises(errors.DrawWaits):
        draws.hold(activity, [], None, "clock", AFTER)
    draws.hold(activity, [], block(1, AFTER), "clock", AFTER)
    with pytest.raises(errors.WrongState):
        draws.hold(activity, [], block(1, AFTER), "clock", AFTER)
    with pytest.raises(errors.WrongState):
        draws.hold(published(), [], block(1, AFTER), "clock", AFTER)


def test_places_stay_as_they_were_when_sign_up_closed_until_the_draw_is_held() -> None:
    activity = published(allocation="draw")
    with pytest.raises(errors.WrongState):
        activity.revise(plan(allocation="draw", places=6), (), CHAIR, AFTER)
    draws.hold(activity, [], block(1, AFTER), "clock", AFTER)
    activity.revise(plan(allocation="draw", places=6), (), CHAIR, AFTER)


def test_the_timer_holds_a_draw_when_the_first_block_after_the_cut_off_and_the_one_before_are_known(
    service: ServiceHarness,
) -> None:
    activity = publish(service, allocation="draw", places=2, most_party=2)
    own = sign_up(service, activity, "per_1a", "per_1b")
    sign_up(service, activity, "per_2a")
    assert own["state"] == "entered"
    assert service.call("get_draw", activity_id=activity)["entries"] == []
    first = block(1, NOW)
    second = block(2, AFTER, first.hash)
    third = block(3, AFTER + timedelta(seconds=5), second.hash)
    service.at(AFTER + timedelta(minutes=1))
    waiting = service.call("get_draw", activity_id=activity)
    assert (waiting["state"], len(waiting["entries"])) == ("waiting", 2)
    service.handle(sealed(third))
    assert service.tick("hold_due_draws") == []
    service.handle(sealed(second))
    assert service.tick("hold_due_draws") == []
    service.handle(sealed(first), sealed(first))
    events = service.tick("hold_due_draws")
    assert [type(event) for event in events] == [DrawHeld, SignedUp, SignedUp]
    result = service.call("get_draw", activity_id=activity)
    assert (result["state"], result["block"]["number"]) == ("held", 2)
    VERIFY["check_draw"](result)
    VERIFY["check_first"](result, [result["block"], {**result["block"], **_as_block(first)}])
    assert own["entry"] in {entry["entry"] for entry in result["entries"]}
    assert service.tick("hold_due_draws") == []


def _as_block(found: SealedBlock) -> dict[str, Any]:
    return {
        "number": found.height,
        "previous_hash": found.previous,
        "hash": found.hash,
        "sealed_at": found.sealed_at.isoformat(),
    }


def test_without_a_block_the_order_of_sign_ups_decides_half_way_to_the_end_of_offers(service: ServiceHarness) -> None:
    activity = publish(service, allocation="draw", places=1, most_party=1)
    signups = [sign_up(service, activity, f"per_{number}a") for number in (1, 2, 3)]
    service.at(AFTER)
    with pytest.raises(errors.DrawWaits) as waits:
        service.call("hold_draw", actor=actor(CHAIR), activity_id=activity)
    service.at(datetime.fromisoformat(waits.value.facts["falls_back_at"])).tick("hold_due_draws")
    result = service.call("get_draw", activity_id=activity)
    assert (result["method"], result["block"]) == ("order_of_sign_up", None)
    assert [each["entry"] for each in result["entries"]] == [each["entry"] for each in signups]
    last = service.call("get_signup", actor=actor("per_3a"), activity_id=activity, signup_id=signups[2]["id"])
    assert (last["state"], last["position"]) == ("waiting", 2)


def test_an_activity_by_order_of_sign_up_has_no_draw(service: ServiceHarness) -> None:
    activity = publish(service)
    with pytest.raises(errors.NotFound):
        service.call("get_draw", activity_id=activity)
    with pytest.raises(errors.RoleMissing):
        service.call("hold_draw", actor=actor("per_1a"), activity_id=activity)
    with pytest.raises(errors.Invalid):
        service.call(
            "create_activity", actor=actor(CHAIR), **form(allocation="draw", offers_end_at=form()["closes_at"])
        )
