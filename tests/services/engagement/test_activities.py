"""Activities and sign-ups as their callers see them, on a real store (R29)."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import errors
from contracts.engagement import ActivityCancelled, ActivityChanged, PlaceLost, PlaceOffered, SignedUp
from contracts.registry import ResidentErased
from messaging.testing import ServiceHarness
from tests.services.engagement.factories import CHAIR, HEAD, NOW, OFFICER, START, actor, form, publish, sign_up


def test_a_draft_is_seen_by_organizers_alone_until_it_is_published(service: ServiceHarness) -> None:
    draft = service.call("create_activity", actor=actor(OFFICER), **form())
    with pytest.raises(errors.NotFound):
        service.call("get_activity", actor=actor("per_1a"), activity_id=draft["id"])
    assert service.call("list_activities", actor=actor("per_1a"))["data"] == []
    assert service.call("list_public_activities", community_id="com_1")["data"] == []
    service.call("publish_activity", actor=actor(CHAIR), activity_id=draft["id"])
    assert service.call("get_activity", actor=actor("per_1a"), activity_id=draft["id"])["phase"] == "open"
    assert service.call("get_public_activity", activity_id=draft["id"])["places"] == 5


def test_residents_organize_nothing(service: ServiceHarness) -> None:
    with pytest.raises(errors.RoleMissing):
        service.call("create_activity", actor=actor("per_1a"), **form())
    activity = publish(service)
    for call, more in (("cancel_activity", {"reason": "下雨"}), ("revise_activity", form()), ("publish_activity", {})):
        with pytest.raises(errors.RoleMissing):
            service.call(call, actor=actor(HEAD), activity_id=activity, **more)


def test_a_plan_that_contradicts_itself_is_refused_with_every_reason(service: ServiceHarness) -> None:
    wrong = form(ends_at=START.isoformat(), closes_at=(START + timedelta(hours=1)).isoformat(), most_party=6)
    with pytest.raises(errors.Invalid) as refused:
        service.call("create_activity", actor=actor(CHAIR), **wrong)
    assert [each["pointer"] for each in refused.value.errors] == [
        "/ends_at",
        "/closes_at",
        "/offers_end_at",
        "/most_party",
    ]
    with pytest.raises(errors.Invalid) as unknown:
        service.call("create_activity", actor=actor(CHAIR), **form(host_ids=["per_1a", "per_nobody"]))
    assert unknown.value.errors[0]["pointer"] == "/host_ids/1"


def test_a_full_activity_puts_parties_on_an_explained_waiting_list(service: ServiceHarness) -> None:
    activity = publish(service)
    assert sign_up(service, activity, "per_1a", "per_1b", "per_1c")["state"] == "confirmed"
    assert sign_up(service, activity, "per_2a", "per_2b")["state"] == "confirmed"
    second = sign_up(service, activity, "per_3a", "per_3b")
    third = sign_up(service, activity, "per_4a")
    assert (second["state"], second["position"], third["position"]) == ("waiting", 1, 2)
    assert third["explanation"] == "第 2 位，因为 5 个名额已满，前面还有 1 户共 2 人；有人退出时依次递补"
    seen = service.call("get_activity", actor=actor("per_4b"), activity_id=activity)
    assert (seen["taken"], seen["waiting"]) == (5, 3)
    assert seen["own_signups"] == [third]
    [own] = service.call("list_own_signups", actor=actor("per_4b"))["data"]
    assert own == third | {"activity": service.call("get_public_activity", activity_id=activity)}


def test_places_of_who_withdraws_are_offered_to_the_next_and_pass_on_when_the_offer_lapses(
    service: ServiceHarness,
) -> None:
    activity = publish(service, places=2, most_party=2)
    first = sign_up(service, activity, "per_1a", "per_1b")
    pair, single, last = (sign_up(service, activity, *who) for who in (("per_2a", "per_2b"), ("per_3a",), ("per_4a",)))
    service.call("withdraw_signup", actor=actor("per_1b"), activity_id=activity, signup_id=first["id"])
    assert [type(event) for event in service.emitted[-2:]] == [PlaceLost, PlaceOffered]
    where = {"activity_id": activity, "signup_id": pair["id"]}
    offered = service.call("get_signup", actor=actor("per_2a"), **where)
    assert (offered["state"], offered["offered_until"]) == ("offered", (NOW + timedelta(hours=12)).isoformat())
    events = service.later(hours=12).tick("end_due_offers")
    assert [(type(event), event.people) for event in events] == [
        (PlaceLost, ("per_2a", "per_2b")),
        (PlaceOffered, ("per_3a",)),
        (PlaceOffered, ("per_4a",)),
    ]
    with pytest.raises(errors.OfferLapsed):
        service.call("accept_places", actor=actor("per_2a"), **where)
    accepted = service.call("accept_places", actor=actor("per_3b"), activity_id=activity, signup_id=single["id"])
    assert accepted["state"] == "confirmed"
    assert isinstance(service.emitted[-1], SignedUp)
    assert service.call("get_signup", actor=actor("per_4a"), activity_id=activity, signup_id=last["id"])["state"] == (
        "offered"
    )


def test_who_lost_an_offer_may_sign_up_again_at_the_end_of_the_list(service: ServiceHarness) -> None:
    activity = publish(service, places=1, most_party=1)
    first = sign_up(service, activity, "per_1a")
    sign_up(service, activity, "per_2a")
    service.call("withdraw_signup", actor=actor("per_1a"), activity_id=activity, signup_id=first["id"])
    service.later(hours=12).tick("end_due_offers")
    assert sign_up(service, activity, "per_1a")["state"] == "confirmed"
    assert sign_up(service, activity, "per_2a")["number"] == 4


def test_nobody_takes_part_twice(service: ServiceHarness) -> None:
    activity = publish(service)
    sign_up(service, activity, "per_1a", "per_1b")
    with pytest.raises(errors.AlreadySignedUp) as refused:
        sign_up(service, activity, "per_1c", "per_1b")
    assert refused.value.facts == {"person_ids": ["per_1b"]}


def test_a_party_is_of_one_household_and_signed_up_by_it_or_by_who_acts_for_it(service: ServiceHarness) -> None:
    activity = publish(service)
    with pytest.raises(errors.Invalid) as mixed:
        sign_up(service, activity, "per_1a", "per_2a")
    assert mixed.value.errors[0]["pointer"] == "/person_ids/1"
    with pytest.raises(errors.RoleMissing):
        sign_up(service, activity, "per_2a", by="per_1a")
    with pytest.raises(errors.RoleMissing):
        sign_up(service, activity, "per_2a", by=HEAD)
    with pytest.raises(errors.NotFound):
        sign_up(service, activity, "per_nobody", by=OFFICER)
    assert sign_up(service, activity, "per_1a", by=HEAD)["signed_up_by_id"] == HEAD
    assert sign_up(service, activity, "per_2a", by=OFFICER)["signed_up_by_id"] == OFFICER
    assert service.call("sign_up", actor=actor(CHAIR), activity_id=activity, person_ids=[])["household_id"] is None


def test_a_sign_up_is_seen_and_changed_by_its_household_and_by_organizers_alone(service: ServiceHarness) -> None:
    activity = publish(service, host_ids=["per_5a"])
    signup = sign_up(service, activity, "per_1a")
    where = {"activity_id": activity, "signup_id": signup["id"]}
    for stranger in ("per_2a", "per_4a"):
        with pytest.raises(errors.NotFound):
            service.call("get_signup", actor=actor(stranger), **where)
        with pytest.raises(errors.NotFound):
            service.call("withdraw_signup", actor=actor(stranger), **where)
        with pytest.raises(errors.RoleMissing):
            service.call("list_signups", actor=actor(stranger), activity_id=activity)
    for reader in ("per_1c", "per_5a", HEAD, OFFICER):
        assert service.call("get_signup", actor=actor(reader), **where) == signup
    assert service.call("list_signups", actor=actor("per_5a"), activity_id=activity, state=["confirmed"])["data"] == [
        signup
    ]
    with pytest.raises(errors.NotFound):
        service.call("get_signup", actor=actor("per_1a", "com_2"), **where)


def test_more_places_are_offered_to_who_waits(service: ServiceHarness) -> None:
    activity = publish(service, places=1, most_party=1)
    sign_up(service, activity, "per_1a")
    sign_up(service, activity, "per_2a")
    service.call("revise_activity", actor=actor(CHAIR), activity_id=activity, **form(places=2, most_party=1))
    assert isinstance(service.emitted[-1], PlaceOffered)


def test_everybody_is_named_when_an_activity_moves_or_is_cancelled(service: ServiceHarness) -> None:
    activity = publish(service, places=1, most_party=1)
    sign_up(service, activity, "per_1a")
    sign_up(service, activity, "per_2a")
    service.call(
        "revise_activity", actor=actor(CHAIR), activity_id=activity, **form(places=1, most_party=1, place="桥")
    )
    changed = service.emitted[-1]
    assert isinstance(changed, ActivityChanged)
    assert changed.people == ("per_1a", "per_2a")
    shown = service.call("cancel_activity", actor=actor(CHAIR), activity_id=activity, reason="下雨")
    cancelled = service.emitted[-1]
    assert isinstance(cancelled, ActivityCancelled)
    assert cancelled.people == ("per_1a", "per_2a")
    assert (shown["phase"], shown["taken"], shown["cancel_reason"]) == ("cancelled", 0, "下雨")
    assert service.call("get_public_activity", activity_id=activity)["phase"] == "cancelled"


def test_lists_are_filtered_by_phase_and_paged_by_start(service: ServiceHarness) -> None:
    first = publish(service)
    later = {"starts_at": START + timedelta(days=1), "ends_at": START + timedelta(days=1, hours=1)}
    second = publish(service, **{name: at.isoformat() for name, at in later.items()})
    page = service.call("list_public_activities", community_id="com_1", limit=1)
    assert [each["id"] for each in page["data"]] == [second]
    rest = service.call("list_public_activities", community_id="com_1", limit=1, cursor=page["next_cursor"])
    assert ([each["id"] for each in rest["data"]], rest["next_cursor"]) == ([first], None)
    service.at(START)
    for phase, found in (("running", [first]), ("closed", [second]), ("open", []), ("ended", [])):
        assert [
            each["id"] for each in service.call("list_activities", actor=actor("per_1a"), phase=[phase])["data"]
        ] == (found)


def test_an_erased_person_gives_up_their_places(service: ServiceHarness) -> None:
    activity = publish(service, places=1, most_party=1)
    sign_up(service, activity, "per_1a")
    sign_up(service, activity, "per_2a")
    service.handle(ResidentErased(community="com_1", sequence=9, person="per_1a"))
    assert [type(event) for event in service.emitted[-2:]] == [PlaceLost, PlaceOffered]


def test_the_others_of_an_erased_person_s_party_keep_their_places(service: ServiceHarness) -> None:
    activity = publish(service)
    signup = sign_up(service, activity, "per_1a", "per_1b")
    service.handle(ResidentErased(community="com_1", sequence=9, person="per_1a"))
    where = {"activity_id": activity, "signup_id": signup["id"]}
    assert service.call("get_signup", actor=actor("per_1b"), **where)["person_ids"] == ["per_1b"]
    assert service.call("get_public_activity", activity_id=activity)["taken"] == 1


def test_racers_for_the_last_places_get_exactly_those(service: ServiceHarness) -> None:
    activity = publish(service, places=5, most_party=2)
    answers: list[dict[str, Any]] = []

    def race(number: int) -> None:
        answers.append(sign_up(service, activity, *[f"per_{number}{letter}" for letter in "ab"[: 1 + number % 2]]))

    racers = [Thread(target=race, args=(number,)) for number in range(1, 13)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(answers) == len(racers)
    assert sum(len(each["person_ids"]) for each in answers if each["state"] == "confirmed") == 5
    assert sorted(each["number"] for each in answers) == list(range(1, 13))


def test_the_store_itself_refuses_more_places_taken_than_there_are(service: ServiceHarness) -> None:
    activity = publish(service, places=2, most_party=2)
    with service.transaction() as tx, pytest.raises(IntegrityError, match="activities_places_taken"):
        tx.session.execute(text("UPDATE activities SET taken = 3 WHERE id = :id"), {"id": activity})
