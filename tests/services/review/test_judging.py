"""First review, recusal, final approval (R12, R13)."""

from datetime import date

import pytest

from contracts.errors import AlreadyDecided, Invalid, ReasonRequired, Recused, RoleMissing, WrongState
from contracts.review import ClaimEndorsed, ClaimRefused, ClaimReturned, EntryApproved
from services.review.domain.judges import Bench, Judge, Level
from services.review.domain.reviews import Stage, Verb, Verdict
from tests.services.review.cases import (
    BENCH,
    BRANCH,
    CHAIR,
    HEAD,
    LATER,
    MEMBER,
    NOW,
    OFFICER,
    RULES,
    a_review,
    house_rules,
    say,
)


def test_the_head_of_the_courtyard_endorses_a_residents_claim():
    review = a_review()

    judgement = review.decide(say(Verb.ENDORSE), HEAD, BENCH, RULES, NOW)

    assert isinstance(judgement.event, ClaimEndorsed)
    assert (judgement.event.source, judgement.event.by, judgement.event.sequence) == ("clm_1", "per_head", 2)
    assert (review.stage, review.endorsed_by) == (Stage.FINAL, "per_head")
    assert judgement.decision.interested == ("per_tenant", "per_spouse")


@pytest.mark.parametrize(
    ("book", "interested", "bench", "level"),
    [
        ("household", ("per_tenant",), BENCH, Level.HEAD),
        ("household", ("per_tenant", "per_head"), BENCH, Level.OFFICER),
        ("head", ("per_head",), BENCH, Level.OFFICER),
        ("head", ("per_old_head",), BENCH, Level.OFFICER),
        ("household", ("per_tenant",), Bench(head=None, officers=frozenset({"per_officer"})), Level.OFFICER),
        ("household", ("per_head", "per_officer"), BENCH, Level.GROUP),
        ("household", ("per_head", "o"), Bench(head="per_head", officers=frozenset({"o", "p"})), Level.OFFICER),
        ("head", ("per_head",), Bench(head="per_head", officers=frozenset()), Level.GROUP),
    ],
)
def test_a_first_review_goes_up_one_level_at_a_time_until_nobody_there_has_an_interest(book, interested, bench, level):
    assert bench.level_for(book, interested) is level


@pytest.mark.parametrize("judge", [OFFICER, MEMBER, BRANCH, Judge(person="per_x", courtyards=frozenset({"cty_2"}))])
def test_only_the_level_whose_turn_it_is_may_judge(judge):
    with pytest.raises(RoleMissing):
        a_review().decide(say(Verb.ENDORSE), judge, BENCH, RULES, NOW)


def test_a_new_head_judges_what_was_routed_to_the_old_one():
    new_head = Judge(person="per_new", courtyards=frozenset({"cty_1"}))
    bench = Bench(head="per_new", officers=BENCH.officers)

    with pytest.raises(RoleMissing):
        a_review().decide(say(Verb.ENDORSE), Judge(person="per_head"), bench, RULES, NOW)
    assert a_review().decide(say(Verb.ENDORSE), new_head, bench, RULES, NOW).event


@pytest.mark.parametrize("stage", [Stage.FIRST, Stage.FINAL])
def test_no_one_judges_his_own_households_claim_whatever_his_offices(stage):
    offices = {"courtyards": frozenset({"cty_1"}), "grids": frozenset({"grd_1"}), "group": True}

    for judge in (
        Judge(person="per_tenant", **offices),
        Judge(person="per_spouse", **offices),
        Judge(person="per_son", homes={date(2026, 11, 3): "hou_1"}, **offices),
    ):
        review = a_review(stage=stage)
        with pytest.raises(Recused):
            review.decide(say(Verb.REFUSE, "不实"), judge, BENCH, RULES, NOW)
        assert (review.stage, review.version) == (stage, 1)


def test_two_people_without_a_household_do_not_share_one():
    homeless = Judge(person="per_member", group=True, homes={date(2026, 11, 3): None})

    review = a_review(stage=Stage.FINAL, book="head", household=None, interested=("per_tenant",))

    assert review.decide(say(Verb.APPROVE), homeless, BENCH, RULES, NOW).entry


def test_returning_and_refusing_need_a_reason_and_tell_it():
    for verb, event in ((Verb.RETURN, ClaimReturned), (Verb.REFUSE, ClaimRefused)):
        with pytest.raises(ReasonRequired):
            a_review().decide(say(verb), HEAD, BENCH, RULES, NOW)
        told = a_review().decide(say(verb, "照片看不清"), HEAD, BENCH, RULES, NOW).event
        assert isinstance(told, event)
        assert told.reason == "照片看不清"


def test_a_review_is_decided_once():
    review = a_review()
    review.decide(say(Verb.ENDORSE), HEAD, BENCH, RULES, NOW)

    with pytest.raises(AlreadyDecided):
        review.decide(say(Verb.ENDORSE), MEMBER, BENCH, RULES, NOW)
    review.decide(say(Verb.APPROVE), MEMBER, BENCH, RULES, NOW)
    with pytest.raises(AlreadyDecided):
        review.decide(say(Verb.REFUSE, "重复"), MEMBER, BENCH, RULES, NOW)


def test_approval_skips_no_first_review():
    vacant = Bench(head=None, officers=frozenset())

    with pytest.raises(WrongState):
        a_review(level=Level.GROUP).decide(say(Verb.APPROVE), MEMBER, vacant, RULES, NOW)


def test_the_group_approves_an_entry_of_the_month_of_the_act():
    judgement = a_review(stage=Stage.FINAL).decide(say(Verb.APPROVE), MEMBER, BENCH, RULES, NOW)

    assert isinstance(judgement.event, EntryApproved)
    assert (judgement.event.period, judgement.event.points, judgement.event.by) == ("2026-11", 5, "per_member")


def test_an_entry_goes_to_the_next_list_that_is_not_yet_public():
    rules = house_rules("2026-11", "2026-12")

    judgement = a_review(stage=Stage.FINAL).decide(say(Verb.APPROVE), MEMBER, BENCH, rules, NOW)

    assert judgement.entry
    assert judgement.entry.period == "2027-01"


def test_the_group_adjusts_a_score_only_with_a_reason():
    review = a_review(stage=Stage.FINAL)
    with pytest.raises(ReasonRequired):
        review.decide(say(Verb.APPROVE, points=3), MEMBER, BENCH, RULES, NOW)
    assert review.points == 5

    judgement = review.decide(say(Verb.APPROVE, "只清理了一半", points=3), MEMBER, BENCH, RULES, NOW)

    assert judgement.entry
    assert (judgement.entry.points, judgement.decision.points_before, judgement.decision.points) == (3, 5, 3)


def test_a_first_judge_adjusts_no_score():
    with pytest.raises(Invalid):
        a_review().decide(say(Verb.ENDORSE, "理由", points=3), HEAD, BENCH, RULES, NOW)


def test_a_quorum_counts_different_members_for_the_same_score():
    rules = house_rules(approval_quorum=2)
    review = a_review(stage=Stage.FINAL)

    assert review.decide(say(Verb.APPROVE), MEMBER, BENCH, rules, NOW).entry is None
    with pytest.raises(AlreadyDecided):
        review.decide(say(Verb.APPROVE), MEMBER, BENCH, rules, NOW)
    assert review.decide(say(Verb.APPROVE, "减半", points=3), CHAIR, BENCH, rules, NOW).entry is None
    entry = review.decide(say(Verb.APPROVE), MEMBER, BENCH, rules, NOW).entry

    assert entry
    assert entry.points == 3


def test_an_award_is_never_returned_for_more():
    with pytest.raises(WrongState):
        a_review(origin="award", stage=Stage.FINAL).decide(say(Verb.RETURN, "?"), MEMBER, BENCH, RULES, NOW)


def test_a_returned_claim_comes_back_to_its_first_judge():
    review = a_review()
    review.decide(say(Verb.RETURN, "补照片"), HEAD, BENCH, RULES, NOW)

    review.reopen(a_review(points=3, source_sequence=3, opened_at=LATER))

    assert (review.stage, review.points, review.source_sequence) == (Stage.FIRST, 3, 3)


def test_a_decided_claim_stays_decided_though_it_is_withdrawn_late():
    review = a_review()
    review.withdraw(2, NOW)
    assert review.stage is Stage.WITHDRAWN

    refused = a_review()
    refused.decide(say(Verb.REFUSE, "不实"), HEAD, BENCH, RULES, NOW)
    refused.withdraw(2, NOW)
    assert refused.stage is Stage.REFUSED


def test_a_refusal_may_say_that_the_claim_was_false() -> None:
    verdict = Verdict(verb=Verb.REFUSE, reason="没有此事", false_claim=True)
    judgement = a_review().decide(verdict, HEAD, BENCH, RULES, NOW)
    assert isinstance(judgement.event, ClaimRefused)
    assert judgement.event.false_claim


def test_only_a_refusal_may_say_so() -> None:
    with pytest.raises(Invalid):
        a_review().decide(Verdict(verb=Verb.ENDORSE, false_claim=True), HEAD, BENCH, RULES, NOW)
