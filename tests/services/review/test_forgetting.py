"""What review lets go of when somebody is erased, and what stays (R12, R16)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contracts import registry
from contracts.review import ClaimReturned
from tests.services.review.conftest import COMMUNITY, Review, actor

WHY, CONTRARY, FOUND = "照片里看不清是李", "没有看见他参加", "查看了照片"


def erase(review: Review, name: str = "li") -> None:
    review.handle(registry.ResidentErased(community=COMMUNITY, person=f"per_{name}", sequence=9))


def kept(review: Review, *tables: str) -> str:
    """All the text in these tables."""
    with review.transaction() as tx:
        rows = [tx.session.scalars(text(f"SELECT t::text FROM {table} t")).all() for table in tables]
    return "\n".join(row for table in rows for row in table)


def test_what_was_said_on_his_claims_goes_and_who_decided_what_stays(review: Review):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason=WHY)
    about_another = review.declare("wu")
    review.decide("wang", about_another, "refuse", reason="没有参加")

    erase(review)

    decisions = review.call("get_review", actor=actor("chen"), review_id=review.review_of(claim))["decisions"]
    assert [(each["decision"], each["judge_id"], each["reason"]) for each in decisions] == [("return", "per_wang", "")]
    others = review.call("get_review", actor=actor("wu"), review_id=review.review_of(about_another))["decisions"]
    assert others[0]["reason"] == "没有参加"


def test_a_replay_tells_no_words_about_him(review: Review):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason=WHY)
    assert WHY in kept(review, "outbox")

    erase(review)

    assert WHY not in kept(review, "outbox", "decisions", "idempotency_keys")
    with review.transaction() as tx:
        said = tx.session.scalar(text("SELECT body FROM outbox WHERE name = 'ClaimReturned'"))
    assert ClaimReturned.load(said["data"]).source == claim


def test_objection_and_ruling_on_his_entry_keep_outcome_and_dates(review: Review):
    entry = review.approved()
    publication = review.publish()["id"]
    review.rule(review.object_to(entry), "upheld", points=2)

    erase(review)

    [line] = review.call("get_publication", publication_id=publication)["data"]
    assert (line["person_id"], line["points"], line["current_points"]) == ("per_li", 5, 2)
    [public] = line["objections"]
    assert (public["outcome"], public["ruling_reason"], line["corrections"][0]["reason"]) == ("upheld", "", "")
    for words in (CONTRARY, FOUND):
        assert words not in kept(review, "objections", "corrections", "outbox")


def test_the_words_of_who_objected_go_and_the_ruling_on_the_others_entry_stays(review: Review):
    entry = review.approved()
    publication = review.publish()["id"]
    review.rule(review.object_to(entry, "wu"), "dismissed")

    erase(review, "wu")

    [objection] = review.call("list_objections", actor=actor("he"))["data"]
    assert (objection["reason"], objection["outcome"]) == ("", "dismissed")
    [line] = review.call("get_publication", publication_id=publication)["data"]
    assert line["objections"][0]["ruling_reason"] == FOUND


@pytest.mark.parametrize("name", ["li", "wu"])
def test_an_open_objection_keeps_its_words_until_the_branch_has_ruled(review: Review, name: str):
    entry = review.approved()
    review.publish()
    objection = review.object_to(entry, "wu")

    erase(review, name)
    assert review.call("list_objections", actor=actor("he"))["data"][0]["reason"] == CONTRARY
    review.rule(objection, "dismissed")

    assert CONTRARY not in kept(review, "objections")


def test_told_twice_or_of_somebody_unknown_it_is_the_same(review: Review):
    claim = review.declare("li")
    review.decide("wang", claim, "return", reason=WHY)
    erase(review)
    before = kept(review, "reviews", "decisions")

    erase(review)
    erase(review, "nobody")

    assert kept(review, "reviews", "decisions") == before


def test_the_store_lets_words_go_but_not_change(review: Review):
    review.decide("wang", review.declare("li"), "return", reason=WHY)
    with pytest.raises(DBAPIError, match="words may go"), review.transaction() as tx:
        tx.session.execute(text("UPDATE decisions SET reason = '另一个理由'"))
