"""Splitting and merging households, and their cards, on a real store (R3, R6)."""

from datetime import timedelta

import pytest

from contracts import cards, errors
from contracts.instants import instant
from contracts.registry import CardIssued, CardRevoked, HouseholdMerged
from tests.services.registry.conftest import NOW, Registry

CODE, NEXT = "7K3M9QRTXW2EH5NA4BCD", "8K3M9QRTXW2EH5NA4BCD"
TODAY = "2026-11-20"


def split(registry: Registry, by: str = "zhou", **form: object) -> dict[str, object]:
    form = {"household_id": registry.ids["li's"], "on": TODAY, "resident_ids": [registry.ids["sun"]]} | form
    return registry.by(by, "split_household", **form)


def merge(registry: Registry, by: str = "zhou", household: str = "li's", into: str = "wang's", on: str = TODAY) -> dict:
    ids = {"household_id": registry.ids[household], "into_household_id": registry.ids[into]}
    return registry.by(by, "merge_household", on=on, **ids)


def issue(registry: Registry, by: str = "wang", code: str = CODE, household: str = "li's") -> dict[str, object]:
    return registry.by(by, "issue_card", household_id=registry.ids[household], code=code, pin_hash="$argon2id$pin")


def names(household: dict) -> set[str]:
    return {member["name"] for member in household["members"]}


def test_a_split_creates_a_household_in_the_same_or_another_courtyard(registry: Registry) -> None:
    made = split(registry, by="he", courtyard_id=registry.ids["courtyard 40"])

    assert (made["code"], made["courtyard_number"], names(made)) == ("04-040-1", 40, {"sun"})
    assert names(registry.by("he", "get_household", household_id=registry.ids["li's"])) == {"li"}
    assert registry.new_event_names() == ["HouseholdRegistered", "ResidentMoved"]


@pytest.mark.parametrize(
    ("leaving", "refusal"), [(["li", "sun"], errors.WrongState), (["wang"], errors.Invalid), ([], errors.Invalid)]
)
def test_a_split_is_refused_with_all_members_with_strangers_and_with_nobody(
    registry: Registry, leaving: list[str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        split(registry, resident_ids=[registry.ids[name] for name in leaving])
    assert registry.new_events() == []


def test_a_merge_publishes_its_events_and_voids_the_card(registry: Registry) -> None:
    issue(registry)
    registry.new_events()

    merged = merge(registry)

    assert names(merged) == {"wang", "li", "sun"}
    assert registry.new_event_names() == [
        "ResidentMoved",
        "SpendingWaitChanged",
        "ResidentMoved",
        "SpendingWaitChanged",
        "HouseholdMoved",
        "HouseholdMerged",
        "CardRevoked",
    ]
    event = next(event for event in registry.emitted if isinstance(event, HouseholdMerged))
    assert (event.household, event.into) == (registry.ids["li's"], registry.ids["wang's"])
    old = registry.by("he", "get_household", household_id=registry.ids["li's"])
    assert (old["merged_into_id"], old["courtyard_id"], old["members"]) == (registry.ids["wang's"], None, [])


def test_the_last_member_who_joins_another_household_merges_their_own_into_it(registry: Registry) -> None:
    split(registry)
    registry.new_events()

    to = {"household_id": registry.ids["wang's"]}
    registry.by("zhou", "move_resident", resident_id=registry.ids["sun"], on=TODAY, to=to)

    assert registry.new_event_names() == [
        "ResidentMoved",
        "SpendingWaitChanged",
        "HouseholdMoved",
        "HouseholdMerged",
    ]


def test_a_merge_cannot_be_in_the_future(registry: Registry) -> None:
    with pytest.raises(errors.Invalid) as refused:
        merge(registry, on="2026-11-21")
    assert refused.value.errors[0]["pointer"] == "/on"
    to = {"household_id": registry.ids["wang's"]}
    with pytest.raises(errors.Invalid):
        registry.by("zhou", "move_resident", resident_id=registry.ids["li"], on="2026-11-21", to=to)

    merge(registry, on="2026-11-01")


def test_splitting_and_merging_need_the_role_and_are_refused_for_ones_own_household(registry: Registry) -> None:
    for by, refusal in (("li", errors.NotFound), ("wang", errors.RoleMissing)):
        with pytest.raises(refusal):
            merge(registry, by, household="wang's", into="li's")
    with pytest.raises(errors.RoleMissing):
        split(registry, "wang")
    registry.by("he", "appoint", person_id=registry.ids["li"], role="grid_officer", scope_id=registry.ids["grid 12"])
    for households in (("li's", "wang's"), ("wang's", "li's")):
        with pytest.raises(errors.Recused):
            merge(registry, "li", *households)


def test_a_grid_officer_merges_within_their_grid_and_the_committee_everywhere(registry: Registry) -> None:
    there = {"courtyard_id": registry.ids["courtyard 40"], "since": "2020-01-01"}
    registry.ids["far"] = registry.by("he", "register_household", **there)["id"]

    with pytest.raises(errors.NotFound):
        merge(registry, "zhou", into="far")
    assert names(merge(registry, "he", into="far")) == {"li", "sun"}


def test_nobody_joins_a_merged_household(registry: Registry) -> None:
    merge(registry)

    with pytest.raises(errors.WrongState):
        registry.person("new", household_id=registry.ids["li's"], tenure="tenant")
    with pytest.raises(errors.WrongState):
        issue(registry, "he")


def test_a_card_is_published_by_its_digest_and_printed_from_its_encrypted_code(registry: Registry) -> None:
    card = {
        "household_id": registry.ids["li's"],
        "since": TODAY,
        "issued_by_id": registry.ids["wang"],
        "issued_by_name": "wang",
        "issued_at": instant(NOW),
        "status": "waiting",
        "active_from": instant(NOW + timedelta(days=7)),
        "activated_by_id": None,
        "activated_at": None,
    }

    assert issue(registry) == card | {"awaits_me": False, "sealed": None}
    [event] = registry.new_events()
    assert isinstance(event, CardIssued)
    assert (event.card_digest, event.pin_hash) == (cards.digest(CODE), "$argon2id$pin")
    assert CODE not in str(event.dump())
    printed = registry.by("wang", "printed_card", household_id=registry.ids["li's"])
    assert printed == {
        "community_name": "昌宁社区",
        "household_code": "02-012-2",
        "row": 2,
        "courtyard_number": 12,
        "since": TODAY,
        "code": CODE,
    }
    assert registry.by("li", "get_household", household_id=registry.ids["li's"])["card"] == card | {"awaits_me": True}


def test_a_new_card_voids_the_old_one(registry: Registry) -> None:
    issue(registry)
    registry.new_events()

    issue(registry, "zhou", NEXT)

    revoked, issued = registry.new_events()
    assert revoked == CardRevoked(
        community=registry.ids["community"],
        sequence=3,
        household=registry.ids["li's"],
        card_digest=cards.digest(CODE),
    )
    assert issued.card_digest == cards.digest(NEXT)


def test_r42_members_see_who_issued_their_households_card(registry: Registry) -> None:
    issue(registry)

    seen, *_ = registry.by("li", "list_accesses")["data"]
    assert (seen["by_id"], seen["action"]) == (registry.ids["wang"], "card_issued")


def test_a_card_is_voided_by_a_member_or_by_the_head(registry: Registry) -> None:
    for by, code in (("sun", CODE), ("wang", NEXT)):
        issue(registry, code=code)
        registry.by(by, "revoke_card", household_id=registry.ids["li's"])
    with pytest.raises(errors.NotFound):
        registry.by("wang", "printed_card", household_id=registry.ids["li's"])
    with pytest.raises(errors.NotFound):
        registry.by("wang", "revoke_card", household_id=registry.ids["li's"])
    assert registry.by("li", "get_household", household_id=registry.ids["li's"])["card"] is None


def test_residents_can_neither_issue_nor_print_cards(registry: Registry) -> None:
    issue(registry)

    for method in ("printed_card", "issue_card"):
        more = {"code": NEXT, "pin_hash": "x"} if method == "issue_card" else {}
        with pytest.raises(errors.RoleMissing):
            registry.by("li", method, household_id=registry.ids["li's"], **more)
        with pytest.raises(errors.NotFound):
            registry.by("li", method, household_id=registry.ids["wang's"], **more)
    with pytest.raises(errors.NotFound):
        registry.by("li", "revoke_card", household_id=registry.ids["wang's"])


def test_after_the_set_up_a_merge_waits_for_the_branch_and_for_days(registry: Registry) -> None:
    registry.person("branch")
    registry.appoint_branch("branch")

    proposed = merge(registry)

    assert (proposed["merged_into_id"], names(proposed)) == (None, {"wang"})
    assert registry.approve(proposed["proposal_id"], by="branch")["state"] == "approved"
    assert names(registry.by("he", "get_household", household_id=registry.ids["wang's"])) == {"wang"}
    registry.later(days=3)
    registry.tick("apply_approved_proposals")
    assert names(registry.by("he", "get_household", household_id=registry.ids["wang's"])) == {"wang", "li", "sun"}
    waiting = registry.by("he", "list_spending_waits", state="open")["data"]
    assert {wait["person_id"] for wait in waiting if wait["cause"] == "merged"} == {
        registry.ids["li"],
        registry.ids["sun"],
    }


def test_nobody_approves_their_own_merge_and_no_household_is_moved_whole_into_another(registry: Registry) -> None:
    registry.person("branch")
    registry.appoint_branch("branch")
    proposed = merge(registry, by="he")

    with pytest.raises(errors.RoleMissing):
        registry.approve(proposed["proposal_id"], by="he")
    to = {"household_id": registry.ids["wang's"]}
    with pytest.raises(errors.WrongState):
        registry.by("zhou", "move_resident", resident_id=registry.ids["li"], on=TODAY, to=to)
