"""First review, recusal, final approval (R12, R13)."""

from datetime import date

import pytest

from contracts.errors import AlreadyDecided, Invalid, ReasonRequired, Recused, RoleMissing, StaleVersion, WrongState
from contracts.review import ClaimEndorsed, ClaimRefused, ClaimReturned, EntryApproved
from services.review.domain.reviewers import CourtyardReviewers, Level
from services.review.domain.reviews import DecisionRequest, DecisionType, Stage
from tests.services.review.factories import (
    BRANCH,
    CHAIR,
    HEAD,
    LATER,
    MEMBER,
    NOW,
    OFFICER,
    REVIEWERS,
    RULES,
    a_review,
    a_reviewer,
    community_rules,
    request,
)


def test_the_head_of_the_courtyard_endorses_a_residents_claim():
    review = a_review()

    result = review.decide(request(DecisionType.ENDORSE), HEAD, REVIEWERS, RULES, NOW)

    assert isinstance(result.event, ClaimEndorsed)
    assert (result.event.source, result.event.by, result.event.sequence) == ("clm_1", "per_head", 2)
    assert (review.stage, review.endorsed_by) == (Stage.FINAL, "per_head")
    assert result.decision.interested == ("per_tenant", "per_spouse")


@pytest.mark.parametrize(
    ("book", "interested", "reviewers", "level"),
    [
        ("household", ("per_tenant",), REVIEWERS, Level.HEAD),
        ("household", ("per_tenant", "per_head"), REVIEWERS, Level.OFFICER),
        ("head", ("per_head",), REVIEWERS, Level.OFFICER),
        ("head", ("per_old_head",), REVIEWERS, Level.OFFICER),
        (
            "household",
            ("per_tenant",),
            CourtyardReviewers(head=None, officers=frozenset({"per_officer"})),
            Level.OFFICER,
        ),
        ("household", ("per_head", "per_officer"), REVIEWERS, Level.GROUP),
        (
            "household",
            ("per_head", "o"),
            CourtyardReviewers(head="per_head", officers=frozenset({"o", "p"})),
            Level.OFFICER,
        ),
        ("head", ("per_head",), CourtyardReviewers(head="per_head", officers=frozenset()), Level.GROUP),
    ],
)
def test_a_first_review_goes_to_the_lowest_level_without_an_interest(book, interested, reviewers, level):
    assert reviewers.level_for(book, interested) is level


@pytest.mark.parametrize("reviewer", [OFFICER, MEMBER, BRANCH, a_reviewer("per_x", ("head", "cty_2"))])
def test_only_the_level_of_the_review_may_decide(reviewer):
    with pytest.raises(RoleMissing):
        a_review().decide(request(DecisionType.ENDORSE), reviewer, REVIEWERS, RULES, NOW)


def test_a_new_head_decides_on_what_was_routed_to_the_old_one():
    new_head = a_reviewer("per_new", ("head", "cty_1"))
    reviewers = CourtyardReviewers(head="per_new", officers=REVIEWERS.officers)

    with pytest.raises(RoleMissing):
        a_review().decide(request(DecisionType.ENDORSE), a_reviewer("per_head"), reviewers, RULES, NOW)
    assert a_review().decide(request(DecisionType.ENDORSE), new_head, reviewers, RULES, NOW).event


@pytest.mark.parametrize("stage", [Stage.FIRST, Stage.FINAL])
def test_nobody_decides_on_their_own_households_claim_whatever_their_roles(stage):
    roles = [("head", "cty_1"), ("grid_officer", "grd_1"), ("working_group", "com_1")]

    for reviewer in (
        a_reviewer("per_tenant", *roles),
        a_reviewer("per_spouse", *roles),
        a_reviewer("per_son", *roles, homes={date(2026, 11, 3): "hou_1"}),
    ):
        review = a_review(stage=stage)
        with pytest.raises(Recused):
            review.decide(request(DecisionType.REFUSE, "不实"), reviewer, REVIEWERS, RULES, NOW)
        assert (review.stage, review.version) == (stage, 1)


def test_two_people_without_a_household_do_not_share_one():
    homeless = a_reviewer("per_member", ("working_group", "com_1"), homes={date(2026, 11, 3): None})

    review = a_review(stage=Stage.FINAL, book="head", household=None, interested=("per_tenant",))

    assert review.decide(request(DecisionType.APPROVE), homeless, REVIEWERS, RULES, NOW).entry


def test_returning_and_refusing_need_a_reason_which_the_event_carries():
    for verb, event in ((DecisionType.RETURN, ClaimReturned), (DecisionType.REFUSE, ClaimRefused)):
        with pytest.raises(ReasonRequired):
            a_review().decide(request(verb), HEAD, REVIEWERS, RULES, NOW)
        emitted = a_review().decide(request(verb, "照片看不清"), HEAD, REVIEWERS, RULES, NOW).event
        assert isinstance(emitted, event)
        assert emitted.reason == "照片看不清"


def test_a_review_is_decided_once():
    review = a_review()
    review.decide(request(DecisionType.ENDORSE), HEAD, REVIEWERS, RULES, NOW)

    with pytest.raises(AlreadyDecided):
        review.decide(request(DecisionType.ENDORSE), MEMBER, REVIEWERS, RULES, NOW)
    review.decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, RULES, NOW)
    with pytest.raises(AlreadyDecided):
        review.decide(request(DecisionType.REFUSE, "重复"), MEMBER, REVIEWERS, RULES, NOW)


def test_a_review_is_not_approved_before_its_first_review():
    vacant = CourtyardReviewers(head=None, officers=frozenset())

    with pytest.raises(WrongState):
        a_review(level=Level.GROUP).decide(request(DecisionType.APPROVE), MEMBER, vacant, RULES, NOW)


def test_an_approval_makes_an_entry_of_the_month_of_the_deed():
    result = a_review(stage=Stage.FINAL).decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, RULES, NOW)

    assert isinstance(result.event, EntryApproved)
    assert (result.event.period, result.event.points, result.event.by) == ("2026-11", 5, "per_member")


def test_an_entry_goes_on_the_next_list_that_is_not_closed():
    rules = community_rules("2026-11", "2026-12")

    result = a_review(stage=Stage.FINAL).decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, rules, NOW)

    assert result.entry
    assert result.entry.period == "2027-01"


def test_the_group_adjusts_a_score_only_with_a_reason():
    review = a_review(stage=Stage.FINAL)
    with pytest.raises(ReasonRequired):
        review.decide(request(DecisionType.APPROVE, points=3), MEMBER, REVIEWERS, RULES, NOW)
    assert review.points == 5

    result = review.decide(request(DecisionType.APPROVE, "只清理了一半", points=3), MEMBER, REVIEWERS, RULES, NOW)

    assert result.entry
    assert (result.entry.points, result.decision.points_before, result.decision.points) == (3, 5, 3)


def test_a_first_review_does_not_adjust_the_score():
    with pytest.raises(Invalid):
        a_review().decide(request(DecisionType.ENDORSE, "理由", points=3), HEAD, REVIEWERS, RULES, NOW)


def test_a_quorum_counts_different_members_for_the_same_score():
    rules = community_rules(approval_quorum=2)
    review = a_review(stage=Stage.FINAL)

    assert review.decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, rules, NOW).entry is None
    with pytest.raises(AlreadyDecided):
        review.decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, rules, NOW)
    assert review.decide(request(DecisionType.APPROVE, "减半", points=3), CHAIR, REVIEWERS, rules, NOW).entry is None
    entry = review.decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, rules, NOW).entry

    assert entry
    assert entry.points == 3


def test_an_award_is_never_returned():
    with pytest.raises(WrongState):
        a_review(origin="award", stage=Stage.FINAL).decide(
            request(DecisionType.RETURN, "?"), MEMBER, REVIEWERS, RULES, NOW
        )


def test_a_resubmitted_claim_begins_again_with_its_first_review():
    review = a_review()
    review.decide(request(DecisionType.RETURN, "补照片"), HEAD, REVIEWERS, RULES, NOW)

    review.reopen(a_review(points=3, source_sequence=3, opened_at=LATER))

    assert (review.stage, review.points, review.source_sequence) == (Stage.FIRST, 3, 3)


def test_a_late_withdrawal_does_not_change_a_decided_review():
    review = a_review()
    review.withdraw(2, NOW)
    assert review.stage is Stage.WITHDRAWN

    refused = a_review()
    refused.decide(request(DecisionType.REFUSE, "不实"), HEAD, REVIEWERS, RULES, NOW)
    refused.withdraw(2, NOW)
    assert refused.stage is Stage.REFUSED


def test_a_refusal_may_mark_the_claim_as_false() -> None:
    refusal = DecisionRequest(verb=DecisionType.REFUSE, reason="没有此事", false_claim=True)
    result = a_review().decide(refusal, HEAD, REVIEWERS, RULES, NOW)
    assert isinstance(result.event, ClaimRefused)
    assert result.event.false_claim


def test_only_a_refusal_may_mark_the_claim_as_false() -> None:
    with pytest.raises(Invalid):
        a_review().decide(DecisionRequest(verb=DecisionType.ENDORSE, false_claim=True), HEAD, REVIEWERS, RULES, NOW)


def test_terms_say_why_somebody_may_not_decide() -> None:
    review = a_review(stage=Stage.FINAL, endorsed_by="per_chair", recorded_by=("per_tenant",))

    chair, member = (review.terms_for(each, REVIEWERS, RULES) for each in (CHAIR, MEMBER))

    assert chair
    assert chair.refusal == "此件由您初审，应由其他成员审核"
    assert member
    assert member.refusal is None


def test_terms_name_bound_and_members_that_are_needed() -> None:
    rules = community_rules(approval_quorum=2, adjustment_bound=3)
    review = a_review(stage=Stage.FINAL, points=5, declared_points=5)
    review.decide(request(DecisionType.APPROVE), MEMBER, REVIEWERS, rules, NOW)

    terms = review.terms_for(MEMBER, REVIEWERS, rules)

    assert terms
    assert (terms.has_approved, terms.approvals, terms.quorum) == (True, 1, 2)
    assert (terms.score, terms.most_points) == (5, 15)


def test_a_decided_review_has_no_terms() -> None:
    assert a_review(stage=Stage.APPROVED).terms_for(MEMBER, REVIEWERS, RULES) is None


def test_a_decision_on_a_version_that_has_changed_is_refused() -> None:
    review = a_review(stage=Stage.FINAL, version=3)

    with pytest.raises(StaleVersion):
        review.decide(DecisionRequest(verb=DecisionType.APPROVE, version=2), MEMBER, REVIEWERS, RULES, NOW)

    assert review.stage is Stage.FINAL
    assert review.decide(DecisionRequest(verb=DecisionType.APPROVE, version=3), MEMBER, REVIEWERS, RULES, NOW).entry
