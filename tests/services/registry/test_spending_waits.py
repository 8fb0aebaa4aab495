"""Who newly gets a say over a household's points waits, unless its members agree (R6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts import errors
from contracts.registry import ResidentMoved, ResidentRegistered, SpendingWaitChanged
from services.registry.domain.spending_waits import SpendingWait
from tests.services.registry.conftest import NOW, Registry

LATER = NOW + timedelta(days=7)
TODAY = "2026-11-20"


# Rules


def a_wait(**facts: object) -> SpendingWait:
    made = {
        "community": "com_1",
        "cause": "registered",
        "person": "per_ghost",
        "household": "hou_1",
        "deciders": ["per_li", "per_sun"],
        "recorded_by": "per_officer",
        "recorded_at": NOW,
        "ends_at": LATER,
    }
    return SpendingWait(**made | facts)  # type: ignore[arg-type]


def agreed(wait: SpendingWait) -> SpendingWaitChanged:
    return wait.agree("per_li", NOW)


def refused(wait: SpendingWait) -> SpendingWaitChanged:
    return wait.refuse("per_sun", "没有这个人", NOW)


def test_somebody_waits_until_the_time_is_over() -> None:
    wait = a_wait()

    assert [wait.blocks(at) for at in (NOW, LATER - timedelta(seconds=1), LATER)] == [True, True, False]


def test_an_agreement_lets_them_spend_and_a_refusal_stops_them_for_good() -> None:
    agreed_one, refused_one = a_wait(), a_wait()

    assert agreed(agreed_one).state == "agreed"
    assert refused(refused_one).state == "refused"

    assert not agreed_one.blocks(NOW)
    assert refused_one.blocks(LATER + timedelta(days=365))


@pytest.mark.parametrize("first", [agreed, refused])
@pytest.mark.parametrize("second", [agreed, refused])
def test_the_first_answer_counts(
    first: Callable[[SpendingWait], object], second: Callable[[SpendingWait], object]
) -> None:
    wait = a_wait()
    first(wait)
    before = (wait.state, wait.decided_by, wait.version)

    with pytest.raises(errors.AlreadyDecided):
        second(wait)

    assert (wait.state, wait.decided_by, wait.version) == before


def test_after_the_time_nobody_agrees_or_refuses() -> None:
    for answer in (
        lambda wait: wait.agree("per_li", LATER),
        lambda wait: wait.refuse("per_li", "", LATER),
    ):
        wait = a_wait()
        with pytest.raises(errors.WrongState):
            answer(wait)
        assert wait.state == "open"


@pytest.mark.parametrize("by", ["per_officer", "per_ghost", "per_li", "per_sun"])
def test_who_recorded_or_is_concerned_does_not_rule(by: str) -> None:
    wait = a_wait()
    refused(wait)

    with pytest.raises(errors.Recused):
        wait.rule(True, by, "核实", NOW)


@pytest.mark.parametrize(("allow", "state"), [(True, "allowed"), (False, "denied")])
def test_an_office_rules_once_on_what_was_refused(allow: bool, state: str) -> None:
    wait = a_wait()
    with pytest.raises(errors.WrongState):
        wait.rule(allow, "per_branch", "核实", NOW)
    refused(wait)
    with pytest.raises(errors.ReasonRequired):
        wait.rule(allow, "per_branch", "", NOW)

    assert wait.rule(allow, "per_branch", "核实", NOW).state == state

    assert wait.blocks(LATER) is not allow
    with pytest.raises(errors.AlreadyDecided):
        wait.rule(not allow, "per_branch", "核实", NOW)


def test_a_wait_ends_with_leaving_and_only_once() -> None:
    wait = a_wait()

    ended = wait.end(NOW)

    assert ended is not None
    assert ended.state == "ended"
    assert wait.end(NOW) is None
    for answer in (agreed, refused):
        with pytest.raises(errors.AlreadyDecided):
            answer(wait)


# The service


def waits_of(registry: Registry, who: str) -> list[dict]:
    """Return a person's waits and those they are asked about, without those of long ago."""
    return [wait for wait in registry.by(who, "list_own_spending_waits")["data"] if wait["state"] != "passed"]


def ghost(registry: Registry, household: str = "li's", name: str = "ghost", **facts: object) -> dict:
    """Register somebody into a household of others, and return their wait as they see it."""
    registry.person(name, by="zhou", household_id=registry.ids[household], tenure="tenant", **facts)
    [wait] = waits_of(registry, name)
    return dict(wait)


def test_a_new_member_waits_and_the_event_of_the_registration_says_so(registry: Registry) -> None:
    wait = ghost(registry)

    assert (wait["state"], wait["recorded_by_id"], wait["asks_me"]) == ("open", registry.ids["zhou"], False)
    registered, opened = registry.new_events()
    assert isinstance(registered, ResidentRegistered)
    assert isinstance(opened, SpendingWaitChanged)
    assert (registered.spending_wait, registered.spends_from) == (opened.wait, opened.ends_at) == (wait["id"], LATER)


def test_the_first_members_of_a_household_do_not_wait(registry: Registry) -> None:
    made = registry.by("zhou", "register_household", courtyard_id=registry.ids["courtyard 12"])
    registry.person("first", by="zhou", household_id=made["id"], tenure="owner")

    assert waits_of(registry, "first") == []


def test_a_household_that_everybody_left_is_not_a_new_one(registry: Registry) -> None:
    for name in ("li", "sun"):
        registry.by("he", "erase_resident", resident_id=registry.ids[name])
    registry.person("heir", by="he", household_id=registry.ids["li's"], tenure="owner")

    [wait] = waits_of(registry, "heir")

    assert wait["on_paper"]


def test_a_member_who_moves_into_a_household_of_others_waits(registry: Registry) -> None:
    strange = {"household_id": registry.ids["wang's"]}
    registry.by("zhou", "move_resident", resident_id=registry.ids["sun"], on=TODAY, to=strange, whole_household=False)

    [wait] = waits_of(registry, "sun")

    assert (wait["state"], wait["cause"], wait["household_id"]) == ("open", "moved", registry.ids["wang's"])
    assert [one["asks_me"] for one in waits_of(registry, "wang")] == [True]


def test_a_member_who_founds_a_household_of_their_own_does_not_wait(registry: Registry) -> None:
    own = {"courtyard_id": registry.ids["courtyard 12"]}
    registry.by("zhou", "move_resident", resident_id=registry.ids["sun"], on=TODAY, to=own, whole_household=False)

    assert waits_of(registry, "sun") == []


def test_changing_ones_tenure_opens_no_wait_and_ends_none(registry: Registry) -> None:
    ghost(registry)
    same = {"to": {"household_id": registry.ids["li's"]}, "tenure": "owner", "whole_household": False}
    for who in ("ghost", "sun"):
        registry.by("zhou", "move_resident", resident_id=registry.ids[who], on=TODAY, **same)

    assert [wait["state"] for wait in waits_of(registry, "ghost")] == ["open"]
    assert [(wait["person_id"], wait["asks_me"]) for wait in waits_of(registry, "sun")] == [
        (registry.ids["ghost"], True)
    ]


def test_leaving_ends_the_wait_and_who_comes_back_waits_anew(registry: Registry) -> None:
    first = ghost(registry)
    move = {"resident_id": registry.ids["ghost"], "whole_household": False}
    registry.by("zhou", "move_resident", on=TODAY, to={"left_community": True}, **move)
    assert [wait["state"] for wait in waits_of(registry, "ghost")] == ["ended"]
    with pytest.raises(errors.AlreadyDecided):
        registry.by("li", "agree_to_spending", wait_id=first["id"])

    registry.by("he", "move_resident", on=TODAY, to={"household_id": registry.ids["li's"]}, tenure="tenant", **move)

    second = waits_of(registry, "ghost")[0]
    assert (second["state"], second["id"] != first["id"]) == ("open", True)


def test_a_move_out_that_is_planned_does_not_end_the_wait_before_its_day(registry: Registry) -> None:
    ghost(registry)
    move = {"resident_id": registry.ids["ghost"], "to": {"left_community": True}, "whole_household": False}
    registry.by("zhou", "move_resident", on="2026-12-31", **move)

    assert [wait["state"] for wait in waits_of(registry, "ghost")] == ["open"]


def test_only_adults_who_had_a_say_are_asked(registry: Registry) -> None:
    registry.person("child", by="zhou", household_id=registry.ids["li's"], tenure="tenant", birth_year=2015)
    registry.later(days=8)
    first = ghost(registry)
    second = ghost(registry, name="second ghost")

    for who in ("ghost", "second ghost", "child", "zhou", "he"):
        for wait in (first, second):
            with pytest.raises(errors.NotFound):
                registry.by(who, "agree_to_spending", wait_id=wait["id"])
    assert registry.by("sun", "agree_to_spending", wait_id=second["id"])["state"] == "agreed"


def move_out(registry: Registry, name: str) -> None:
    """Let a member of Li's found a household of their own in the same courtyard."""
    own = {"courtyard_id": registry.ids["courtyard 12"]}
    registry.by("zhou", "move_resident", resident_id=registry.ids[name], on=TODAY, to=own, whole_household=False)


def test_who_was_moved_out_after_it_was_opened_still_refuses(registry: Registry) -> None:
    wait = ghost(registry)
    move_out(registry, "li")

    assert registry.by("li", "refuse_spending", wait_id=wait["id"])["state"] == "refused"


def test_all_with_a_say_are_neither_moved_nor_erased_while_others_of_the_household_wait(registry: Registry) -> None:
    wait = ghost(registry)
    family = [registry.ids[name] for name in ("li", "sun")]
    with pytest.raises(errors.WrongState):
        registry.by("zhou", "split_household", household_id=registry.ids["li's"], on=TODAY, resident_ids=family)
    move_out(registry, "li")
    with pytest.raises(errors.WrongState):
        move_out(registry, "sun")
    with pytest.raises(errors.WrongState):
        registry.by("he", "erase_resident", resident_id=registry.ids["sun"])

    registry.by("sun", "agree_to_spending", wait_id=wait["id"])

    move_out(registry, "sun")


def test_a_refusal_goes_to_an_office_that_did_not_record_the_member(registry: Registry) -> None:
    registry.person("branch")
    registry.appoint_branch("branch")
    wait = ghost(registry)
    registry.by("li", "refuse_spending", wait_id=wait["id"], reason="不认识")
    ruling = {"wait_id": wait["id"], "allow": True, "reason": "核实"}

    for by, refusal in (("zhou", errors.RoleMissing), ("wang", errors.RoleMissing), ("li", errors.RoleMissing)):
        with pytest.raises(refusal):
            registry.by(by, "rule_on_spending", **ruling)
    assert registry.by("branch", "count_spending_waits") == {"to_decide": 0, "to_rule": 1, "cards_to_activate": 0}
    assert registry.by("branch", "rule_on_spending", **ruling)["state"] == "allowed"
    assert registry.by("branch", "count_spending_waits") == {"to_decide": 0, "to_rule": 0, "cards_to_activate": 0}


def test_the_committee_does_not_rule_on_whom_it_recorded(registry: Registry) -> None:
    registry.person("ghost", by="he", household_id=registry.ids["li's"], tenure="tenant")
    [wait] = waits_of(registry, "ghost")
    registry.by("li", "refuse_spending", wait_id=wait["id"])

    with pytest.raises(errors.Recused):
        registry.by("he", "rule_on_spending", wait_id=wait["id"], allow=True, reason="核实")


def test_the_courtyard_sees_its_waits_and_others_do_not(registry: Registry) -> None:
    wait = ghost(registry)

    def seen(who: str) -> list[str]:
        return [one["id"] for one in registry.by(who, "list_spending_waits", state="open")["data"]]

    for who in ("wang", "zhou", "he", "li"):
        assert seen(who) == [wait["id"]]
    registry.person("stranger")
    assert seen("stranger") == []
    assert registry.by("li", "count_spending_waits") == {"to_decide": 1, "to_rule": 0, "cards_to_activate": 0}


def test_a_roster_adds_members_to_existing_households_only_with_a_wait(registry: Registry) -> None:
    code = registry.by("he", "get_household", household_id=registry.ids["li's"])["code"]
    columns = ["院落号", "排", "网格", "户号", "姓名", "身份"]
    lines = [[12, 2, "第一网格", code, "某人", "租户"], [12, 2, "第一网格", "9", "新户", "房东"]]
    registry.by("he", "import_roster", columns=columns, rows=lines)

    [wait] = registry.by("he", "list_spending_waits", state="open")["data"]

    assert wait["household_id"] == registry.ids["li's"]
    joined = [event for event in registry.new_events() if isinstance(event, ResidentRegistered | ResidentMoved)]
    assert sorted(event.spending_wait is not None for event in joined) == [False, True]


def test_an_erased_member_waits_for_nothing_and_nothing_about_them_stays(registry: Registry) -> None:
    wait = ghost(registry)
    registry.by("li", "refuse_spending", wait_id=wait["id"], reason="不是我家的人")

    registry.by("he", "erase_resident", resident_id=registry.ids["ghost"])

    [kept] = [one for one in registry.by("he", "list_spending_waits")["data"] if one["id"] == wait["id"]]
    assert (kept["state"], kept["reason"]) == ("ended", "")


# Signing in by somebody else's choice


def joined(registry: Registry, who: str, by: str = "wang") -> None:
    """Bind a new account to a person by an invitation."""
    made = registry.call("wechat_session", openid=f"account of {who}", refresh_hash=f"of {who}")["account"]
    registry.by(by, "invite_resident", resident_id=registry.ids[who], code=f"CODE OF {who}")
    registry.call("bind", account=made, invite_code=f"CODE OF {who}")


def own_waits(registry: Registry, who: str) -> list[tuple[str, str]]:
    """Return cause and state of a person's own waits, the newest first."""
    return [(w["cause"], w["state"]) for w in waits_of(registry, who) if w["person_id"] == registry.ids[who]]


def test_who_is_invited_waits_from_their_first_signing_in_on(registry: Registry) -> None:
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="CODE")
    [invited] = registry.new_events()
    assert (invited.ends_at, invited.household, invited.state) == (None, None, "open")

    registry.later(days=1)
    made = registry.call("wechat_session", openid="li's", refresh_hash="li's")["account"]
    registry.call("bind", account=made, invite_code="CODE")

    [started] = [event for event in registry.new_events() if isinstance(event, SpendingWaitChanged)]
    assert (started.wait, started.ends_at) == (invited.wait, LATER + timedelta(days=1))
    assert own_waits(registry, "li") == [("invited", "open")]
    assert waits_of(registry, "sun")[0]["asks_me"]


def test_a_second_account_of_a_bound_person_opens_no_wait(registry: Registry) -> None:
    registry.call("bind_by_phone", account=_account(registry), phone="13800000001")
    registry.by("he", "invite_resident", resident_id=registry.ids["wang"], code="CODE")

    assert own_waits(registry, "wang") == []


def test_an_invitation_from_before_the_person_unbound_themselves_opens_a_wait(registry: Registry) -> None:
    registry.call("bind_by_phone", account=_account(registry), phone="13800000001")
    registry.by("he", "invite_resident", resident_id=registry.ids["wang"], code="CODE")
    [binding] = registry.by("wang", "list_bindings")["data"]
    registry.by("wang", "end_binding", binding_id=binding["id"])

    waiting = registry.call("bind", account=_account(registry, "another"), invite_code="CODE")
    registry.approve(waiting["proposal_id"])

    assert own_waits(registry, "wang") == [("invited", "open")]


def test_ones_own_verified_phone_number_ends_the_wait_of_an_invitation(registry: Registry) -> None:
    registry.by("he", "invite_resident", resident_id=registry.ids["wang"], code="CODE")

    registry.call("bind_by_phone", account=_account(registry), phone="13800000001")

    assert own_waits(registry, "wang") == [("invited", "ended")]


def test_a_number_that_an_officer_changed_proves_nothing_for_a_week(registry: Registry) -> None:
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="CODE")
    registry.by("he", "correct_resident", resident_id=registry.ids["li"], phone="13700000009")
    registry.call("bind_by_phone", account=_account(registry), phone="13700000009")
    assert [cause for cause, state in own_waits(registry, "li") if state == "open"] == ["phone_changed", "invited"]


def test_a_password_that_the_committee_sets_opens_a_wait_that_a_phone_does_not_end(registry: Registry) -> None:
    registry.by("he", "correct_resident", resident_id=registry.ids["li"], phone="13700000009")
    registry.later(days=8)
    registry.by("he", "correct_resident", resident_id=registry.ids["li"], password_hash="$argon2id$of he")

    registry.call("bind_by_phone", account=_account(registry), phone="13700000009")

    assert own_waits(registry, "li") == [("password_set", "open")]


def test_a_reset_opens_a_wait_that_ones_own_number_ends(registry: Registry) -> None:
    registry.by("he", "reset_sign_in", resident_id=registry.ids["wang"], reason="手机丢失")
    registry.later(days=3).tick("apply_approved_proposals")
    assert own_waits(registry, "wang") == [("reset", "open")]

    registry.call("bind_by_phone", account=_account(registry), phone="13800000001")

    assert own_waits(registry, "wang") == [("reset", "ended")]


def test_a_reset_that_gives_a_password_opens_a_wait_that_no_number_ends(registry: Registry) -> None:
    reset = {"resident_id": registry.ids["wang"], "reason": "手机丢失", "password_hash": "$argon2id$of he"}
    registry.by("he", "reset_sign_in", **reset)
    registry.later(days=3).tick("apply_approved_proposals")

    registry.call("bind_by_phone", account=_account(registry), phone="13800000001")

    assert own_waits(registry, "wang") == [("reset", "open")]


def test_who_signs_in_by_somebody_elses_choice_agrees_to_nothing(registry: Registry) -> None:
    joined(registry, "li")
    wait = ghost(registry)

    with pytest.raises(errors.Recused):
        registry.by("li", "agree_to_spending", wait_id=wait["id"])


def _account(registry: Registry, openid: str = "new") -> str:
    return str(registry.call("wechat_session", openid=openid, refresh_hash=f"of {openid}")["account"])
