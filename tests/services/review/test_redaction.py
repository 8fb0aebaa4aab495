"""What is deleted when a person is erased, and what stays (R12, R16)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contracts import registry
from contracts.review import ClaimReturned
from tests.services.review.conftest import COMMUNITY, ReviewHarness, actor

RETURN_REASON, OBJECTION, RULING = "照片里看不清是李", "没有看见他参加", "查看了照片"


def erase(review: ReviewHarness, name: str = "li") -> None:
    review.handle(registry.ResidentErased(community=COMMUNITY, person=f"per_{name}", sequence=9))


def text_of(review: ReviewHarness, *tables: str) -> str:
    """Return all rows of these tables as text."""
    with review.transaction() as tx:
        rows = [tx.session.scalars(text(f"SELECT t::text FROM {table} t")).all() for table in tables]
    return "\n".join(row for table in rows for row in table)


def test_reasons_on_an_erased_persons_claims_are_deleted_and_decisions_stay(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason=RETURN_REASON)
    of_another = review.declare("wu")
    review.decide("wang", of_another, "refuse", reason="没有参加")

    erase(review)

    decisions = review.call("get_review", actor=actor("chen"), review_id=review.review_of(claim))["decisions"]
    assert [(each["decision"], each["judge_id"], each["reason"]) for each in decisions] == [("return", "per_wang", "")]
    other_decisions = review.call("get_review", actor=actor("wu"), review_id=review.review_of(of_another))["decisions"]
    assert other_decisions[0]["reason"] == "没有参加"


def test_stored_events_and_replies_lose_the_texts_about_an_erased_person(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason=RETURN_REASON)
    assert RETURN_REASON in text_of(review, "outbox")

    erase(review)

    assert RETURN_REASON not in text_of(review, "outbox", "decisions", "idempotency_keys")
    with review.transaction() as tx:
        body = tx.session.scalar(text("SELECT body FROM outbox WHERE name = 'ClaimReturned'"))
    assert ClaimReturned.load(body["data"]).source == claim


def test_objection_and_ruling_on_an_erased_persons_entry_keep_outcome_and_dates(review: ReviewHarness):
    entry = review.approved()
    publication = review.publish()["id"]
    review.rule(review.object_to(entry), "upheld", points=2)

    erase(review)

    [line] = review.call("get_publication", publication_id=publication)["data"]
    assert (line["person_id"], line["points"], line["current_points"]) == ("per_li", 5, 2)
    [public] = line["objections"]
    assert (public["outcome"], public["ruling_reason"], line["corrections"][0]["reason"]) == ("upheld", "", "")
    for deleted in (OBJECTION, RULING):
        assert deleted not in text_of(review, "objections", "corrections", "outbox")


def test_an_erased_objectors_text_is_deleted_and_the_ruling_stays(review: ReviewHarness):
    entry = review.approved()
    publication = review.publish()["id"]
    review.rule(review.object_to(entry, "wu"), "dismissed")

    erase(review, "wu")

    [objection] = review.call("list_objections", actor=actor("he"))["data"]
    assert (objection["reason"], objection["outcome"]) == ("", "dismissed")
    [line] = review.call("get_publication", publication_id=publication)["data"]
    assert line["objections"][0]["ruling_reason"] == RULING


@pytest.mark.parametrize("name", ["li", "wu"])
def test_an_open_objection_keeps_its_text_until_the_branch_has_ruled(review: ReviewHarness, name: str):
    entry = review.approved()
    review.publish()
    objection = review.object_to(entry, "wu")

    erase(review, name)
    assert review.call("list_objections", actor=actor("he"))["data"][0]["reason"] == OBJECTION
    review.rule(objection, "dismissed")

    assert OBJECTION not in text_of(review, "objections")


def test_a_repeated_or_unknown_erasure_changes_nothing(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason=RETURN_REASON)
    erase(review)
    before = text_of(review, "reviews", "decisions")

    erase(review)
    erase(review, "nobody")

    assert text_of(review, "reviews", "decisions") == before


def test_the_store_refuses_to_change_a_reason_other_than_to_delete_it(review: ReviewHarness):
    review.decide("wang", review.declare("li"), "return", reason=RETURN_REASON)
    with pytest.raises(DBAPIError, match="words may go"), review.transaction() as tx:
        tx.session.execute(text("UPDATE decisions SET reason = '另一个理由'"))
