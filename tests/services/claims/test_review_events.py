"""Claims follow review's events in any order of arrival, and their timelines show every step (R15)."""

from itertools import permutations
from typing import Any

import pytest

from contracts.claims import ClaimResubmitted, ClaimWithdrawn
from contracts.errors import Forbidden, NotFound, WrongState
from contracts.review import (
    ApprovalVoted,
    ClaimEndorsed,
    ClaimRefused,
    ClaimReturned,
    EntryApproved,
    EntryCorrected,
    EntryFinalized,
    EntryObjected,
    ObjectionRuled,
    PeriodPublished,
    ReviewOverdue,
    RulingOverdue,
)
from tests.services.claims.conftest import COMMUNITY, NOW, ClaimsHarness, actor, on


@pytest.fixture
def claim(service: ClaimsHarness) -> str:
    service.adopt_rulebook()
    return str(service.submit(item="volunteer")["id"])


def steps(service: ClaimsHarness, claim: str) -> list[str]:
    return [step["step"] for step in service.get_claim(claim)["timeline"]]


def withdraw(service: ClaimsHarness, claim: str, by: str = "li") -> dict[str, Any]:
    return service.call("withdraw_claim", actor=actor(by), claim_id=claim)


def resubmit(service: ClaimsHarness, claim: str, by: str = "li", **chosen: Any) -> dict[str, Any]:
    deed = {"item": "volunteer", "happened_at": on(22), "place": "4 排", "cause": "打扫落叶"}
    return service.call("resubmit_claim", actor=actor(by), claim_id=claim, **(deed | chosen))


PUBLISHED: dict[str, Any] = {
    "community": COMMUNITY,
    "publication": "pub_1",
    "period": "2026-11",
    "entries": 1,
    "points": 1,
    "window_closes_at": NOW,
    "at": NOW,
}


def publish(service: ClaimsHarness, period: str = "2026-11") -> None:
    service.handle(PeriodPublished(**PUBLISHED | {"period": period}))


def test_the_timeline_shows_who_decided_what_and_why(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimReturned, sequence=2, by="per_wang", reason="请补充照片")
    resubmit(service, claim)
    service.review_event(claim, ClaimEndorsed, sequence=4, by="per_wang")
    service.review_event(claim, EntryApproved, by="per_chen", points=2)

    found = service.get_claim(claim)
    assert (found["status"], found["points"], found["awarded_points"], found["period"]) == ("approved", 1, 2, "2026-11")
    assert found["entry_id"] == "ent_1"
    assert [(step["step"], step["by_id"], step["reason"]) for step in found["timeline"]] == [
        ("submitted", "per_li", ""),
        ("returned", "per_wang", "请补充照片"),
        ("resubmitted", "per_li", ""),
        ("endorsed", "per_wang", ""),
        ("approved", "per_chen", ""),
    ]
    assert found["timeline"][0]["rulebook_id"] == found["rulebook_id"]


def test_the_publication_of_a_list_publishes_its_claims(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, EntryApproved)
    publish(service, "2026-12")
    assert service.get_claim(claim)["status"] == "approved"
    publish(service)
    assert service.get_claim(claim)["status"] == "published"
    assert steps(service, claim)[-1] == "published"


def test_objection_ruling_and_correction_are_on_the_timeline(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, EntryApproved, points=3)
    publish(service)
    ruled = {"community": COMMUNITY, "objection": "obj_1", "entry": "ent_1", "at": NOW}
    service.handle(EntryObjected(**ruled))
    service.handle(ObjectionRuled(**ruled, upheld=True, by="per_he"))
    service.review_event(claim, EntryCorrected, points=-2, correction="cor_1")
    service.review_event(claim, EntryFinalized, points=3)

    found = service.get_claim(claim)
    assert (found["status"], found["awarded_points"]) == ("final", 1)
    assert sorted(steps(service, claim)) == sorted(
        ["submitted", "approved", "published", "objected", "objection_ruled", "corrected", "final"]
    )


def test_each_vote_reminder_and_reason_is_on_the_timeline(service: ClaimsHarness, claim: str) -> None:
    reminded = {"community": COMMUNITY, "day": NOW.date(), "waiting": 1, "longest_days": 3, "at": NOW}
    service.handle(ReviewOverdue(**reminded, judge="per_wang", claims=(claim,)))
    service.review_event(claim, ClaimEndorsed, sequence=2, by="per_wang")
    service.review_event(claim, ApprovalVoted, sequence=3, by="per_qian", points=3, votes=1, quorum=2, reason="两小时")
    service.review_event(claim, EntryApproved, by="per_chen", points=3, reason="同意")
    service.handle(PeriodPublished(**PUBLISHED, by="clock"))
    ruled = {"community": COMMUNITY, "objection": "obj_1", "entry": "ent_1", "at": NOW}
    service.handle(EntryObjected(**ruled, by="per_li"))
    service.handle(RulingOverdue(**reminded, judge="per_he", entries=("ent_1",)))
    service.handle(ObjectionRuled(**ruled, upheld=True, by="per_he", reason="只有一小时"))
    service.review_event(claim, EntryFinalized, points=3, by="clock")
    service.review_event(claim, EntryCorrected, points=-2, correction="cor_1", by="per_he", reason="只有一小时")

    timeline = service.get_claim(claim)["timeline"]
    assert [(step["step"], step["by_id"], step["reason"]) for step in timeline if step["step"] != "submitted"] == [
        ("judge_reminded", None, ""),
        ("endorsed", "per_wang", ""),
        ("voted", "per_qian", "两小时"),
        ("approved", "per_chen", "同意"),
        ("published", "clock", ""),
        ("objected", None, ""),
        ("branch_reminded", None, ""),
        ("objection_ruled", "per_he", "只有一小时"),
        ("final", "clock", ""),
        ("corrected", "per_he", "只有一小时"),
    ]
    found = {step["step"]: step for step in timeline}
    assert (found["voted"]["votes"], found["voted"]["quorum"]) == (1, 2)
    assert (found["judge_reminded"]["judge_id"], found["branch_reminded"]["judge_id"]) == ("per_wang", "per_he")


def test_events_about_awards_are_ignored(service: ClaimsHarness) -> None:
    service.review_event("awd_1", EntryApproved, origin="award")
    service.handle(EntryObjected(community=COMMUNITY, objection="obj_1", entry="ent_9", at=NOW))


def test_a_decision_on_an_unknown_claim_is_retried(service: ClaimsHarness) -> None:
    with pytest.raises(LookupError):
        service.review_event("clm_unknown", ClaimEndorsed)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_last_decision_stands_in_any_order_of_arrival(
    service: ClaimsHarness, claim: str, order: tuple[int, ...]
) -> None:
    decisions: list[tuple[type, dict[str, Any]]] = [
        (ClaimEndorsed, {"sequence": 2}),
        (EntryApproved, {"points": 3}),
        (EntryFinalized, {"points": 3}),
        (EntryCorrected, {"points": -1, "correction": "cor_1"}),
    ]
    for place in order:
        kind, said = decisions[place]
        service.review_event(claim, kind, **said)

    found = service.get_claim(claim)
    assert (found["status"], found["awarded_points"]) == ("final", 2)


def test_an_older_decision_that_arrives_late_changes_nothing(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimRefused, sequence=3, reason="不属实")
    service.review_event(claim, ClaimEndorsed, sequence=2)
    assert service.get_claim(claim)["status"] == "refused"


@pytest.mark.parametrize(
    ("decided", "said", "stands"),
    [
        (ClaimEndorsed, {"sequence": 2}, "withdrawn"),
        (ClaimReturned, {"sequence": 2, "reason": "补"}, "withdrawn"),
        (ClaimRefused, {"sequence": 2, "reason": "不"}, "refused"),
        (EntryApproved, {}, "approved"),
    ],
)
def test_a_withdrawal_gives_way_to_refusal_and_approval_only(
    service: ClaimsHarness, claim: str, decided: type, said: dict[str, Any], stands: str
) -> None:
    withdraw(service, claim)
    service.review_event(claim, decided, **said)
    assert service.get_claim(claim)["status"] == stands


def test_a_claim_can_be_withdrawn_until_it_is_decided(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimEndorsed, sequence=2)
    assert withdraw(service, claim)["status"] == "withdrawn"
    assert isinstance(service.emitted[-1], ClaimWithdrawn)
    with pytest.raises(WrongState):
        withdraw(service, claim)


def test_an_approved_claim_cannot_be_withdrawn(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, EntryApproved)
    with pytest.raises(WrongState):
        withdraw(service, claim)


def test_only_claimant_and_declarer_change_a_claim(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimReturned, sequence=2, reason="补")
    for by in ("wang", "chen"):
        with pytest.raises(Forbidden):
            withdraw(service, claim, by)
        with pytest.raises(Forbidden):
            resubmit(service, claim, by)
    with pytest.raises(NotFound):
        withdraw(service, claim, "wu")


def test_only_a_returned_claim_is_resubmitted(service: ClaimsHarness, claim: str) -> None:
    with pytest.raises(WrongState):
        resubmit(service, claim)


def test_a_resubmitted_claim_is_scored_again_and_published(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimReturned, sequence=2, reason="补")
    again = resubmit(service, claim, quantity=2)

    event = service.emitted[-1]
    assert isinstance(event, ClaimResubmitted)
    assert (event.points, event.day.isoformat(), event.sequence) == (2, "2026-11-22", 3)
    assert (again["status"], again["cause"]) == ("submitted", "打扫落叶")


def test_the_time_limit_of_a_resubmission_counts_from_the_first_submission(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    claim = service.submit(happened_at=on(23, month=10))["id"]
    service.later(days=20)
    service.review_event(claim, ClaimReturned, sequence=2, reason="补")
    assert resubmit(service, claim, happened_at=on(23, month=10))["status"] == "submitted"
