"""Who recorded, endorsed, approved and published are different people, and points stay near the score (R13, R14)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts.claims import RulebookAdopted
from contracts.errors import AlreadyDecided, DailyLimitReached, Invalid, ReasonRequired, Recused, RoleMissing
from contracts.exchange import RewardDecided
from contracts.policy import Policy
from contracts.registry import Appointed, PolicySet, SpendingWaitChanged
from contracts.review import ApprovalVoted, DailyLimitApproached, OfficeDecisionRecorded
from services.review.domain.correction_proposals import CorrectionProposal
from services.review.domain.entries import Entry, EntryState
from services.review.domain.objections import Objection, Outcome, Ruling
from services.review.domain.reviews import DecisionType, Review, Stage
from tests.services.review.conftest import COMMUNITY, SINCE, ReviewHarness, actor
from tests.services.review.factories import (
    BRANCH,
    CHAIR,
    MEMBER,
    NOW,
    REVIEWERS,
    RULES,
    a_closed_month,
    a_publication,
    a_review,
    a_reviewer,
    community_rules,
    request,
)


def waiting(**given: Any) -> Review:
    return a_review(stage=Stage.FINAL, declared_points=5, **given)


def approve(review: Review, by: Any = MEMBER, points: int | None = None, rules: Any = RULES) -> Any:
    return review.decide(request(DecisionType.APPROVE, "核实", points), by, REVIEWERS, rules, NOW)


def test_whoever_declared_or_recorded_a_deed_does_not_approve_it() -> None:
    review = waiting(recorded_by=("per_other", "per_member"))

    with pytest.raises(Recused):
        approve(review)
    assert approve(review, CHAIR).entry


def test_whoever_endorsed_a_deed_does_not_approve_it() -> None:
    review = waiting(endorsed_by="per_member")

    with pytest.raises(Recused):
        approve(review)
    assert approve(review, CHAIR).entry


@pytest.mark.parametrize("recorders", [(), ("per_tenant",), ("per_tenant", "per_spouse")])
def test_a_deed_that_nobody_without_an_interest_recorded_or_endorsed_needs_two_members(
    recorders: tuple[str, ...],
) -> None:
    review = waiting(recorded_by=recorders)

    assert isinstance(approve(review).event, ApprovalVoted)
    assert approve(review, CHAIR).entry
    assert approve(waiting(recorded_by=recorders, endorsed_by="per_head")).entry


def test_whoever_scored_or_closed_a_round_does_not_approve_its_awards(review: ReviewHarness) -> None:
    review.propose_award(decided_by=("per_zhou", "per_chen"))

    with pytest.raises(Recused):
        review.decide("chen", "awd_1", "approve")
    assert (review.queue("chen", "final"), review.queue("qian", "final")) == ([], ["awd_1"])
    assert review.decide("qian", "awd_1", "approve")["stage"] == "approved"
    with pytest.raises(Recused):
        review.call("publish_period", actor=actor("qian"), period="2026-11")


def test_an_award_of_which_nobody_knows_who_scored_needs_two_members(review: ReviewHarness) -> None:
    review.propose_award(decided_by=())

    assert review.decide("chen", "awd_1", "approve")["stage"] == "final"
    assert review.decide("qian", "awd_1", "approve")["stage"] == "approved"


def test_the_store_refuses_an_approval_in_which_one_person_alone_had_a_part(review: ReviewHarness) -> None:
    review.propose_award()

    with pytest.raises(IntegrityError, match="one person alone"), review.transaction() as tx:
        tx.session.execute(
            text("UPDATE reviews SET recorded_by = '{}', stage = 'approved', approved_by = '{per_chen}'")
        )


def test_the_clock_does_not_publish_what_one_person_alone_had_a_part_in(review: ReviewHarness) -> None:
    """Such entries are of earlier releases; the trigger that refuses new ones is off for this one."""
    set_policy(review, calendar=True)
    review.propose_award()
    review.decide("chen", "awd_1", "approve")
    with review.transaction() as tx:
        tx.session.execute(text("UPDATE reviews SET recorded_by = '{}'"))
    review.at(datetime(2026, 12, 6, 4, tzinfo=UTC)).tick("keep_calendar")

    assert review.figures()["state"] == "open"
    assert review.publish()["state"] == "published"


def test_points_beyond_the_score_need_two_members() -> None:
    review = waiting()

    assert isinstance(approve(review, points=8).event, ApprovalVoted)
    assert (result := approve(review, CHAIR).entry)
    assert result.points == 8


def test_points_below_the_score_need_one_member() -> None:
    assert approve(waiting(), points=3).entry.points == 3


@pytest.mark.parametrize("points", [11, -11, 100_000])
def test_points_stay_within_a_multiple_of_the_score(points: int) -> None:
    review = waiting()

    with pytest.raises(Invalid) as refused:
        approve(review, points=points)
    assert [error["pointer"] for error in refused.value.errors] == ["/points"]
    approve(review, points=10)


def test_a_second_adjustment_is_bound_by_the_score_and_not_by_the_first() -> None:
    review = waiting()
    approve(review, points=10)

    with pytest.raises(Invalid):
        approve(review, CHAIR, points=11)


def test_the_bound_is_the_communitys_choice() -> None:
    assert approve(waiting(), points=40, rules=community_rules(adjustment_bound=8)).event


def test_whoever_approved_an_entry_alone_does_not_publish_it() -> None:
    with pytest.raises(Recused):
        a_closed_month(approved_alone=True)


def test_another_member_publishes_what_one_approved_alone(review: ReviewHarness) -> None:
    review.approved()

    with pytest.raises(Recused):
        review.call("publish_period", actor={"person": "per_chen", "community": COMMUNITY}, period="2026-11")
    review.publish()


def test_a_member_publishes_what_they_approved_with_another(review: ReviewHarness) -> None:
    claim = review.declare("wu", points=5)
    review.decide("wang", claim, "endorse")
    review.decide("chen", claim, "approve", points=8, reason="多干了半天")
    review.decide("qian", claim, "approve")

    review.publish()


def a_final_entry(**given: Any) -> Entry:
    entry = approve(waiting(**given)).entry
    entry.state, entry.publication = EntryState.PUBLISHED, "pub_1"
    entry.finalize([], "per_chair", NOW)
    return entry


def propose(entry: Entry, points: int) -> CorrectionProposal:
    return CorrectionProposal.propose(entry, points, "少记", BRANCH, Policy(), NOW)


def test_a_correction_changes_nothing_until_another_person_confirms_it() -> None:
    entry = a_final_entry()
    proposal = propose(entry, 8)
    with pytest.raises(Recused):
        proposal.confirm(entry, BRANCH, NOW)
    assert entry.corrected == 0

    correction, event = proposal.confirm(entry, a_reviewer("per_committee"), NOW)

    assert (correction.points, correction.by, correction.confirmed_by) == (3, "per_branch", "per_committee")
    assert (event.correction, event.points) == (proposal.id, 3)


def test_a_refused_correction_needs_a_reason_and_is_not_confirmed_later() -> None:
    entry, other = a_final_entry(), a_reviewer("per_committee")
    proposal = propose(entry, 8)
    with pytest.raises(ReasonRequired):
        proposal.refuse(entry, "", other, NOW)

    proposal.refuse(entry, "签到表没有差错", other, NOW)

    with pytest.raises(AlreadyDecided):
        proposal.confirm(entry, other, NOW)


@pytest.mark.parametrize("points", [11, 100_000, -11])
def test_corrections_stay_within_a_multiple_of_the_score(points: int) -> None:
    with pytest.raises(Invalid):
        propose(a_final_entry(), points)


def test_a_ruling_gives_at_most_the_score() -> None:
    entry = approve(waiting()).entry
    entry.state, entry.publication = EntryState.PUBLISHED, "pub_1"
    objection = Objection.raise_against(entry, a_publication(), "per_neighbour", "少记了", NOW)

    with pytest.raises(Invalid):
        objection.rule(Ruling(outcome=Outcome.UPHELD, reason="属实", points=6), entry, BRANCH, NOW)
    assert entry.state is EntryState.FROZEN


def test_the_store_refuses_a_correction_by_one_person(review: ReviewHarness) -> None:
    entry = review.approved()
    insert = text(
        "INSERT INTO corrections (community, id, entry, points, corrected_to, reason, by, interested, at, confirmed_by)"
        " VALUES (:community, 'cor_x', :entry, 5, 10, 'x', 'per_he', ARRAY['per_li'], :now, :confirmed_by)"
    )
    for confirmed_by in (None, "per_he", "per_li"):
        row = {"community": COMMUNITY, "entry": entry, "now": NOW, "confirmed_by": confirmed_by}
        with pytest.raises(IntegrityError), review.transaction() as tx:
            tx.session.execute(insert, row)


def test_the_store_refuses_an_approver_who_recorded_or_endorsed_the_deed(review: ReviewHarness) -> None:
    review.approved()

    for change in ("recorded_by = '{per_li,per_chen}'", "endorsed_by = 'per_chen'"):
        with pytest.raises(IntegrityError), review.transaction() as tx:
            tx.session.execute(text(f"UPDATE reviews SET {change}"))


def test_the_store_refuses_a_list_by_whoever_approved_an_entry_of_it_alone(review: ReviewHarness) -> None:
    review.approved()

    with pytest.raises(IntegrityError, match="alone"), review.transaction() as tx:
        tx.session.execute(
            text(
                "INSERT INTO publications (community, id, period, entries, points, published_by, closed_at, listed,"
                " masked, version) VALUES (:community, 'pub_x', '2026-11', 1, 5, 'per_chen', :now, 0, true, 1)"
            ),
            {"community": COMMUNITY, "now": NOW},
        )


def test_what_somebody_recorded_or_endorsed_does_not_wait_for_their_approval(review: ReviewHarness) -> None:
    officer = Appointed(
        community=COMMUNITY,
        appointment="apt_chen_2",
        person="per_chen",
        role="grid_officer",
        scope="grd_1",
        since=SINCE,
    )
    review.handle(officer)
    endorsed = review.declare("wang", book="head")
    recorded = review.declare("wu", system_made=True, recorded_by="per_chen")
    review.decide("chen", endorsed, "endorse")

    assert review.queue("chen", "final") == []
    assert review.queue("qian", "final") == [endorsed, recorded]


def set_policy(review: ReviewHarness, sequence: int = 2, **settings: Any) -> None:
    review.handle(PolicySet(community=COMMUNITY, settings=settings, sequence=sequence))


def endorsed(review: ReviewHarness, **given: Any) -> str:
    claim = review.declare("wu", **given)
    review.decide("wang", claim, "endorse")
    return claim


def test_one_person_approves_no_more_points_in_a_day_than_the_policy_allows(review: ReviewHarness) -> None:
    set_policy(review, daily_approval_points=12)
    first, second, third = (endorsed(review) for _ in range(3))
    for claim in (first, second):
        review.decide("chen", claim, "approve")

    with pytest.raises(DailyLimitReached) as refused:
        review.decide("chen", third, "approve")

    assert refused.value.facts == {"limit": 12, "used": 10}
    review.decide("qian", third, "approve")
    review.later(days=1)
    review.decide("chen", endorsed(review), "approve")


def test_a_bulk_approval_stops_at_the_limit_of_the_day(review: ReviewHarness) -> None:
    set_policy(review, daily_approval_points=12)
    ids = [review.review_of(endorsed(review)) for _ in range(3)]

    forms = [{"review_id": id, "decision": "approve"} for id in ids]
    answers = review.call("decide_many", actor=actor("chen"), decisions=forms)["data"]

    assert [answer["code"] for answer in answers] == [None, None, "daily_limit_reached"]


def test_branch_and_committee_are_alerted_once_when_somebody_comes_near_their_limit(review: ReviewHarness) -> None:
    set_policy(review, daily_approval_points=12)
    for _ in range(2):
        review.decide("chen", endorsed(review), "approve")
    review.decide("chen", endorsed(review, points=1), "approve")

    [alert] = review.events(DailyLimitApproached)
    assert (alert.person, alert.duty, alert.points, alert.limit) == ("per_chen", "approval", 10, 12)
    assert alert.recipients == ("per_he",)


def test_confirmed_corrections_count_towards_a_limit_of_the_day(review: ReviewHarness) -> None:
    set_policy(review, daily_correction_points=4)
    for name, role in (("xu", "committee"), ("gu", "branch")):
        review.handle(
            Appointed(
                community=COMMUNITY,
                appointment=f"apt_{name}",
                person=f"per_{name}",
                role=role,
                scope=COMMUNITY,
                since=SINCE,
            )
        )
    entries = [review.approved() for _ in range(2)]
    review.publish()
    review.later(days=6).settle()
    proposed = [
        review.call("propose_correction", actor=actor("he"), entry_id=entry, points=8, reason="少记")["id"]
        for entry in entries
    ]
    review.call("confirm_correction", actor=actor("xu"), correction_id=proposed[0])

    with pytest.raises(DailyLimitReached):
        review.call("confirm_correction", actor=actor("xu"), correction_id=proposed[1])
    review.call("confirm_correction", actor=actor("gu"), correction_id=proposed[1])


def decisions_read_by(review: ReviewHarness, name: str, **query: Any) -> list[dict[str, Any]]:
    return review.call("list_office_decisions", actor=actor(name), **query)["data"]


def test_residents_read_what_offices_decided(review: ReviewHarness) -> None:
    review.handle(
        Appointed(
            community=COMMUNITY,
            appointment="apt_gu",
            person="per_gu",
            role="branch",
            scope=COMMUNITY,
            since=SINCE,
            by="per_xu",
        ),
        PolicySet(
            community=COMMUNITY,
            sequence=2,
            settings={"adjustment_bound": 3},
            changed=("adjustment_bound",),
            by="per_xu",
            approved_by="per_gu",
        ),
    )
    claim = endorsed(review)
    review.decide("chen", claim, "approve", points=8, reason="多干了半天")
    review.decide("qian", claim, "approve")

    kinds = [(each["kind"], each["by_id"]) for each in decisions_read_by(review, "li")]

    assert sorted(kinds) == [("appointed", "per_xu"), ("score_adjusted", "per_qian"), ("settings_changed", "per_xu")]
    [adjusted] = decisions_read_by(review, "li", kind="score_adjusted")
    assert adjusted["facts"] == {"score": 5, "points": 8}
    assert len(review.events(OfficeDecisionRecorded)) == 3
    with pytest.raises(RoleMissing):
        decisions_read_by(review, "stranger")


def test_residents_read_who_recorded_a_new_member_of_a_household_and_who_ruled_on_it(review: ReviewHarness) -> None:
    wait = {
        "community": COMMUNITY,
        "wait": "spw_1",
        "cause": "registered",
        "person": "per_ghost",
        "household": "hou_1",
        "ends_at": NOW + timedelta(days=7),
        "recorded_by": "per_zhou",
        "at": NOW,
    }
    review.handle(
        SpendingWaitChanged(**wait, state="open"),
        SpendingWaitChanged(**wait, state="refused", sequence=2, by="per_li"),
        SpendingWaitChanged(**wait, state="denied", sequence=3, by="per_gu"),
    )

    ruled, opened = decisions_read_by(review, "li")

    assert (opened["kind"], opened["by_id"], opened["person_id"]) == ("spending_wait_opened", "per_zhou", "per_ghost")
    assert opened["facts"]["cause"] == "registered"
    assert (ruled["kind"], ruled["by_id"], ruled["facts"]["allowed"]) == ("spending_wait_ruled", "per_gu", False)


def test_who_gained_by_whose_decisions_is_counted_over_all_time(review: ReviewHarness) -> None:
    review.approved(person="wu", declared_by="per_zhou")

    rows = review.call("self_dealing", actor=actor("he"))["data"]

    assert {
        (row["decider_id"], row["account_id"], row["recorded"], row["endorsed"], row["approved"]) for row in rows
    } == {
        ("per_zhou", "hou_wu", 1, 0, 0),
        ("per_wang", "hou_wu", 0, 1, 0),
        ("per_chen", "hou_wu", 0, 0, 1),
    }
    assert not any(row["own"] or row["mutual"] for row in rows)
    with pytest.raises(RoleMissing):
        review.call("self_dealing", actor=actor("chen"))


def test_households_that_decide_for_each_other_are_marked(review: ReviewHarness) -> None:
    """Wang endorses for Qian's household, and Qian approves for Wang's."""
    review.approved()
    claim = review.declare("wang", book="head")
    review.decide("zhou", claim, "endorse")
    review.decide("qian", claim, "approve")

    rows = review.call("self_dealing", actor=actor("he"))["data"]

    assert {(row["decider_id"], row["account_id"]) for row in rows if row["mutual"]} == {
        ("per_wang", "hou_li"),
        ("per_qian", "hou_wang"),
    }


def test_rulebooks_and_prices_are_in_the_record_of_decisions(review: ReviewHarness) -> None:
    adopted = RulebookAdopted(
        community=COMMUNITY,
        rulebook="rbk_2",
        version=2,
        effective_from=SINCE,
        by="per_chen",
        drafted_by="per_qian",
        loosened=("cleanup",),
        at=NOW,
    )
    priced = RewardDecided(
        community=COMMUNITY,
        reward="rwd_1",
        step="approved",
        title="大米",
        points=30,
        points_before=50,
        by="per_qian",
        at=NOW,
    )
    review.handle(adopted, priced)

    rows = review.call("list_office_decisions", actor=actor("wu"))["data"]
    found = {row["kind"]: row for row in rows if row["subject_id"] in ("rwd_1", "rbk_2")}
    price, rulebook = found["reward_approved"], found["rulebook_adopted"]

    assert (price["by_id"], price["facts"]) == ("per_qian", {"name": "大米", "points": 30, "points_before": 50})
    assert (rulebook["by_id"], rulebook["facts"]["drafted_by"]) == ("per_chen", "per_qian")
    assert rulebook["facts"]["loosened"] == ["cleanup"]
