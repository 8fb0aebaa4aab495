"""Whom a review waits for, and the decisions on it (R11–R13, R19)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import registry
from contracts.claims import ClaimWithdrawn
from contracts.errors import AlreadyDecided, NotFound, Recused, RoleMissing
from contracts.review import ClaimEndorsed, ClaimReturned, EntryApproved
from services.review.use_cases.incoming import FactNotReceived
from tests.services.review.conftest import COMMUNITY, SINCE, ReviewHarness, actor
from tests.services.review.factories import NOW


def test_a_residents_claim_goes_to_the_head_and_then_to_the_group(review: ReviewHarness):
    claim = review.declare("li")

    assert review.queue("wang") == [claim]
    assert review.queue("zhou") == review.queue("chen") == review.queue("chen", "final") == []
    review.decide("wang", claim, "endorse")

    assert review.queue("wang") == []
    assert review.queue("chen", "final") == [claim]
    assert [event.source for event in review.events(ClaimEndorsed)] == [claim]


def test_claims_of_the_heads_household_go_to_the_officer(review: ReviewHarness):
    own = review.declare("wang", book="head")
    of_wife = review.declare("wife")

    assert review.queue("wang") == []
    assert review.queue("zhou") == [own, of_wife]
    with pytest.raises(Recused):
        review.decide("wang", of_wife, "endorse")


def test_a_member_of_the_group_neither_lists_nor_approves_a_claim_of_their_household(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "endorse")

    assert review.queue("qian", "final") == []
    with pytest.raises(Recused):
        review.decide("qian", claim, "approve")
    review.decide("chen", claim, "approve")
    assert [entry.by for entry in review.events(EntryApproved)] == ["per_chen"]


def test_a_review_is_hidden_from_strangers_and_refused_to_other_reviewers(review: ReviewHarness):
    claim = review.declare("li")

    with pytest.raises(NotFound):
        review.decide("wu", claim, "endorse")
    with pytest.raises(RoleMissing):
        review.decide("zhou", claim, "endorse")
    with pytest.raises(NotFound):
        review.call("get_review", actor=actor("chen", "com_2"), review_id=review.review_of(claim))


def test_when_the_head_changes_open_reviews_go_to_the_new_one(review: ReviewHarness):
    claim = review.declare("li")
    wus = review.declare("wu")
    end = {"person": "per_wang", "role": "head", "scope": "cty_1", "since": SINCE, "until": date(2026, 11, 23)}
    review.handle(
        registry.AppointmentEnded(community=COMMUNITY, appointment="apt_wang", sequence=2, **end),
        registry.Appointed(
            community=COMMUNITY,
            appointment="apt_wu",
            person="per_wu",
            role="head",
            scope="cty_1",
            since=date(2026, 11, 23),
        ),
    )
    review.tick("route_again")

    assert review.queue("wang") == []
    assert review.queue("wu") == [claim]
    assert review.queue("zhou") == [wus]
    review.decide("wu", claim, "endorse")


def test_system_made_claims_and_awards_need_no_first_review(review: ReviewHarness):
    claim = review.declare("li", system_made=True, recorded_by="per_zhou")
    review.propose_award()
    review.propose_award()

    assert review.queue("chen", "final") == [claim, "awd_1"]
    review.decide("chen", "awd_1", "approve")
    entry = review.events(EntryApproved)[0]
    assert (entry.book, entry.item, entry.origin, entry.points) == ("head", "inspection_rank", "award", 10)


def test_a_resubmission_reopens_a_returned_claim_and_an_older_event_changes_nothing(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason="请补照片")
    review.resubmit(claim, 3, points=3)
    review.resubmit(claim, 2, points=99)

    assert review.events(ClaimReturned)[0].reason == "请补照片"
    case = review.call("get_review", actor=actor("li"), review_id=review.review_of(claim))
    assert (case["stage"], case["points"]) == ("first", 3)
    assert [each["decision"] for each in case["decisions"]] == ["return"]


def test_a_withdrawn_claim_leaves_the_queue_and_a_withdrawal_waits_for_its_claim(review: ReviewHarness):
    claim = review.declare("li")
    review.withdraw(claim, 2)

    assert review.queue("wang") == []
    with pytest.raises(AlreadyDecided):
        review.decide("wang", claim, "endorse")
    with pytest.raises(FactNotReceived):
        review.handle(ClaimWithdrawn(community=COMMUNITY, claim="clm_later", by="per_li", at=NOW))


def test_a_claim_waits_for_the_facts_of_its_household_and_courtyard(review: ReviewHarness):
    with pytest.raises(FactNotReceived):
        review.declare("new", household="hou_li")
    with pytest.raises(FactNotReceived):
        review.declare("li", courtyard="cty_new")


def test_reviews_are_listed_in_order_of_arrival_page_by_page(review: ReviewHarness):
    claims = [review.declare("li") for _ in range(5)]

    first = review.call("list_reviews", actor=actor("wang"), stage="first", limit=3)
    rest = review.call("list_reviews", actor=actor("wang"), stage="first", limit=3, cursor=first["next_cursor"])

    assert [row["source_id"] for row in first["data"] + rest["data"]] == claims
    assert rest["next_cursor"] is None


def test_home_counts_what_the_lists_of_waiting_reviews_hold(review: ReviewHarness):
    for person in ("li", "li", "sun"):
        review.declare(person)

    for person in ("wang", "li", "chen"):
        counted = review.call("count_waiting", actor=actor(person))
        assert counted["first_reviews"] == len(review.call("list_reviews", actor=actor(person), stage="first")["data"])
        assert counted["final_approvals"] == len(
            review.call("list_reviews", actor=actor(person), stage="final")["data"]
        )
    assert review.call("count_waiting", actor=actor("wang"))["first_reviews"] >= 2
    assert review.call("count_waiting", actor=actor("li"))["first_reviews"] == 0


def test_many_decisions_in_one_call_get_an_answer_each(review: ReviewHarness):
    claims = [review.declare("li"), review.declare("wife"), review.declare("sun")]
    cases = [review.review_of(claim) for claim in claims]
    decisions = [{"review_id": case, "decision": "endorse"} for case in [*cases, cases[0], "rev_unknown"]]
    decisions[2] = {"review_id": cases[2], "decision": "refuse", "reason": ""}

    answers = review.call("decide_many", actor=actor("wang"), decisions=decisions)["data"]

    codes = [answer["code"] for answer in answers]
    assert codes == [None, "recused", "reason_required", "already_decided", "not_found"]
    assert [event.source for event in review.events(ClaimEndorsed)] == [claims[0]]


@pytest.mark.parametrize("table", ["decisions", "entries", "reviews"])
def test_the_store_refuses_a_reviewer_with_an_interest(review: ReviewHarness, table: str):
    review.approved()
    column = {"decisions": "judge", "entries": "approved_by", "reviews": "endorsed_by"}[table]

    with pytest.raises(IntegrityError), review.transaction() as tx:
        tx.session.execute(text(f"UPDATE {table} SET {column} = 'per_sun'"))


FILTERS = [
    ({"period": "2026-11"}, {"own", "for_li", "act"}),
    ({"period": "2026-10"}, set()),
    ({"category": "charity"}, {"for_li"}),
    ({"item": "cleanup"}, {"own", "act"}),
    ({"flagged": True}, {"for_li"}),
    ({"flagged": False}, {"own", "act"}),
    ({"declarer": "self"}, {"own"}),
    ({"declarer": "another"}, {"for_li"}),
    ({"declarer": "platform"}, {"act"}),
    ({"declared_by_id": "per_zhou"}, {"for_li"}),
    ({"courtyard_id": "cty_1", "grid_id": "grd_1"}, {"own", "for_li", "act"}),
    ({"courtyard_id": "cty_9"}, set()),
    ({"grid_id": "grd_9"}, set()),
]


@pytest.mark.parametrize(("matching", "expected"), FILTERS)
def test_final_approvals_are_filtered(review: ReviewHarness, matching: Any, expected: set[str]):
    claims = {
        "own": review.declare("li"),
        "for_li": review.declare("li", declared_by="per_zhou", item="gift", category="charity", flagged=True),
        "act": review.declare("li", system_made=True, recorded_by="per_he"),
    }
    for name in ("own", "for_li"):
        review.decide("wang", claims[name], "endorse")

    listed = review.call("list_reviews", actor=actor("chen"), stage="final", matching=matching)["data"]
    selected = review.call("select_reviews", actor=actor("chen"), stage="final", matching=matching)

    assert {row["source_id"] for row in listed} == {claims[name] for name in expected}
    assert {row["review_id"] for row in selected["reviews"]} == {row["id"] for row in listed}
    assert (selected["count"], selected["points"]) == (len(expected), 5 * len(expected))


def test_a_selection_has_another_version_once_a_review_in_it_changes(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "endorse")
    before = review.call("select_reviews", actor=actor("chen"), stage="final")

    same = review.call("select_reviews", actor=actor("chen"), stage="final")
    review.decide("wang", review.declare("li"), "endorse")
    after = review.call("select_reviews", actor=actor("chen"), stage="final")

    assert same["version"] == before["version"]
    assert after["version"] != before["version"]
    assert (before["count"], after["count"]) == (1, 2)


def test_who_may_not_approve_finds_the_review_among_those_for_others(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "endorse")

    def listed(person: str, waiting_for: str) -> list[str]:
        rows = review.call("list_reviews", actor=actor(person), stage="final", matching={"waiting_for": waiting_for})
        return [row["source_id"] for row in rows["data"]]

    assert (listed("qian", "me"), listed("qian", "others")) == ([], [claim])
    assert (listed("chen", "me"), listed("chen", "others")) == ([claim], [])
    assert listed("zhou", "others") == []
    case = review.call("get_review", actor=actor("qian"), review_id=review.review_of(claim))
    assert case["terms"]["refusal"] == Recused.message
    assert review.call("get_review", actor=actor("li"), review_id=case["id"])["terms"] is None


def test_a_review_shows_the_number_of_its_courtyard_in_lists_and_alone(review: ReviewHarness):
    claim = review.declare()
    [listed] = review.call("list_reviews", actor=actor("wang"), stage="first")["data"]
    alone = review.call("get_review", actor=actor("wang"), review_id=review.review_of(claim))
    assert (listed["courtyard_id"], listed["courtyard_number"], alone["courtyard_number"]) == ("cty_1", 1, 1)
