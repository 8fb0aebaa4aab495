"""Who declares what never happened may for a while not declare for himself (*policy*)."""

from typing import Any

import pytest

from contracts.errors import AlreadyExists, DeclaringSuspended, Invalid, NotFound, RoleMissing, WrongState
from contracts.registry import PolicySet
from contracts.review import ClaimRefused
from tests.services.claims.conftest import COMMUNITY, Counter, actor


@pytest.fixture
def counter(counter: Counter) -> Counter:
    """Two false claims are borne no longer; a suspension lasts ten days."""
    counter.adopted()
    settings = {"suspend_after_false_claims": 2, "suspension_days": 10}
    counter.handle(PolicySet(community=COMMUNITY, sequence=2, settings=settings))
    return counter


def refused_as_false(counter: Counter, by: str = "li", **chosen: Any) -> str:
    claim = counter.declare(by=by, item="volunteer", **chosen)["id"]
    counter.told(claim, ClaimRefused, sequence=2, reason="没有此事", false_claim=True)
    return claim


def suspend(counter: Counter, person: str = "li", by: str = "chen", until: str = "2026-12-01") -> dict[str, Any]:
    form = {"person_id": f"per_{person}", "until": until, "reason": "伪造照片"}
    return counter.call("suspend_person", actor=actor(by), **form)


def standing(counter: Counter, by: str) -> list[dict[str, Any]]:
    return counter.call("list_suspensions", actor=actor(by))["data"]


def test_as_many_false_claims_as_the_policy_bears_suspend_their_declarer(counter: Counter) -> None:
    refused_as_false(counter)
    refused_as_false(counter)
    with pytest.raises(DeclaringSuspended) as refused:
        counter.declare()

    [suspension] = standing(counter, "li")
    assert (suspension["until"], suspension["made_by_id"]) == ("2026-12-03", None)
    assert refused.value.facts == {"suspension_id": suspension["id"], "until": "2026-12-03"}
    assert counter.declare(by="sun", item="council")
    assert counter.declare(by="wang", person_id="per_li")["declared_by_id"] == "per_wang"


def test_a_refusal_that_calls_nothing_false_does_not_count(counter: Counter) -> None:
    for _ in range(3):
        counter.told(counter.declare(item="council")["id"], ClaimRefused, sequence=2, reason="照片不清")
    assert standing(counter, "li") == []


def test_a_false_claim_counts_for_who_declared_it(counter: Counter) -> None:
    for _ in range(2):
        refused_as_false(counter, by="wang", person_id="per_li")
    assert [each["person_id"] for each in standing(counter, "chen")] == ["per_wang"]


def test_a_suspension_ends_by_itself_and_the_count_begins_anew(counter: Counter) -> None:
    refused_as_false(counter)
    refused_as_false(counter)
    counter.later(days=10)
    refused_as_false(counter, happened_at="2026-12-02T01:00:00Z")
    assert counter.declare(happened_at="2026-12-02T02:00:00Z")


def test_a_claim_refused_as_false_says_so_in_its_timeline(counter: Counter) -> None:
    [*_, step] = counter.look(refused_as_false(counter))["timeline"]
    assert (step["step"], step["false_claim"]) == ("refused", True)


def test_without_the_policy_nobody_is_suspended_by_it(counter: Counter) -> None:
    counter.handle(PolicySet(community=COMMUNITY, sequence=3, settings={}))
    for _ in range(3):
        refused_as_false(counter)
    assert standing(counter, "li") == []


def test_the_working_group_suspends_and_lifts_with_reasons(counter: Counter) -> None:
    suspension = suspend(counter)
    with pytest.raises(DeclaringSuspended):
        counter.declare()
    lift = {"actor": actor("chen"), "suspension_id": suspension["id"], "reason": "核实有误"}
    lifted = counter.call("lift_suspension", **lift)
    assert (lifted["lifted_by_id"], lifted["lift_reason"]) == ("per_chen", "核实有误")
    assert counter.declare()
    with pytest.raises(WrongState):
        counter.call("lift_suspension", **lift)


def test_nobody_is_suspended_twice_at_once(counter: Counter) -> None:
    suspend(counter)
    with pytest.raises(AlreadyExists):
        suspend(counter)


@pytest.mark.parametrize("until", ["2026-11-23", "2028-01-01"])
def test_a_suspension_ends_on_a_day_ahead_within_a_year(counter: Counter, until: str) -> None:
    with pytest.raises(Invalid):
        suspend(counter, until=until)


@pytest.mark.parametrize("by", ["li", "wang", "zhou", "he", "lin"])
def test_only_the_working_group_suspends_and_lifts(counter: Counter, by: str) -> None:
    suspension = suspend(counter)
    with pytest.raises(RoleMissing):
        suspend(counter, "sun", by=by)
    with pytest.raises(RoleMissing):
        counter.call("lift_suspension", actor=actor(by), suspension_id=suspension["id"], reason="x")


def test_others_do_not_see_it(counter: Counter) -> None:
    suspension = suspend(counter)
    assert [each["id"] for each in standing(counter, "he")] == [suspension["id"]]
    assert standing(counter, "sun") == []
    with pytest.raises(NotFound):
        suspend(counter, "nobody")
    with pytest.raises(NotFound):
        counter.call("lift_suspension", actor=actor("chen"), suspension_id="sus_none", reason="x")
