"""A claim follows what review decides, in whatever order it hears of it, and tells every step (R15)."""

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
from tests.services.claims.conftest import COMMUNITY, NOW, Counter, actor, on


@pytest.fixture
def claim(counter: Counter) -> str:
    counter.adopted()
    return str(counter.declare(item="volunteer")["id"])


def steps(counter: Counter, claim: str) -> list[str]:
    return [step["step"] for step in counter.look(claim)["timeline"]]


def withdraw(counter: Counter, claim: str, by: str = "li") -> dict[str, Any]:
    return counter.call("withdraw_claim", actor=actor(by), claim_id=claim)


def resubmit(counter: Counter, claim: str, by: str = "li", **chosen: Any) -> dict[str, Any]:
    deed = {"item": "volunteer", "happened_at": on(22), "place": "4 排", "cause": "打扫落叶"}
    return counter.call("resubmit_claim", actor=actor(by), claim_id=claim, **(deed | chosen))


PUBLISHED: dict[str, Any] = {
    "community": COMMUNITY,
    "publication": "pub_1",
    "period": "2026-11",
    "entries": 1,
    "points": 1,
    "window_closes_at": NOW,
    "at": NOW,
}


def publish(counter: Counter, period: str = "2026-11") -> None:
    counter.handle(PeriodPublished(**PUBLISHED | {"period": period}))


def test_the_timeline_tells_who_decided_what_and_why(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimReturned, sequence=2, by="per_wang", reason="请补充照片")
    resubmit(counter, claim)
    counter.told(claim, ClaimEndorsed, sequence=4, by="per_wang")
    counter.told(claim, EntryApproved, by="per_chen", points=2)

    told = counter.look(claim)
    assert (told["status"], told["points"], told["awarded_points"], told["period"]) == ("approved", 1, 2, "2026-11")
    assert told["entry_id"] == "ent_1"
    assert [(step["step"], step["by_id"], step["reason"]) for step in told["timeline"]] == [
        ("submitted", "per_li", ""),
        ("returned", "per_wang", "请补充照片"),
        ("resubmitted", "per_li", ""),
        ("endorsed", "per_wang", ""),
        ("approved", "per_chen", ""),
    ]
    assert told["timeline"][0]["rulebook_id"] == told["rulebook_id"]


def test_a_list_that_is_published_publishes_its_claims(counter: Counter, claim: str) -> None:
    counter.told(claim, EntryApproved)
    publish(counter, "2026-12")
    assert counter.look(claim)["status"] == "approved"
    publish(counter)
    assert counter.look(claim)["status"] == "published"
    assert steps(counter, claim)[-1] == "published"


def test_an_objection_its_ruling_and_the_correction_are_told(counter: Counter, claim: str) -> None:
    counter.told(claim, EntryApproved, points=3)
    publish(counter)
    ruled = {"community": COMMUNITY, "objection": "obj_1", "entry": "ent_1", "at": NOW}
    counter.handle(EntryObjected(**ruled))
    counter.handle(ObjectionRuled(**ruled, upheld=True, by="per_he"))
    counter.told(claim, EntryCorrected, points=-2, correction="cor_1")
    counter.told(claim, EntryFinalized, points=3)

    told = counter.look(claim)
    assert (told["status"], told["awarded_points"]) == ("final", 1)
    assert sorted(steps(counter, claim)) == sorted(
        ["submitted", "approved", "published", "objected", "objection_ruled", "corrected", "final"]
    )


def test_each_vote_each_hand_and_each_reason_is_on_the_timeline(counter: Counter, claim: str) -> None:
    reminded = {"community": COMMUNITY, "day": NOW.date(), "waiting": 1, "longest_days": 3, "at": NOW}
    counter.handle(ReviewOverdue(**reminded, judge="per_wang", claims=(claim,)))
    counter.told(claim, ClaimEndorsed, sequence=2, by="per_wang")
    counter.told(claim, ApprovalVoted, sequence=3, by="per_qian", points=3, votes=1, quorum=2, reason="两小时")
    counter.told(claim, EntryApproved, by="per_chen", points=3, reason="同意")
    counter.handle(PeriodPublished(**PUBLISHED, by="clock"))
    ruled = {"community": COMMUNITY, "objection": "obj_1", "entry": "ent_1", "at": NOW}
    counter.handle(EntryObjected(**ruled))
    counter.handle(RulingOverdue(**reminded, judge="per_he", entries=("ent_1",)))
    counter.handle(ObjectionRuled(**ruled, upheld=True, by="per_he", reason="只有一小时"))
    counter.told(claim, EntryFinalized, points=3, by="clock")
    counter.told(claim, EntryCorrected, points=-2, correction="cor_1", by="per_he", reason="只有一小时")

    timeline = counter.look(claim)["timeline"]
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
    told = {step["step"]: step for step in timeline}
    assert (told["voted"]["votes"], told["voted"]["quorum"]) == (1, 2)
    assert (told["judge_reminded"]["judge_id"], told["branch_reminded"]["judge_id"]) == ("per_wang", "per_he")


def test_awards_of_inspections_are_none_of_ours(counter: Counter) -> None:
    counter.told("awd_1", EntryApproved, origin="award")
    counter.handle(EntryObjected(community=COMMUNITY, objection="obj_1", entry="ent_9", at=NOW))


def test_a_judgement_of_a_claim_not_known_yet_is_to_be_told_again(counter: Counter) -> None:
    with pytest.raises(LookupError):
        counter.told("clm_unknown", ClaimEndorsed)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_decisions_arrive_the_last_one_stands(
    counter: Counter, claim: str, order: tuple[int, ...]
) -> None:
    decisions: list[tuple[type, dict[str, Any]]] = [
        (ClaimEndorsed, {"sequence": 2}),
        (EntryApproved, {"points": 3}),
        (EntryFinalized, {"points": 3}),
        (EntryCorrected, {"points": -1, "correction": "cor_1"}),
    ]
    for place in order:
        kind, said = decisions[place]
        counter.told(claim, kind, **said)

    told = counter.look(claim)
    assert (told["status"], told["awarded_points"]) == ("final", 2)


def test_an_older_judgement_that_comes_late_changes_nothing(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimRefused, sequence=3, reason="不属实")
    counter.told(claim, ClaimEndorsed, sequence=2)
    assert counter.look(claim)["status"] == "refused"


@pytest.mark.parametrize(
    ("decided", "said", "stands"),
    [
        (ClaimEndorsed, {"sequence": 2}, "withdrawn"),
        (ClaimReturned, {"sequence": 2, "reason": "补"}, "withdrawn"),
        (ClaimRefused, {"sequence": 2, "reason": "不"}, "refused"),
        (EntryApproved, {}, "approved"),
    ],
)
def test_a_withdrawal_stands_against_everything_but_a_decision_that_was_made_meanwhile(
    counter: Counter, claim: str, decided: type, said: dict[str, Any], stands: str
) -> None:
    withdraw(counter, claim)
    counter.told(claim, decided, **said)
    assert counter.look(claim)["status"] == stands


def test_a_claim_is_withdrawn_until_it_is_decided(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimEndorsed, sequence=2)
    assert withdraw(counter, claim)["status"] == "withdrawn"
    assert isinstance(counter.emitted[-1], ClaimWithdrawn)
    with pytest.raises(WrongState):
        withdraw(counter, claim)


def test_an_approved_claim_is_not_withdrawn(counter: Counter, claim: str) -> None:
    counter.told(claim, EntryApproved)
    with pytest.raises(WrongState):
        withdraw(counter, claim)


def test_only_who_did_it_or_declared_it_changes_it(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimReturned, sequence=2, reason="补")
    for by in ("wang", "chen"):
        with pytest.raises(Forbidden):
            withdraw(counter, claim, by)
        with pytest.raises(Forbidden):
            resubmit(counter, claim, by)
    with pytest.raises(NotFound):
        withdraw(counter, claim, "wu")


def test_only_a_returned_claim_is_declared_again(counter: Counter, claim: str) -> None:
    with pytest.raises(WrongState):
        resubmit(counter, claim)


def test_a_claim_declared_again_is_scored_anew_and_announced(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimReturned, sequence=2, reason="补")
    again = resubmit(counter, claim, quantity=2)

    event = counter.emitted[-1]
    assert isinstance(event, ClaimResubmitted)
    assert (event.points, event.day.isoformat(), event.sequence) == (2, "2026-11-22", 3)
    assert (again["status"], again["cause"]) == ("submitted", "打扫落叶")


def test_a_return_does_not_make_a_claim_late(counter: Counter) -> None:
    counter.adopted()
    claim = counter.declare(happened_at=on(23, month=10))["id"]
    counter.later(days=20)
    counter.told(claim, ClaimReturned, sequence=2, reason="补")
    assert resubmit(counter, claim, happened_at=on(23, month=10))["status"] == "submitted"
