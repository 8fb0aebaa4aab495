"""The first WeChat account of somebody with an office: nothing of theirs before it is known to be theirs (R4)."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import errors
from contracts.registry import ProposalDecided, ProposalMade
from services.registry.domain.first_bindings import number_proves_alone, number_proves_with_invitation
from services.registry.domain.people import Person
from services.registry.domain.proposals import binding_approvers
from tests.services.registry.conftest import NOW, Registry

PHONE = "13700000001"
_numbers = itertools.count()


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """The small community after its set-up: Ma is its branch. Nobody but He and Ma can sign in."""
    registry.person("ma", phone="13600000001", password_hash="$ma")
    registry.appoint_branch("ma")
    registry.new_events()
    return registry


def account(registry: Registry) -> str:
    openid = f"o{next(_numbers)}"
    return str(registry.call("wechat_session", openid=openid, refresh_hash=f"of {openid}")["account"])


def accept(registry: Registry, who: str, by: str, made: str | None = None) -> dict[str, Any]:
    """Invite a person and accept the invitation with an account, by default a new one."""
    code = f"CODE{next(_numbers)}"
    registry.by(by, "invite_resident", resident_id=registry.ids[who], code=code)
    answer: dict[str, Any] = registry.call("bind", account=made or account(registry), invite_code=code)
    return answer


def bindings(registry: Registry, who: str) -> list[str]:
    return [each["state"] for each in registry.by(who, "list_bindings")["data"]]


def refuse(registry: Registry, proposal: str, by: str) -> None:
    form = {"community_id": registry.ids["community"], "proposal_id": proposal, "reason": "不是本人的手机"}
    registry.by(by, "refuse_proposal", **form)


# Rules


def test_another_office_than_the_inviter_s_confirms_and_the_committee_none_of_its_own() -> None:
    assert binding_approvers(by=["committee"], of=["grid_officer"]) == ["branch", "platform"]
    assert binding_approvers(by=["grid_officer"], of=["head"]) == ["branch", "committee", "platform"]
    assert binding_approvers(by=["head"], of=["committee"]) == ["branch", "platform"]
    assert binding_approvers(by=["committee", "branch"], of=["head"]) == ["platform"]


@pytest.mark.parametrize(
    ("recorded_by", "days_before", "proves"),
    [("per_other", 1, True), ("per_inviter", 1, False), ("per_inviter", 400, False), ("per_other", -1, False)],
)
def test_a_number_proves_who_was_invited_if_somebody_else_recorded_it_before(
    recorded_by: str, days_before: int, proves: bool
) -> None:
    person = Person(community="com_1", name="周")
    person.record_phone(recorded_by, NOW - timedelta(days=days_before))

    assert number_proves_with_invitation(person, "per_inviter", NOW) is proves


@pytest.mark.parametrize(
    ("was_changed", "days_before", "proves"), [(False, 7, True), (False, 6.9, False), (True, 400, False)]
)
def test_a_number_alone_proves_who_was_registered_with_it_long_ago(
    was_changed: bool, days_before: float, proves: bool
) -> None:
    person = Person(community="com_1", name="王")
    person.record_phone("per_officer", NOW - timedelta(days=days_before))

    assert number_proves_alone(person, was_changed, 7, NOW) is proves


# On the store


def test_an_invitation_alone_does_not_bind_the_first_account_of_an_office(registry: Registry) -> None:
    answer = accept(registry, "zhou", "he")

    assert answer["waiting"]
    assert len(answer["check_number"]) == 4
    assert bindings(registry, "zhou") == ["waiting"]
    [made] = (each for each in registry.new_events() if isinstance(each, ProposalMade))
    assert (made.kind, made.person, made.by) == ("binding", registry.ids["zhou"], registry.ids["he"])


@pytest.mark.parametrize(
    ("who", "by", "approver"),
    [("zhou", "he", "ma"), ("zhou", "he", "administrator"), ("wang", "zhou", "he")],
)
def test_another_office_confirms_it(registry: Registry, who: str, by: str, approver: str) -> None:
    answer = accept(registry, who, by)

    approved = registry.approve(answer["proposal_id"], approver)

    assert approved["state"] == "applied"
    assert approved["binding"]["check_number"] == answer["check_number"]
    assert bindings(registry, who) == ["bound"]
    newest = registry.by(who, "list_sign_in_changes")["data"][0]
    assert (newest["kind"], newest["by_id"]) == ("binding_confirmed", registry.ids[approver])
    [decided] = (each for each in registry.new_events() if isinstance(each, ProposalDecided))
    assert (decided.kind, decided.approved) == ("binding", True)


def test_neither_the_inviter_nor_a_resident_confirms_it(registry: Registry) -> None:
    answer = accept(registry, "zhou", "he")

    for who in ("he", "zhou", "sun"):
        with pytest.raises(errors.RoleMissing):
            registry.approve(answer["proposal_id"], who)

    assert bindings(registry, "zhou") == ["waiting"]


def test_a_refused_account_waits_for_nobody(registry: Registry) -> None:
    answer = accept(registry, "zhou", "he")

    refuse(registry, answer["proposal_id"], "ma")

    assert bindings(registry, "zhou") == []
    with pytest.raises(errors.AlreadyDecided):
        registry.approve(answer["proposal_id"], "ma")


def test_of_two_accounts_that_wait_the_confirmed_one_is_bound(registry: Registry) -> None:
    of_the_rogue, own = accept(registry, "zhou", "he"), accept(registry, "zhou", "he")

    registry.approve(own["proposal_id"], "ma")

    assert sorted(bindings(registry, "zhou")) == ["bound", "waiting"]
    with pytest.raises(errors.AlreadyDecided):
        registry.approve(of_the_rogue["proposal_id"], "ma")


def test_a_request_that_nobody_answers_expires_after_a_week(registry: Registry) -> None:
    answer = accept(registry, "zhou", "he")

    registry.later(days=7).tick("apply_approved_proposals")

    with pytest.raises(errors.AlreadyDecided):
        registry.approve(answer["proposal_id"], "ma")


def test_the_store_refuses_that_the_inviter_confirms(registry: Registry) -> None:
    answer = accept(registry, "zhou", "he")

    with pytest.raises(IntegrityError), registry.transaction() as tx:
        tx.session.execute(
            text("UPDATE proposals SET state = 'approved', decided_by = proposed_by WHERE id = :id"),
            {"id": answer["proposal_id"]},
        )


# Phone numbers


def with_number(registry: Registry, who: str, by: str, days_ago: float) -> None:
    registry.later(days=-days_ago)
    registry.by(by, "correct_resident", resident_id=registry.ids[who], phone=PHONE)
    registry.later(days=days_ago)


def test_the_own_number_that_somebody_else_recorded_proves_an_invited_account(registry: Registry) -> None:
    with_number(registry, "wang", "he", days_ago=1)
    made = account(registry)
    assert accept(registry, "wang", "zhou", made)["waiting"]

    bound = registry.call("bind_by_phone", account=made, phone=PHONE)

    assert bound["person"] == registry.ids["wang"]
    assert bindings(registry, "wang") == ["bound"]
    assert registry.by("ma", "list_proposals", community_id=registry.ids["community"], state="open")["data"] == []


def test_a_number_that_the_inviter_recorded_proves_nothing(registry: Registry) -> None:
    with_number(registry, "zhou", "he", days_ago=20)
    made = account(registry)
    accept(registry, "zhou", "he", made)

    assert registry.call("bind_by_phone", account=made, phone=PHONE)["waiting"]

    assert bindings(registry, "zhou") == ["waiting"]


def test_a_number_that_an_officer_changed_gives_nobody_the_office_of_a_head(registry: Registry) -> None:
    with_number(registry, "wang", "he", days_ago=20)

    answer = registry.call("bind_by_phone", account=account(registry), phone=PHONE)

    assert answer["check_number"]
    with pytest.raises(errors.RoleMissing):
        registry.approve(answer["proposal_id"], "he")
    registry.approve(answer["proposal_id"], "ma")
    assert bindings(registry, "wang") == ["bound"]


def test_a_number_of_an_office_that_nobody_invited_binds_nobody(registry: Registry) -> None:
    with_number(registry, "zhou", "he", days_ago=20)

    with pytest.raises(errors.InvitationRequired):
        registry.call("bind_by_phone", account=account(registry), phone=PHONE)


# Appointments after a first binding


def test_an_appointment_unbinds_an_account_that_nothing_proves_and_those_that_it_confirmed(registry: Registry) -> None:
    assert accept(registry, "li", "zhou")["person"] == registry.ids["li"]
    second = account(registry)
    accept(registry, "li", "zhou", second)
    registry.by("li", "confirm_binding", binding_id=second)

    registry.by("he", "appoint", person_id=registry.ids["li"], role="head", scope_id=registry.ids["courtyard 40"])

    assert bindings(registry, "li") == []


def test_an_account_that_somebody_confirmed_stays_with_a_further_office(registry: Registry) -> None:
    registry.approve(accept(registry, "zhou", "he")["proposal_id"], "ma")

    proposed = registry.by("he", "appoint", person_id=registry.ids["zhou"], role="working_group")
    registry.approve(proposed["proposal_id"], "ma")

    assert bindings(registry, "zhou") == ["bound"]
