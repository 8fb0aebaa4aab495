"""Whom open reviews wait for by today's roles, and who is reminded of what is overdue (R12, R16)."""

from datetime import date

import pytest

from contracts import registry
from contracts.review import ReviewOverdue, RulingOverdue
from services.review.use_cases import routing
from tests.services.review.conftest import COMMUNITY, SINCE, ReviewHarness, actor

TODAY = date(2026, 11, 23)


def end(review: ReviewHarness, name: str, role: str, scope: str) -> None:
    """End that appointment of `name` today."""
    of = {"person": f"per_{name}", "role": role, "scope": scope, "since": SINCE, "until": TODAY, "sequence": 2}
    review.handle(registry.AppointmentEnded(community=COMMUNITY, appointment=f"apt_{name}", **of))


def appoint(review: ReviewHarness, name: str, role: str, scope: str, since: date = TODAY) -> None:
    of = {"person": f"per_{name}", "role": role, "scope": scope, "since": since}
    review.handle(registry.Appointed(community=COMMUNITY, appointment=f"apt_{name}_{role}", **of))


def move(review: ReviewHarness, name: str, household: str, since: date) -> None:
    facts = {"person": f"per_{name}", "household": household, "tenure": "tenant", "since": since, "sequence": 2}
    review.handle(registry.ResidentMoved(community=COMMUNITY, **facts))


def level_of(review: ReviewHarness, claim: str) -> str:
    with review.transaction() as tx:
        return tx.scope_of(COMMUNITY).reviews.lock_by_source([claim])[claim].level.value


# Routing


def test_reviews_of_a_courtyard_without_head_go_to_the_officer_until_it_has_a_new_one(review: ReviewHarness):
    claim = review.declare("li")
    end(review, "wang", "head", "cty_1")
    review.tick("route_again")
    assert (review.queue("wang"), review.queue("zhou")) == ([], [claim])

    appoint(review, "wu", "head", "cty_1")
    review.tick("route_again")
    assert (review.queue("wu"), review.queue("zhou")) == ([claim], [])


def test_reviews_of_a_courtyard_without_head_and_officer_go_to_the_group(review: ReviewHarness):
    claim = review.declare("li")
    end(review, "wang", "head", "cty_1")
    end(review, "zhou", "grid_officer", "grd_1")
    review.tick("route_again")

    assert review.queue("chen") == [claim]
    assert review.queue("qian") == []
    review.decide("chen", claim, "endorse")


def test_an_appointment_that_begins_tomorrow_counts_from_tomorrow_on(review: ReviewHarness):
    claim = review.declare("li")
    end(review, "wang", "head", "cty_1")
    appoint(review, "wu", "head", "cty_1", since=date(2026, 11, 24))
    review.tick("route_again")
    assert review.queue("zhou") == [claim]

    review.later(days=1).tick("route_again")
    assert review.queue("wu") == [claim]


def test_a_head_registered_late_as_member_of_the_household_loses_the_review_to_the_officer(review: ReviewHarness):
    claim = review.declare("li")
    move(review, "wang", "hou_li", since=date(2026, 11, 1))
    review.tick("route_again")

    assert (review.queue("wang"), review.queue("zhou")) == ([], [claim])
    case = review.call("get_review", actor=actor("zhou"), review_id=review.review_of(claim))
    assert case["level"] == "officer"


def test_a_head_who_joins_the_household_after_the_deed_still_reviews_it(review: ReviewHarness):
    claim = review.declare("li")
    move(review, "wang", "hou_li", since=date(2026, 11, 10))
    review.tick("route_again")

    assert review.queue("wang") == [claim]


def test_a_deed_is_reviewed_where_the_household_lived_on_its_day(review: ReviewHarness):
    review.handle(registry.CourtyardRegistered(community=COMMUNITY, courtyard="cty_2", grid="grd_2", row=1, number=2))
    appoint(review, "sun", "head", "cty_2")
    claim = review.declare("wu")
    moved = {"household": "hou_wu", "courtyard": "cty_2", "since": date(2026, 11, 20), "sequence": 2}
    review.handle(registry.HouseholdMoved(community=COMMUNITY, **moved))
    review.tick("route_again")

    assert review.queue("wang") == [claim]
    assert review.queue("sun") == []


def test_routing_does_not_change_a_review_decided_meanwhile(review: ReviewHarness):
    claim = review.declare("li")
    with review.transaction() as tx:
        [case] = tx.sweep("routing").next_batch(10)
        review.decide("wang", claim, "endorse")
        tx.scope_of(COMMUNITY).reviews.reroute(case, case.level.GROUP, case.interested)

    assert level_of(review, claim) == "head"


def test_open_reviews_are_routed_in_batches(review: ReviewHarness, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(routing, "_BATCH", 2)
    claims = [review.declare("li") for _ in range(5)]

    def at_the_officer_after(ticks: int) -> list[str]:
        for _ in range(ticks):
            review.tick("route_again")
        return review.queue("zhou")

    end(review, "wang", "head", "cty_1")
    assert at_the_officer_after(1) == claims[:2]
    assert at_the_officer_after(2) == claims
    appoint(review, "wu", "head", "cty_1")
    assert at_the_officer_after(3) == []


# Reminders


def test_a_head_is_reminded_once_a_day_of_overdue_reviews(review: ReviewHarness):
    claims = (review.declare("li"), review.declare("wu"))
    review.later(days=2).tick("remind")
    assert review.events(ReviewOverdue) == []

    review.later(days=1).tick("remind")
    review.later(hours=1).tick("remind")
    [reminder] = review.events(ReviewOverdue)
    assert (reminder.judge, reminder.waiting, reminder.longest_days, reminder.claims) == ("per_wang", 2, 3, claims)

    review.later(days=1).tick("remind")
    again = review.events(ReviewOverdue)[1]
    assert (again.waiting, again.longest_days, again.claims) == (2, 4, ())


def test_nobody_is_reminded_at_night_or_of_decided_reviews(review: ReviewHarness):
    claim = review.declare("li")
    review.later(days=3, hours=15).tick("remind")  # three in the morning
    assert review.events(ReviewOverdue) == []

    review.decide("wang", claim, "endorse")
    review.later(hours=8).tick("remind")
    assert review.events(ReviewOverdue) == []


def test_all_reviewers_at_the_level_are_reminded_except_those_with_an_interest(review: ReviewHarness):
    appoint(review, "wife", "grid_officer", "grd_1", since=SINCE)
    review.declare("wang", book="head")
    end(review, "zhou", "grid_officer", "grd_1")
    review.declare("sun")
    end(review, "wang", "head", "cty_1")
    review.tick("route_again")
    review.later(days=4).tick("remind")

    reminded = {event.judge: event.waiting for event in review.events(ReviewOverdue)}
    assert reminded == {"per_chen": 1, "per_qian": 1, "per_wife": 1}


def test_the_policy_sets_after_how_many_days_reviewers_are_reminded(review: ReviewHarness):
    review.handle(registry.PolicySet(community=COMMUNITY, settings={"reminder_days": 1}, sequence=2))
    review.declare("li")

    review.later(days=1).tick("remind")

    assert len(review.events(ReviewOverdue)) == 1


def test_overdue_reviews_are_listed_to_their_reviewers_and_all_to_group_and_branch(review: ReviewHarness):
    claim, of_wife = review.declare("li"), review.declare("wife")
    fresh = review.later(days=3).declare("wu")

    def overdue(person: str) -> list[str]:
        return [row["source_id"] for row in review.call("list_overdue_reviews", actor=actor(person))["data"]]

    assert (overdue("wang"), overdue("zhou")) == ([claim], [of_wife])
    assert overdue("chen") == overdue("he") == [claim, of_wife]
    assert overdue("li") == []
    rows = review.call("list_reviews", actor=actor("wang"))["data"]
    assert [(row["source_id"], row["waiting_days"], row["overdue"]) for row in rows] == [
        (claim, 3, True),
        (fresh, 0, False),
    ]


def test_a_review_that_becomes_overdue_in_the_afternoon_is_reminded_of_the_next_morning(review: ReviewHarness):
    review.later(hours=4).declare("li")  # four in the afternoon
    review.later(days=2, hours=23).tick("remind")
    review.later(hours=2).tick("remind")
    assert review.events(ReviewOverdue) == []

    review.later(hours=16).tick("remind")

    assert [event.waiting for event in review.events(ReviewOverdue)] == [1]


def test_a_resubmitted_claim_begins_to_wait_anew(review: ReviewHarness):
    claim = review.declare("li")
    review.later(days=3).tick("remind")
    review.decide("wang", claim, "return", reason="请补照片")
    review.resubmit(claim, 2)

    review.later(days=3).tick("remind")

    assert [event.claims for event in review.events(ReviewOverdue)] == [(claim,), (claim,)]


@pytest.fixture
def objection(review: ReviewHarness) -> str:
    entry = review.approved()
    review.publish()
    return review.object_to(entry)


def test_the_branch_is_reminded_daily_of_an_overdue_objection(review: ReviewHarness, objection: str):
    review.later(days=6).tick("remind")
    assert review.events(RulingOverdue) == []

    review.later(days=1).tick("remind")
    review.tick("remind")
    review.later(days=1).tick("remind")

    first, second = review.events(RulingOverdue)
    assert (first.judge, first.waiting, first.longest_days, len(first.entries)) == ("per_he", 1, 7, 1)
    assert (second.longest_days, second.entries) == (8, ())
    [row] = review.call("list_objections", actor=actor("he"), overdue=True)["data"]
    assert (row["id"], row["overdue"], row["due_at"][:10]) == (objection, True, "2026-11-30")

    review.rule(objection, "dismissed")
    assert review.call("list_objections", actor=actor("he"), overdue=True)["data"] == []


def test_a_member_of_the_branch_is_not_reminded_of_their_own_objection(review: ReviewHarness, objection: str):
    appoint(review, "wu", "branch", COMMUNITY)

    review.later(days=7).tick("remind")

    assert [event.judge for event in review.events(RulingOverdue)] == ["per_he"]
