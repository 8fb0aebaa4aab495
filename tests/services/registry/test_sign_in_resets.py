"""Resets of sign-ins: whom they concern decides whether a second person approves, or a delay passes (R4)."""

from datetime import timedelta
from typing import Any

import pytest

from contracts import errors
from contracts.registry import ProposalDecided, ProposalMade
from services.registry.domain.communities import PLATFORM
from services.registry.use_cases import people
from tests.services.registry.conftest import NOW, Registry

PASSWORD = "$argon2id$new"


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """The small community after its set-up: Ma is its branch, and Li can sign in."""
    registry.person("ma", phone="13700000001", password_hash="$argon2id$ma")
    registry.appoint_branch("ma")
    registry.by("he", "correct_resident", resident_id=registry.ids["li"], phone="13700000002", password_hash="$li")
    registry.new_events()
    return registry


def reset(registry: Registry, who: str, by: str, password: str = PASSWORD) -> dict[str, Any]:
    form = {"resident_id": registry.ids[who], "reason": "手机丢失", "password_hash": password}
    answer: dict[str, Any] = registry.by(by, "reset_sign_in", **form)
    return answer


def credential(registry: Registry, who: str) -> str | None:
    found: str | None = registry.by(who, "own_credential")["password_hash"]
    return found


def requested(registry: Registry, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.by(who, "list_requested_resets")["data"]
    return found


def kinds(registry: Registry, who: str) -> list[str]:
    return [change["kind"] for change in registry.by(who, "list_sign_in_changes")["data"]][::-1]


def refuse(registry: Registry, proposal: str, by: str) -> dict[str, Any]:
    form = {"community_id": registry.ids["community"], "proposal_id": proposal, "reason": "未见到本人"}
    refused: dict[str, Any] = registry.by(by, "refuse_proposal", **form)
    return refused


def test_somebody_who_never_signed_in_is_reset_at_once(registry: Registry) -> None:
    answer = reset(registry, "sun", by="he")

    assert answer == {"state": "done", "proposal_id": None, "takes_effect_at": None}
    assert credential(registry, "sun") == PASSWORD


def test_a_head_who_never_signed_in_is_reset_when_the_branch_approves(registry: Registry) -> None:
    answer = reset(registry, "wang", by="he")
    assert (answer["state"], answer["takes_effect_at"]) == ("proposed", None)
    registry.later(days=29).tick("apply_approved_proposals")
    assert credential(registry, "wang") is None

    registry.approve(answer["proposal_id"], "ma")

    assert credential(registry, "wang") == PASSWORD


def test_the_committee_sets_no_password_of_a_head(registry: Registry) -> None:
    with pytest.raises(errors.WrongState):
        registry.by("he", "correct_resident", resident_id=registry.ids["wang"], password_hash=PASSWORD)

    assert credential(registry, "wang") is None


def test_a_resident_who_can_sign_in_is_reset_after_the_delay(registry: Registry) -> None:
    answer = reset(registry, "li", by="he")

    assert (answer["state"], answer["takes_effect_at"]) == ("proposed", "2026-11-23T02:00:00Z")
    registry.later(days=2.9).tick("apply_approved_proposals")
    assert credential(registry, "li") == "$li"
    registry.later(days=0.1).tick("apply_approved_proposals")
    assert credential(registry, "li") == PASSWORD
    assert kinds(registry, "li")[-2:] == ["reset_requested", "reset"]
    assert requested(registry, "li") == []


def test_the_branch_lets_the_reset_of_a_resident_take_effect_at_once(registry: Registry) -> None:
    answer = reset(registry, "li", by="he")

    approved = registry.approve(answer["proposal_id"], "ma")

    assert (approved["state"], credential(registry, "li")) == ("applied", PASSWORD)
    expected = {"sets_password": True, "approved_by_roles": ["branch"]}
    reset_of = approved["reset"] | expected
    assert reset_of["person_id"] == registry.ids["li"]


@pytest.mark.parametrize("by", ["he", "administrator"])
def test_neither_committee_nor_platform_approves_the_reset_of_a_resident(registry: Registry, by: str) -> None:
    answer = reset(registry, "li", by="he")

    with pytest.raises(errors.RoleMissing):
        registry.approve(answer["proposal_id"], by)

    assert credential(registry, "li") == "$li"


@pytest.mark.parametrize("whom", ["li", "zhou"])
def test_the_person_ends_the_reset_themselves(registry: Registry, whom: str) -> None:
    answer = reset(registry, whom, by="he" if whom == "li" else "administrator")
    [waiting] = requested(registry, whom)
    assert (waiting["id"], waiting["reason"]) == (answer["proposal_id"], "手机丢失")
    before = credential(registry, whom)

    registry.by(whom, "end_requested_reset", reset_id=waiting["id"])

    registry.later(days=40).tick("apply_approved_proposals")
    assert (requested(registry, whom), credential(registry, whom)) == ([], before)
    assert kinds(registry, whom)[-2:] == ["reset_requested", "reset_ended"]
    with pytest.raises(errors.AlreadyDecided):
        registry.approve(answer["proposal_id"], "ma")
    with pytest.raises(errors.AlreadyDecided):
        registry.by(whom, "end_requested_reset", reset_id=waiting["id"])


def test_nobody_ends_the_reset_of_somebody_else(registry: Registry) -> None:
    answer = reset(registry, "li", by="he")

    with pytest.raises(errors.NotFound):
        registry.by("sun", "end_requested_reset", reset_id=answer["proposal_id"])


def test_a_further_request_replaces_the_first(registry: Registry) -> None:
    first = reset(registry, "li", by="he", password="$first")
    registry.later(days=1)
    second = reset(registry, "li", by="he")

    assert [each["id"] for each in requested(registry, "li")] == [second["proposal_id"]]
    with pytest.raises(errors.AlreadyDecided):
        registry.approve(first["proposal_id"], "ma")
    registry.later(days=2).tick("apply_approved_proposals")
    assert credential(registry, "li") == "$li"


def test_a_decided_request_keeps_no_password(registry: Registry) -> None:
    reset(registry, "li", by="he", password="$first")
    refused = reset(registry, "li", by="he", password="$second")["proposal_id"]
    refuse(registry, refused, by="ma")
    registry.approve(reset(registry, "li", by="he", password="$third")["proposal_id"], "ma")

    with registry.transaction() as tx:
        found = tx.scope_of(registry.ids["community"]).proposals.list(None, 10, None)
        resets = [each for each in found if each.kind == "reset"]
        assert [each.content["password_hash"] for each in resets] == [None] * 3


@pytest.mark.parametrize(("whom", "approver"), [("zhou", "ma"), ("zhou", "he"), ("ma", "he"), ("he", "ma")])
def test_another_office_approves_the_reset_of_an_office(registry: Registry, whom: str, approver: str) -> None:
    before = credential(registry, whom)
    answer = reset(registry, whom, by="administrator")
    assert (answer["state"], answer["takes_effect_at"]) == ("proposed", None)
    registry.later(days=29).tick("apply_approved_proposals")
    assert credential(registry, whom) == before

    registry.approve(answer["proposal_id"], approver)

    assert credential(registry, whom) == PASSWORD
    made, decided = (each for each in registry.new_events() if isinstance(each, ProposalMade | ProposalDecided))
    assert (made.kind, made.person, made.by) == ("reset", registry.ids[whom], registry.ids["administrator"])
    assert (decided.kind, decided.by) == ("reset", registry.ids[approver])


@pytest.mark.parametrize("whom", ["he", "zhou", "ma"])
def test_a_platform_administrator_approves_no_reset_of_a_community(registry: Registry, whom: str) -> None:
    answer = reset(registry, whom, by="administrator")

    with pytest.raises(errors.RoleMissing):
        registry.approve(answer["proposal_id"], "administrator")


def test_nobody_approves_their_own_reset(registry: Registry) -> None:
    for whom, refusal in (("he", errors.RoleMissing), ("ma", errors.Recused), ("zhou", errors.RoleMissing)):
        answer = reset(registry, whom, by="administrator")
        with pytest.raises(refusal):
            registry.approve(answer["proposal_id"], whom)


def test_a_reset_of_an_office_that_nobody_answers_expires(registry: Registry) -> None:
    answer = reset(registry, "he", by="administrator")

    registry.later(days=30).tick("apply_approved_proposals")

    assert requested(registry, "he") == []
    with pytest.raises(errors.AlreadyDecided):
        registry.approve(answer["proposal_id"], "ma")
    assert credential(registry, "he") == "$argon2id$he"


def test_where_nobody_could_approve_the_delay_holds(registry: Registry) -> None:
    branch = registry.by("he", "list_appointments", role="branch")["data"][0]
    registry.by("he", "end_appointment", appointment_id=branch["id"], on=NOW.date().isoformat())

    answer = reset(registry, "he", by="administrator")

    assert answer["takes_effect_at"] is not None
    registry.at(NOW + timedelta(days=3)).tick("apply_approved_proposals")
    assert credential(registry, "he") == PASSWORD


def appoint_administrator(registry: Registry, name: str) -> dict[str, Any]:
    """Register somebody as staff of the platform and appoint them its administrator."""
    with registry.transaction() as tx:
        registry.ids[name] = people.register(tx.scope_of(PLATFORM), name, since=NOW.date()).id
    made: dict[str, Any] = registry.by("administrator", "appoint", person_id=registry.ids[name], role="platform")
    return made


def approve_as(registry: Registry, name: str, proposal: str) -> None:
    """Approve a proposal of the platform's community as one of its administrators."""
    who = registry.as_(name, community=PLATFORM)
    registry.call("approve_proposal", actor=who, community_id=PLATFORM, proposal_id=proposal)


def test_an_administrator_appoints_a_third_one_with_the_second(registry: Registry) -> None:
    assert appoint_administrator(registry, "second")["proposal_id"] is None
    reset(registry, "second", by="administrator", password="$second")

    proposed = appoint_administrator(registry, "third")["proposal_id"]

    with pytest.raises(errors.Recused):
        registry.by("administrator", "approve_proposal", community_id=PLATFORM, proposal_id=proposed)
    third = registry.as_("third", community=PLATFORM)
    assert registry.call("me", actor=third)["roles"] == []
    approve_as(registry, "second", proposed)
    assert [seat["role"] for seat in registry.call("me", actor=third)["roles"]] == ["platform"]


def test_who_ends_the_other_administrator_s_term_does_not_appoint_alone_for_a_month(registry: Registry) -> None:
    made = appoint_administrator(registry, "second")
    reset(registry, "second", by="administrator", password="$second")
    registry.later(days=1)
    today = (NOW + timedelta(days=1)).date().isoformat()
    registry.by("administrator", "end_appointment", appointment_id=made["id"], on=today)

    assert appoint_administrator(registry, "third")["proposal_id"] is not None
    registry.later(days=30)
    assert appoint_administrator(registry, "fourth")["proposal_id"] is None


def test_an_administrator_does_not_reset_a_new_one_who_never_signed_in_alone(registry: Registry) -> None:
    appoint_administrator(registry, "second")
    reset(registry, "second", by="administrator", password="$second")
    approve_as(registry, "second", appoint_administrator(registry, "third")["proposal_id"])

    answer = reset(registry, "third", by="administrator", password="$of-the-rogue")

    third = registry.as_("third", community=PLATFORM)
    assert (answer["state"], answer["takes_effect_at"]) == ("proposed", None)
    assert registry.call("own_credential", actor=third)["password_hash"] is None


def test_two_administrators_of_the_platform_reset_a_third(registry: Registry) -> None:
    appoint_administrator(registry, "second")
    assert reset(registry, "second", by="administrator", password="$second")["state"] == "done"
    proposed = appoint_administrator(registry, "third")["proposal_id"]
    approve_as(registry, "second", proposed)
    approve_as(registry, "second", reset(registry, "third", by="administrator", password="$third")["proposal_id"])

    answer = reset(registry, "second", by="administrator")
    assert answer["takes_effect_at"] is None
    with pytest.raises(errors.Recused):
        registry.by("administrator", "approve_proposal", community_id=PLATFORM, proposal_id=answer["proposal_id"])
    approve_as(registry, "third", answer["proposal_id"])

    second = registry.as_("second", community=PLATFORM)
    assert registry.call("own_credential", actor=second)["password_hash"] == PASSWORD


def test_an_appointment_ends_the_reset_that_was_requested_before(registry: Registry) -> None:
    reset(registry, "li", by="he")
    proposed = registry.by("he", "appoint", person_id=registry.ids["li"], role="working_group")

    registry.approve(proposed["proposal_id"], "ma")

    registry.later(days=4).tick("apply_approved_proposals")
    assert credential(registry, "li") == "$li"


def test_the_committee_sets_no_password_of_somebody_who_can_sign_in(registry: Registry) -> None:
    with pytest.raises(errors.WrongState):
        registry.by("he", "correct_resident", resident_id=registry.ids["li"], password_hash=PASSWORD)

    assert credential(registry, "li") == "$li"
