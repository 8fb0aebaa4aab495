"""Whose desk a case lies on, and what becomes of it there (R11–R13, R19)."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import registry
from contracts.claims import ClaimWithdrawn
from contracts.errors import AlreadyDecided, NotFound, Recused, RoleMissing
from contracts.review import ClaimEndorsed, ClaimReturned, EntryApproved
from services.review.intake import NotToldYet
from tests.services.review.cases import NOW
from tests.services.review.conftest import COMMUNITY, SINCE, Review, actor


def test_a_residents_claim_goes_to_the_head_and_then_to_the_group(review: Review):
    claim = review.declare("li")

    assert review.desk("wang") == [claim]
    assert review.desk("zhou") == review.desk("chen") == review.desk("chen", "final") == []
    review.decide("wang", claim, "endorse")

    assert review.desk("wang") == []
    assert review.desk("chen", "final") == [claim]
    assert [event.source for event in review.told(ClaimEndorsed)] == [claim]


def test_the_heads_household_is_judged_by_the_officer(review: Review):
    own = review.declare("wang", book="head")
    wifes = review.declare("wife")

    assert review.desk("wang") == []
    assert review.desk("zhou") == [own, wifes]
    with pytest.raises(Recused):
        review.decide("wang", wifes, "endorse")


def test_a_member_of_the_group_neither_sees_nor_approves_his_own_households_claim(review: Review):
    claim = review.declare("li")
    review.decide("wang", claim, "endorse")

    assert review.desk("qian", "final") == []
    with pytest.raises(Recused):
        review.decide("qian", claim, "approve")
    review.decide("chen", claim, "approve")
    assert [entry.by for entry in review.told(EntryApproved)] == ["per_chen"]


def test_a_stranger_is_not_told_that_the_case_exists_and_a_colleague_not_allowed_to_judge_it(review: Review):
    claim = review.declare("li")

    with pytest.raises(NotFound):
        review.decide("wu", claim, "endorse")
    with pytest.raises(RoleMissing):
        review.decide("zhou", claim, "endorse")
    with pytest.raises(NotFound):
        review.call("get_review", actor=actor("chen", "com_2"), review_id=review.review_of(claim))


def test_when_the_head_changes_the_open_cases_go_to_the_new_one(review: Review):
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

    assert review.desk("wang") == []
    assert review.desk("wu") == [claim]
    assert review.desk("zhou") == [wus]
    review.decide("wu", claim, "endorse")


def test_system_made_claims_and_awards_need_no_first_review(review: Review):
    claim = review.declare("li", system_made=True)
    review.award()
    review.award()

    assert review.desk("chen", "final") == [claim, "awd_1"]
    review.decide("chen", "awd_1", "approve")
    entry = review.told(EntryApproved)[0]
    assert (entry.book, entry.item, entry.origin, entry.points) == ("head", "inspection_rank", "award", 10)


def test_a_returned_claim_comes_back_and_an_old_telling_changes_nothing(review: Review):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason="请补照片")
    review.resubmit(claim, 3, points=3)
    review.resubmit(claim, 2, points=99)

    assert review.told(ClaimReturned)[0].reason == "请补照片"
    case = review.call("get_review", actor=actor("li"), review_id=review.review_of(claim))
    assert (case["stage"], case["points"]) == ("first", 3)
    assert [said["decision"] for said in case["decisions"]] == ["return"]


def test_a_withdrawn_claim_leaves_the_desk_and_withdrawal_waits_for_its_claim(review: Review):
    claim = review.declare("li")
    review.withdraw(claim, 2)

    assert review.desk("wang") == []
    with pytest.raises(AlreadyDecided):
        review.decide("wang", claim, "endorse")
    with pytest.raises(NotToldYet):
        review.handle(ClaimWithdrawn(community=COMMUNITY, claim="clm_later", by="per_li", at=NOW))


def test_a_claim_waits_until_the_registry_has_told_who_lives_with_the_claimant(review: Review):
    with pytest.raises(NotToldYet):
        review.declare("new", household="hou_li")
    with pytest.raises(NotToldYet):
        review.declare("li", courtyard="cty_new")


def test_the_desk_is_paged_in_order_of_arrival(review: Review):
    claims = [review.declare("li") for _ in range(5)]

    first = review.call("list_reviews", actor=actor("wang"), stage="first", limit=3)
    rest = review.call("list_reviews", actor=actor("wang"), stage="first", limit=3, cursor=first["next_cursor"])

    assert [row["source_id"] for row in first["data"] + rest["data"]] == claims
    assert rest["next_cursor"] is None


def test_many_are_decided_in_one_call_with_an_answer_each(review: Review):
    claims = [review.declare("li"), review.declare("wife"), review.declare("sun")]
    cases = [review.review_of(claim) for claim in claims]
    said = [{"review_id": case, "decision": "endorse"} for case in [*cases, cases[0], "rev_unknown"]]
    said[2] = {"review_id": cases[2], "decision": "refuse", "reason": ""}

    answers = review.call("decide_many", actor=actor("wang"), decisions=said)["data"]

    codes = [answer["code"] for answer in answers]
    assert codes == [None, "recused", "reason_required", "already_decided", "not_found"]
    assert [event.source for event in review.told(ClaimEndorsed)] == [claims[0]]


@pytest.mark.parametrize("table", ["decisions", "entries", "reviews"])
def test_the_store_itself_refuses_a_judge_with_an_interest(review: Review, table: str):
    review.approved()
    column = {"decisions": "judge", "entries": "approved_by", "reviews": "endorsed_by"}[table]

    with pytest.raises(IntegrityError), review.transaction() as tx:
        tx.session.execute(text(f"UPDATE {table} SET {column} = 'per_sun'"))
