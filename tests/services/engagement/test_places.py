"""Places, waiting list and offers, by the rules alone (R29)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import errors
from services.engagement.domain import places
from services.engagement.domain.activities import Activity
from services.engagement.domain.places import Ahead, Party
from services.engagement.domain.signups import SignUp
from tests.services.engagement.factories import CHAIR, NOW, START, plan, published


def party(name: str, size: int = 1, already: int = 0) -> Party:
    return Party(f"hou_{name}", tuple(f"per_{name}{number}" for number in range(size)), already)


def signed_up(activity: Activity, name: str, size: int = 1) -> SignUp:
    return places.sign_up(activity, party(name, size), f"per_{name}0", NOW)[0]


def test_who_comes_while_places_are_free_has_them() -> None:
    activity = published(places=5)
    signup, event = places.sign_up(activity, party("a", 3), "per_a0", NOW)
    assert (signup.state, event.state, activity.free) == ("confirmed", "confirmed", 2)


def test_a_party_that_does_not_fit_waits_whole() -> None:
    activity = published(places=5)
    signed_up(activity, "a", 3)
    assert signed_up(activity, "b", 3).state == "waiting"
    assert activity.free == 2


def test_a_smaller_party_takes_places_that_a_larger_one_before_it_cannot_use() -> None:
    activity = published(places=5)
    signed_up(activity, "a", 3)
    signed_up(activity, "b", 3)
    assert signed_up(activity, "c", 2).state == "confirmed"


def test_places_that_become_free_are_offered_in_the_order_of_numbers() -> None:
    activity = published(places=2, most_party=2)
    first = signed_up(activity, "a", 2)
    waiting = [signed_up(activity, name) for name in "bcd"]
    places.withdraw(activity, first, "per_a0", NOW)
    offers = places.promote(activity, waiting, NOW)
    assert [offer.signup for offer in offers] == [each.id for each in waiting[:2]]
    assert (activity.taken, waiting[2].state) == (2, "waiting")


def test_an_offer_ends_after_its_hours_or_with_all_offers_whichever_is_first() -> None:
    activity = published(places=1, most_party=1, offer_hours=12)
    first, second = signed_up(activity, "a"), signed_up(activity, "b")
    places.withdraw(activity, first, "per_a0", NOW)
    assert places.promote(activity, [second], NOW)[0].until == NOW + timedelta(hours=12)
    late = activity.plan.offers_end_at - timedelta(hours=1)
    places.withdraw(activity, second, "per_b0", late)
    third = signed_up(activity, "c")
    third.state = "waiting"
    activity.taken = 0
    assert places.promote(activity, [third], late)[0].until == activity.plan.offers_end_at


def test_no_offer_goes_out_once_offers_have_ended() -> None:
    activity = published(places=1, most_party=1)
    first, second = signed_up(activity, "a"), signed_up(activity, "b")
    end = activity.plan.offers_end_at
    places.withdraw(activity, first, "per_a0", end)
    assert places.promote(activity, [second], end) == []


def test_an_offer_that_nobody_accepts_lapses_and_its_places_are_free_again() -> None:
    activity = published(places=1, most_party=1)
    first, second = signed_up(activity, "a"), signed_up(activity, "b")
    places.withdraw(activity, first, "per_a0", NOW)
    places.promote(activity, [second], NOW)
    later = NOW + timedelta(hours=12)
    assert [lost.reason for lost in places.lapse(activity, [second], later)] == ["lapsed"]
    assert (second.state, activity.free) == ("lost", 1)
    with pytest.raises(errors.OfferLapsed):
        places.accept(activity, second, "per_b0", later)


def test_an_offer_is_accepted_before_its_deadline_alone() -> None:
    activity = published(places=1, most_party=1)
    first, second = signed_up(activity, "a"), signed_up(activity, "b")
    places.withdraw(activity, first, "per_a0", NOW)
    [offer] = places.promote(activity, [second], NOW)
    with pytest.raises(errors.OfferLapsed):
        places.accept(activity, second, "per_b0", offer.until)
    accepted = places.accept(activity, second, "per_b0", offer.until - timedelta(seconds=1))
    assert accepted is not None
    assert (second.state, activity.taken) == ("confirmed", 1)
    assert places.accept(activity, second, "per_b0", NOW) is None


@pytest.mark.parametrize(("when", "phase"), [(START - timedelta(days=1), "closed"), (START, "running")])
def test_nobody_signs_up_from_the_cut_off_on(when: Any, phase: str) -> None:
    with pytest.raises(errors.SignUpClosed) as refused:
        places.sign_up(published(), party("a"), "per_a0", when)
    assert refused.value.facts == {"phase": phase}


def test_a_household_has_at_most_the_people_that_the_activity_allows_in_all_its_sign_ups() -> None:
    with pytest.raises(errors.PartyTooLarge) as refused:
        places.sign_up(published(most_party=3), party("a", 2, already=2), "per_a0", NOW)
    assert refused.value.facts == {"most": 3, "already": 2}


def test_nobody_withdraws_after_the_start() -> None:
    activity = published()
    signup = signed_up(activity, "a")
    with pytest.raises(errors.WrongState):
        places.withdraw(activity, signup, "per_a0", START)


def test_places_are_never_fewer_than_are_taken() -> None:
    activity = published(places=5)
    signed_up(activity, "a", 4)
    with pytest.raises(errors.PlacesTaken):
        activity.revise(plan(places=3, most_party=3), (), CHAIR, NOW)


def test_everybody_who_signed_up_is_named_when_time_or_place_changes_and_when_it_is_cancelled() -> None:
    activity = published()
    signup = signed_up(activity, "a", 2)
    changed = activity.revise(plan(place="广场"), signup.people, CHAIR, NOW)
    assert changed is not None
    assert changed.people == ("per_a0", "per_a1")
    assert activity.revise(plan(place="广场", title="大扫除"), signup.people, CHAIR, NOW) is None
    cancelled = activity.cancel("下雨", [signup], CHAIR, NOW)
    assert cancelled is not None
    assert (cancelled.people, signup.state, activity.taken) == (("per_a0", "per_a1"), "cancelled", 0)


def test_what_a_waiting_party_reads_says_its_position_and_why() -> None:
    activity = published(places=4)
    signed_up(activity, "a", 4)
    waiting = signed_up(activity, "b", 2)
    assert places.explain(activity, waiting, Ahead(2, 5), NOW) == (
        "第 3 位，因为 4 个名额已满，前面还有 2 户共 5 人；有人退出时依次递补"
    )
    activity.taken = 3
    assert "空余 1 个名额，不够您报名的 2 人" in places.explain(activity, waiting, Ahead(0, 0), NOW)
    assert "递补已经截止" in places.explain(activity, waiting, Ahead(0, 0), activity.plan.offers_end_at)


_STEPS = st.lists(
    st.tuples(st.sampled_from(("sign_up", "withdraw", "accept", "pass")), st.integers(0, 30), st.integers(1, 4)),
    max_size=60,
)


@given(steps=_STEPS, most=st.integers(1, 8))
def test_in_any_order_of_steps_places_taken_are_those_of_parties_with_places_and_never_too_many(
    steps: list[tuple[str, int, int]], most: int
) -> None:
    activity = published(places=most, most_party=min(4, most))
    signups: list[SignUp] = []
    now = NOW
    for step, number, size in steps:
        if step == "sign_up":
            signups.append(signed_up(activity, str(len(signups)), min(size, most, 4)))
        elif step == "pass":
            now += timedelta(hours=size)
            places.lapse(activity, signups, now)
            places.promote(activity, signups, now)
        elif signups:
            chosen = signups[number % len(signups)]
            if step == "withdraw":
                places.withdraw(activity, chosen, "per_x", now)
                places.promote(activity, signups, now)
            elif chosen.state == "offered" and chosen.offered_until and chosen.offered_until > now:
                places.accept(activity, chosen, "per_x", now)
        assert activity.taken == sum(each.size for each in signups if each.has_places) <= most
        if now < activity.plan.offers_end_at:
            assert not [each for each in signups if each.state == "waiting" and each.size <= activity.free]
