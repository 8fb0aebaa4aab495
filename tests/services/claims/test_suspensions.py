"""False claims and the working group suspend a person's own declaring (*policy*)."""

from typing import Any

import pytest

from contracts.errors import AlreadyExists, DeclaringSuspended, Invalid, NotFound, RoleMissing, WrongState
from contracts.registry import PolicySet
from contracts.review import ClaimRefused
from tests.services.claims.conftest import COMMUNITY, ClaimsHarness, actor


@pytest.fixture
def service(service: ClaimsHarness) -> ClaimsHarness:
    """The policy suspends for ten days after two false claims."""
    service.adopt_rulebook()
    settings = {"suspend_after_false_claims": 2, "suspension_days": 10}
    service.handle(PolicySet(community=COMMUNITY, sequence=2, settings=settings))
    return service


def refused_as_false(service: ClaimsHarness, by: str = "li", **chosen: Any) -> str:
    claim = service.submit(by=by, item="volunteer", **chosen)["id"]
    service.review_event(claim, ClaimRefused, sequence=2, reason="没有此事", false_claim=True)
    return claim


def suspend(service: ClaimsHarness, person: str = "li", by: str = "chen", until: str = "2026-12-01") -> dict[str, Any]:
    form = {"person_id": f"per_{person}", "until": until, "reason": "伪造照片"}
    return service.call("suspend_person", actor=actor(by), **form)


def suspensions_of(service: ClaimsHarness, by: str) -> list[dict[str, Any]]:
    return service.call("list_suspensions", actor=actor(by))["data"]


def test_as_many_false_claims_as_the_policy_allows_suspend_their_declarer(service: ClaimsHarness) -> None:
    refused_as_false(service)
    refused_as_false(service)
    with pytest.raises(DeclaringSuspended) as refused:
        service.submit()

    [suspension] = suspensions_of(service, "li")
    assert (suspension["until"], suspension["made_by_id"]) == ("2026-12-03", None)
    assert refused.value.facts == {"suspension_id": suspension["id"], "until": "2026-12-03"}
    assert service.submit(by="sun", item="council")
    assert service.submit(by="wang", person_id="per_li")["declared_by_id"] == "per_wang"


def test_a_suspended_person_declares_for_nobody_else(service: ClaimsHarness) -> None:
    suspend(service, "wang")

    for person in ({}, {"person_id": "per_li"}):
        with pytest.raises(DeclaringSuspended):
            service.submit(by="wang", item="council", **person)


def test_a_refusal_without_a_false_claim_does_not_count(service: ClaimsHarness) -> None:
    for _ in range(3):
        service.review_event(service.submit(item="council")["id"], ClaimRefused, sequence=2, reason="照片不清")
    assert suspensions_of(service, "li") == []


def test_a_false_claim_counts_for_its_declarer(service: ClaimsHarness) -> None:
    for _ in range(2):
        refused_as_false(service, by="wang", person_id="per_li")
    assert [each["person_id"] for each in suspensions_of(service, "chen")] == ["per_wang"]


def test_a_suspension_ends_on_its_day_and_the_count_starts_again(service: ClaimsHarness) -> None:
    refused_as_false(service)
    refused_as_false(service)
    service.later(days=10)
    refused_as_false(service, happened_at="2026-12-02T01:00:00Z")
    assert service.submit(happened_at="2026-12-02T02:00:00Z")


def test_the_timeline_marks_a_refusal_of_a_false_claim(service: ClaimsHarness) -> None:
    [*_, step] = service.get_claim(refused_as_false(service))["timeline"]
    assert (step["step"], step["false_claim"]) == ("refused", True)


def test_without_the_policy_false_claims_suspend_nobody(service: ClaimsHarness) -> None:
    service.handle(PolicySet(community=COMMUNITY, sequence=3, settings={}))
    for _ in range(3):
        refused_as_false(service)
    assert suspensions_of(service, "li") == []


def test_the_working_group_suspends_and_lifts_with_a_reason(service: ClaimsHarness) -> None:
    suspension = suspend(service)
    with pytest.raises(DeclaringSuspended):
        service.submit()
    lift = {"actor": actor("chen"), "suspension_id": suspension["id"], "reason": "核实有误"}
    lifted = service.call("lift_suspension", **lift)
    assert (lifted["lifted_by_id"], lifted["lift_reason"]) == ("per_chen", "核实有误")
    assert service.submit()
    with pytest.raises(WrongState):
        service.call("lift_suspension", **lift)


def test_a_suspended_person_is_not_suspended_again(service: ClaimsHarness) -> None:
    suspend(service)
    with pytest.raises(AlreadyExists):
        suspend(service)


@pytest.mark.parametrize("until", ["2026-11-23", "2028-01-01"])
def test_a_suspension_ends_on_a_future_day_within_a_year(service: ClaimsHarness, until: str) -> None:
    with pytest.raises(Invalid):
        suspend(service, until=until)


@pytest.mark.parametrize("by", ["li", "wang", "zhou", "he", "lin"])
def test_only_the_working_group_suspends_and_lifts(service: ClaimsHarness, by: str) -> None:
    suspension = suspend(service)
    with pytest.raises(RoleMissing):
        suspend(service, "sun", by=by)
    with pytest.raises(RoleMissing):
        service.call("lift_suspension", actor=actor(by), suspension_id=suspension["id"], reason="x")


def test_residents_see_their_own_suspensions_only(service: ClaimsHarness) -> None:
    suspension = suspend(service)
    assert [each["id"] for each in suspensions_of(service, "he")] == [suspension["id"]]
    assert suspensions_of(service, "sun") == []
    with pytest.raises(NotFound):
        suspend(service, "nobody")
    with pytest.raises(NotFound):
        service.call("lift_suspension", actor=actor("chen"), suspension_id="sus_none", reason="x")
