"""What needs a second person of another office: offices, and settings that loosen a guard (R4)."""

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import errors
from contracts.guards import SETTINGS, loosened_guards
from contracts.policy import Policy
from contracts.registry import Appointed, PolicySet, ProposalDecided, ProposalMade
from tests.services.registry.conftest import Registry, found_community


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """The small community after its set-up: Ma is its branch."""
    registry.person("ma")
    registry.appoint_branch("ma")
    registry.new_events()
    return registry


def put_settings(registry: Registry, **chosen: Any) -> dict[str, Any]:
    settings = registry.by("he", "get_settings", community_id=registry.ids["community"])
    return registry.by("he", "put_settings", community_id=registry.ids["community"], settings=settings | chosen)


def setting(registry: Registry, name: str) -> Any:
    return registry.by("he", "get_settings", community_id=registry.ids["community"])[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("objection_window_days", 4),
        ("spending_wait_days", 6),
        ("adjustment_bound", 3),
        ("daily_approval_points", 30_000),
        ("daily_correction_points", 501),
        ("daily_proxy_points", 301),
        ("card_daily_points", 201),
        ("point_value_fen", 101),
        ("declarer_may_review", True),
        ("public_place", "courtyard"),
        ("public_min_residents", 4),
        ("mask_names", False),
        ("upload_retention_days", 8),
        ("office_exceptions", (("committee", "branch"),)),
        ("late_declaration_days", 32),
        ("calendar", True),
        ("redemption_undo_minutes", 16),
        ("inspection_rank_points", ((1, 11), (10, 10), (30, 5), (60, 2))),
        ("inspection_rank_points", ((10, 10), (30, 5), (61, 2))),
    ],
)
def test_a_guard_is_loosened_in_one_direction_only(name: str, value: Any) -> None:
    looser = Policy.of({name: value})

    assert loosened_guards(Policy(), looser) == (name,)
    assert loosened_guards(looser, Policy()) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deductions", True),
        ("expiry", "12"),
        ("evidence_retention_days", 30),
        ("suspend_after_false_claims", 1),
        ("suspension_days", 1),
    ],
)
def test_what_harms_somebody_either_way_is_a_guard_in_both_directions(name: str, value: Any) -> None:
    other = Policy.of({name: value})

    assert loosened_guards(Policy(), other) == loosened_guards(other, Policy()) == (name,)


def test_every_setting_is_a_guard_or_says_why_not() -> None:
    assert set(SETTINGS) == {field.name for field in fields(Policy)}


def test_a_lower_quorum_is_looser() -> None:
    assert loosened_guards(Policy(approval_quorum=2), Policy()) == ("approval_quorum",)


def test_showing_items_instead_of_categories_is_looser() -> None:
    assert loosened_guards(Policy(public_deed="category"), Policy()) == ("public_deed",)


def test_looser_settings_take_effect_when_approved_and_after_the_delay(registry: Registry) -> None:
    answer = put_settings(registry, adjustment_bound=5)
    assert (answer["adjustment_bound"], setting(registry, "adjustment_bound")) == (2, 2)

    approved = registry.approve(answer["proposal_id"], "ma")

    assert (approved["state"], approved["settings"]) == ("approved", {"adjustment_bound": 5})
    for _ in range(2):
        assert setting(registry, "adjustment_bound") == 2
        registry.tick("apply_approved_proposals")
    registry.later(days=3).tick("apply_approved_proposals")
    assert setting(registry, "adjustment_bound") == 5
    made, decided, changed = registry.new_events()
    assert isinstance(made, ProposalMade)
    assert isinstance(decided, ProposalDecided)
    assert isinstance(changed, PolicySet)
    assert (changed.changed, changed.by, changed.approved_by) == (
        ("adjustment_bound",),
        registry.ids["he"],
        registry.ids["ma"],
    )


def test_a_shorter_wait_before_spending_takes_a_second_person_and_the_delay(registry: Registry) -> None:
    proposal = put_settings(registry, spending_wait_days=3)["proposal_id"]
    registry.later(days=30).tick("apply_approved_proposals")
    assert setting(registry, "spending_wait_days") == 7
    with pytest.raises(errors.RoleMissing):
        registry.approve(proposal, "he")

    registry.approve(proposal, "ma")

    registry.later(days=2).tick("apply_approved_proposals")
    assert setting(registry, "spending_wait_days") == 7
    registry.later(days=1).tick("apply_approved_proposals")
    assert setting(registry, "spending_wait_days") == 3


@pytest.mark.parametrize("days", [0, 2.9])
def test_no_wait_before_spending_below_the_floor_is_proposed(registry: Registry, days: float) -> None:
    with pytest.raises(errors.Invalid) as refused:
        put_settings(registry, spending_wait_days=days)

    assert [each["pointer"] for each in refused.value.errors] == ["/spending_wait_days"]
    listed = registry.by("ma", "list_proposals", community_id=registry.ids["community"], state="open")
    assert listed["data"] == []


def test_stricter_settings_take_effect_at_once_and_stay_when_an_older_proposal_is_applied(registry: Registry) -> None:
    proposal = put_settings(registry, adjustment_bound=5)["proposal_id"]
    registry.approve(proposal, "ma")

    assert put_settings(registry, approval_quorum=2)["proposal_id"] is None
    registry.later(days=3).tick("apply_approved_proposals")

    assert (setting(registry, "approval_quorum"), setting(registry, "adjustment_bound")) == (2, 5)


def test_a_proposal_is_decided_once_and_by_somebody_else_of_another_office(registry: Registry) -> None:
    proposal = put_settings(registry, adjustment_bound=5)["proposal_id"]
    for name, refusal in (("he", errors.RoleMissing), ("li", errors.RoleMissing)):
        with pytest.raises(refusal):
            registry.approve(proposal, name)

    refused = registry.by(
        "ma", "refuse_proposal", community_id=registry.ids["community"], proposal_id=proposal, reason="不妥"
    )

    assert (refused["state"], refused["decision_reason"]) == ("refused", "不妥")
    with pytest.raises(errors.AlreadyDecided):
        registry.approve(proposal, "ma")
    registry.later(days=9).tick("apply_approved_proposals")
    assert setting(registry, "adjustment_bound") == 2


@pytest.mark.parametrize("role", ["branch", "committee", "working_group", "working_group_chair", "merchant_operator"])
def test_an_office_is_held_only_when_another_office_approved(registry: Registry, role: str) -> None:
    scope = "mer_1" if role == "merchant_operator" else None
    proposed = registry.by("he", "appoint", person_id=registry.ids["li"], role=role, scope_id=scope)
    assert (proposed["id"], proposed["role"], proposed["person_name"]) == (proposed["proposal_id"], role, "li")
    assert registry.by("li", "me")["roles"] == []

    registry.approve(proposed["proposal_id"], "ma")

    assert [held["role"] for held in registry.by("li", "me")["roles"]] == [role]
    made, _, appointed = registry.new_events()
    assert isinstance(made, ProposalMade)
    assert isinstance(appointed, Appointed)
    assert appointed.by == registry.ids["he"]


def test_heads_and_grid_officers_need_no_approval(registry: Registry) -> None:
    for role, scope in (("head", "courtyard 40"), ("grid_officer", "grid 40")):
        held = registry.by("he", "appoint", person_id=registry.ids["sun"], role=role, scope_id=registry.ids[scope])
        assert held["proposal_id"] is None


def test_nobody_approves_their_own_appointment_or_that_of_their_household(registry: Registry) -> None:
    registry.person("gu", household_id=registry.ids["wang's"], tenure="tenant")
    proposed = registry.by("he", "appoint", person_id=registry.ids["gu"], role="branch")
    registry.approve(proposed["proposal_id"], "ma")
    for name in ("gu", "wang"):
        proposal = registry.by("he", "appoint", person_id=registry.ids[name], role="working_group")["proposal_id"]
        with pytest.raises(errors.Recused):
            registry.approve(proposal, "gu")


def test_an_approval_is_refused_when_the_person_has_taken_an_incompatible_office_meanwhile(registry: Registry) -> None:
    first, second = (
        registry.by("he", "appoint", person_id=registry.ids["li"], role=role)["proposal_id"]
        for role in ("committee", "working_group")
    )
    registry.approve(first, "ma")

    with pytest.raises(errors.OfficesIncompatible):
        registry.approve(second, "ma")


def test_a_committee_sets_up_its_community_alone_but_for_the_branch(empty: Registry) -> None:
    found_community(empty, "新社区")
    empty.person("gu")
    empty.person("ma")
    assert empty.by("he", "appoint", person_id=empty.ids["gu"], role="working_group_chair")["proposal_id"] is None
    assert put_settings(empty, adjustment_bound=5)["proposal_id"] is None

    proposal = empty.by("he", "appoint", person_id=empty.ids["ma"], role="branch")["proposal_id"]

    with pytest.raises(errors.RoleMissing):
        empty.approve(proposal, "gu")
    empty.approve(proposal)
    assert put_settings(empty, adjustment_bound=6)["proposal_id"] is not None
    [branch] = empty.by("he", "list_appointments", role="branch")["data"]
    empty.by("he", "end_appointment", appointment_id=branch["id"])
    assert put_settings(empty, adjustment_bound=6)["proposal_id"] is not None


def test_proposals_of_another_community_are_not_found(registry: Registry) -> None:
    proposal = put_settings(registry, adjustment_bound=5)["proposal_id"]
    stranger = registry.as_("ma", community="com_another")
    with pytest.raises(errors.NotFound):
        registry.call("approve_proposal", actor=stranger, community_id=registry.ids["community"], proposal_id=proposal)


def test_the_store_refuses_a_proposal_decided_by_its_proposer(registry: Registry) -> None:
    put_settings(registry, adjustment_bound=5)
    with pytest.raises(IntegrityError), registry.transaction() as tx:
        tx.session.execute(text("UPDATE proposals SET state = 'approved', decided_by = proposed_by"))
