"""Erasing people: who asked for it at once, everybody else by two people of different offices (R4, R42)."""

from typing import Any

import pytest

from contracts import errors
from tests.services.registry.conftest import Registry


@pytest.fixture
def village(registry: Registry) -> Registry:
    """Return the registry of a community that is set up: its branch is Qian."""
    registry.person("qian")
    registry.appoint_branch("qian")
    registry.later(days=1)
    registry.new_events()
    return registry


def erase(registry: Registry, name: str, by: str = "he") -> dict[str, Any]:
    """Erase a person, or propose it, as somebody."""
    answer: dict[str, Any] = registry.by(by, "erase_resident", resident_id=registry.ids[name])
    return answer


def is_erased(registry: Registry, name: str) -> bool:
    """Return whether the data of a person is gone."""
    person = registry.ids[name]
    return bool(registry.call("names", ids=[person], masked=False) == {person: "已注销"})


def approve(registry: Registry, proposal: str, by: str) -> None:
    """Approve a proposal of the community."""
    registry.approve(proposal, by)


def test_who_did_not_ask_is_erased_once_the_branch_has_approved(village: Registry) -> None:
    answer = erase(village, "li")

    assert answer["state"] == "proposed"
    assert not is_erased(village, "li")
    approve(village, answer["proposal_id"], "qian")
    assert is_erased(village, "li")


def test_the_platform_approves_as_well(village: Registry) -> None:
    approve(village, erase(village, "li")["proposal_id"], "administrator")

    assert is_erased(village, "li")


def test_who_asked_is_erased_at_once(village: Registry) -> None:
    village.by("li", "request_erasure", reason="已搬走")

    assert erase(village, "li") == {"state": "done", "proposal_id": None}
    assert is_erased(village, "li")


def test_who_asks_while_their_erasure_is_proposed_is_erased_at_once(village: Registry) -> None:
    proposal = erase(village, "li")["proposal_id"]
    village.by("li", "request_erasure")

    assert erase(village, "li")["state"] == "done"
    with pytest.raises(errors.AlreadyDecided):
        approve(village, proposal, "qian")


def test_a_request_from_an_account_that_the_inviter_bound_proves_nothing(village: Registry) -> None:
    village.by("he", "invite_resident", resident_id=village.ids["li"], code="CODE")
    account = village.call("wechat_session", openid="of the rogue", refresh_hash="r")["account"]
    village.call("bind", account=account, invite_code="CODE")
    village.by("li", "request_erasure")

    assert erase(village, "li")["state"] == "proposed"
    assert not is_erased(village, "li")


def test_the_committee_does_not_approve_what_one_of_it_proposed(village: Registry) -> None:
    proposal = erase(village, "li")["proposal_id"]

    with pytest.raises(errors.RoleMissing):
        approve(village, proposal, "he")
    assert not is_erased(village, "li")


def test_nobody_approves_their_own_erasure_or_that_of_their_household(village: Registry) -> None:
    village.person("brother", household_id=village.ids["wang's"], tenure="owner")
    proposed = village.by("he", "appoint", person_id=village.ids["brother"], role="branch")
    village.approve(proposed["proposal_id"])
    village.later(days=8)

    for name in ("brother", "wang"):
        with pytest.raises(errors.Recused):
            approve(village, erase(village, name)["proposal_id"], "brother")


def test_a_refused_erasure_changes_nothing(village: Registry) -> None:
    proposal = {"community_id": village.ids["community"], "proposal_id": erase(village, "li")["proposal_id"]}

    assert village.by("qian", "refuse_proposal", **proposal, reason="本人不愿意")["state"] == "refused"

    assert not is_erased(village, "li")


def test_an_erasure_that_is_proposed_again_is_the_same_proposal(village: Registry) -> None:
    assert erase(village, "li") == erase(village, "li")


def test_an_erasure_that_nobody_answers_ends_after_a_month(village: Registry) -> None:
    proposal = erase(village, "li")["proposal_id"]

    village.later(days=30).tick("apply_approved_proposals")

    with pytest.raises(errors.AlreadyDecided):
        approve(village, proposal, "qian")
    assert not is_erased(village, "li")


def test_only_the_committee_proposes_erasures(village: Registry) -> None:
    for name in ("wang", "zhou", "qian"):
        with pytest.raises(errors.RoleMissing):
            erase(village, "li", by=name)


def test_until_the_branch_is_there_the_committee_erases_alone_who_has_no_role(registry: Registry) -> None:
    assert erase(registry, "li")["state"] == "done"
    assert erase(registry, "wang")["state"] == "proposed"
