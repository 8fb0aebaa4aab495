"""Cases and objections that wait: on whose desk, and who is reminded of them (R12, R16)."""

from datetime import date

import pytest

from contracts import registry
from contracts.review import ReviewOverdue, RulingOverdue
from services.review import waiting
from tests.services.review.conftest import COMMUNITY, SINCE, Review, actor

TODAY = date(2026, 11, 23)


def end(review: Review, name: str, role: str, scope: str) -> None:
    """`name` leaves that office today."""
    of = {"person": f"per_{name}", "role": role, "scope": scope, "since": SINCE, "until": TODAY, "sequence": 2}
    review.handle(registry.AppointmentEnded(community=COMMUNITY, appointment=f"apt_{name}", **of))


def appoint(review: Review, name: str, role: str, scope: str, since: date = TODAY) -> None:
    of = {"person": f"per_{name}", "role": role, "scope": scope, "since": since}
    review.handle(registry.Appointed(community=COMMUNITY, appointment=f"apt_{name}_{role}", **of))


def move(review: Review, name: str, household: str, since: date) -> None:
    told = {"person": f"per_{name}", "household": household, "tenure": "tenant", "since": since, "sequence": 2}
    review.handle(registry.ResidentMoved(community=COMMUNITY, **told))


def level_of(review: Review, claim: str) -> str:
    with review.transaction() as tx:
        return tx.records(COMMUNITY).docket.of([claim])[claim].level.value


# Whose desk


def test_a_courtyard_whose_head_left_is_judged_by_the_officer_until_it_has_a_new_one(review: Review):
    claim = review.declare("li")
    end(review, "wang", "head", "cty_1")
    review.tick("route_again")
    assert (review.desk("wang"), review.desk("zhou")) == ([], [claim])

    appoint(review, "wu", "head", "cty_1")
    review.tick("route_again")
    assert (review.desk("wu"), review.desk("zhou")) == ([claim], [])


def test_a_courtyard_with_neither_head_nor_officer_is_judged_by_the_group(review: Review):
    claim = review.declare("li")
    end(review, "wang", "head", "cty_1")
    end(review, "zhou", "grid_officer", "grd_1")
    review.tick("route_again")

    assert review.desk("chen") == [claim]
    assert review.desk("qian") == []
    review.decide("chen", claim, "endorse")


def test_an_office_that_begins_tomorrow_counts_from_tomorrow_on(review: Review):
    claim = review.declare("li")
    end(review, "wang", "head", "cty_1")
    appoint(review, "wu", "head", "cty_1", since=date(2026, 11, 24))
    review.tick("route_again")
    assert review.desk("zhou") == [claim]

    review.later(days=1).tick("route_again")
    assert review.desk("wu") == [claim]


def test_a_head_of_whom_it_is_learnt_late_that_he_lived_there_loses_the_case_to_the_officer(review: Review):
    claim = review.declare("li")
    move(review, "wang", "hou_li", since=date(2026, 11, 1))
    review.tick("route_again")

    assert (review.desk("wang"), review.desk("zhou")) == ([], [claim])
    case = review.call("get_review", actor=actor("zhou"), review_id=review.review_of(claim))
    assert case["level"] == "officer"


def test_a_head_who_moves_in_after_the_act_still_judges_it(review: Review):
    claim = review.declare("li")
    move(review, "wang", "hou_li", since=date(2026, 11, 10))
    review.tick("route_again")

    assert review.desk("wang") == [claim]


def test_a_household_that_moves_is_judged_where_it_lived_on_the_day_of_the_act(review: Review):
    review.handle(registry.CourtyardRegistered(community=COMMUNITY, courtyard="cty_2", grid="grd_2", row=1, number=2))
    appoint(review, "sun", "head", "cty_2")
    claim = review.declare("wu")
    moved = {"household": "hou_wu", "courtyard": "cty_2", "since": date(2026, 11, 20), "sequence": 2}
    review.handle(registry.HouseholdMoved(community=COMMUNITY, **moved))
    review.tick("route_again")

    assert review.desk("wang") == [claim]
    assert review.desk("sun") == []


def test_routing_leaves_alone_what_was_decided_meanwhile(review: Review):
    claim = review.declare("li")
    with review.transaction() as tx:
        [case] = tx.round("routing").following(10)
        review.decide("wang", claim, "endorse")
        tx.records(COMMUNITY).docket.reroute(case, case.level.GROUP, case.interested)

    assert level_of(review, claim) == "head"


def test_many_open_cases_are_gone_through_round_by_round(review: Review, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(waiting, "_ROUTED", 2)
    claims = [review.declare("li") for _ in range(5)]

    def to_the_officer(rounds: int) -> list[str]:
        for _ in range(rounds):
            review.tick("route_again")
        return review.desk("zhou")

    end(review, "wang", "head", "cty_1")
    assert to_the_officer(1) == claims[:2]
    assert to_the_officer(2) == claims
    appoint(review, "wu", "head", "cty_1")
    assert to_the_officer(3) == []


# Who is reminded


def test_a_head_is_reminded_once_a_day_of_what_waits_longer_than_the_community_allows(review: Review):
    claims = (review.declare("li"), review.declare("wu"))
    review.later(days=2).tick("remind")
    assert review.told(ReviewOverdue) == []

    review.later(days=1).tick("remind")
    review.later(hours=1).tick("remind")
    [told] = review.told(ReviewOverdue)
    assert (told.judge, told.waiting, told.longest_days, told.claims) == ("per_wang", 2, 3, claims)

    review.later(days=1).tick("remind")
    again = review.told(ReviewOverdue)[1]
    assert (again.waiting, again.longest_days, again.claims) == (2, 4, ())


def test_nobody_is_reminded_at_night_nor_of_what_was_decided(review: Review):
    claim = review.declare("li")
    review.later(days=3, hours=15).tick("remind")  # three in the morning
    assert review.told(ReviewOverdue) == []

    review.decide("wang", claim, "endorse")
    review.later(hours=8).tick("remind")
    assert review.told(ReviewOverdue) == []


def test_whoever_sits_at_the_level_is_reminded_and_nobody_with_an_interest(review: Review):
    appoint(review, "wife", "grid_officer", "grd_1", since=SINCE)
    review.declare("wang", book="head")
    end(review, "zhou", "grid_officer", "grd_1")
    review.declare("sun")
    end(review, "wang", "head", "cty_1")
    review.tick("route_again")
    review.later(days=4).tick("remind")

    told = {event.judge: event.waiting for event in review.told(ReviewOverdue)}
    assert told == {"per_chen": 1, "per_qian": 1, "per_wife": 1}


def test_a_community_chooses_after_how_many_days_it_reminds(review: Review):
    review.handle(registry.PolicySet(community=COMMUNITY, settings={"reminder_days": 1}, sequence=2))
    review.declare("li")

    review.later(days=1).tick("remind")

    assert len(review.told(ReviewOverdue)) == 1


def test_overdue_cases_are_listed_for_their_judge_and_all_of_them_for_the_group(review: Review):
    claim, wifes = review.declare("li"), review.declare("wife")
    fresh = review.later(days=3).declare("wu")

    def overdue(who: str) -> list[str]:
        return [row["source_id"] for row in review.call("list_overdue_reviews", actor=actor(who))["data"]]

    assert (overdue("wang"), overdue("zhou")) == ([claim], [wifes])
    assert overdue("chen") == overdue("he") == [claim, wifes]
    assert overdue("li") == []
    rows = review.call("list_reviews", actor=actor("wang"))["data"]
    assert [(row["source_id"], row["waiting_days"], row["overdue"]) for row in rows] == [
        (claim, 3, True),
        (fresh, 0, False),
    ]


def test_what_becomes_overdue_after_the_morning_is_told_of_on_the_next(review: Review):
    review.later(hours=4).declare("li")  # four in the afternoon
    review.later(days=2, hours=23).tick("remind")
    review.later(hours=2).tick("remind")
    assert review.told(ReviewOverdue) == []

    review.later(hours=16).tick("remind")

    assert [event.waiting for event in review.told(ReviewOverdue)] == [1]


def test_a_case_that_comes_back_waits_from_the_beginning(review: Review):
    claim = review.declare("li")
    review.later(days=3).tick("remind")
    review.decide("wang", claim, "return", reason="请补照片")
    review.resubmit(claim, 2)

    review.later(days=3).tick("remind")

    assert [event.claims for event in review.told(ReviewOverdue)] == [(claim,), (claim,)]


@pytest.fixture
def objection(review: Review) -> str:
    entry = review.approved()
    review.publish()
    return review.object_to(entry)


def test_the_branch_is_reminded_of_an_objection_it_has_not_ruled_on_in_time(review: Review, objection: str):
    review.later(days=6).tick("remind")
    assert review.told(RulingOverdue) == []

    review.later(days=1).tick("remind")
    review.tick("remind")
    review.later(days=1).tick("remind")

    first, second = review.told(RulingOverdue)
    assert (first.judge, first.waiting, first.longest_days, len(first.entries)) == ("per_he", 1, 7, 1)
    assert (second.longest_days, second.entries) == (8, ())
    [row] = review.call("list_objections", actor=actor("he"), overdue=True)["data"]
    assert (row["id"], row["overdue"], row["due_at"][:10]) == (objection, True, "2026-11-30")

    review.rule(objection, "dismissed")
    assert review.call("list_objections", actor=actor("he"), overdue=True)["data"] == []


def test_a_member_of_the_branch_who_objected_himself_is_not_reminded_to_rule_on_it(review: Review, objection: str):
    appoint(review, "wu", "branch", COMMUNITY)

    review.later(days=7).tick("remind")

    assert [event.judge for event in review.told(RulingOverdue)] == ["per_he"]
