"""A month's list from approval to settlement, its objections and corrections (R13–R17, invariant 16)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from contracts import registry
from contracts.errors import (
    AlreadyDecided,
    AlreadyObjected,
    NotFinal,
    NotFound,
    NothingToPublish,
    PeriodAlreadyPublished,
    PeriodAlreadySettled,
    PeriodNotPublished,
    Recused,
    Refusal,
    RoleMissing,
    WindowClosed,
    WindowOpen,
    WrongState,
)
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized, PeriodPublished, PeriodSettled
from tests.services.review.conftest import COMMUNITY, NOW, SINCE, ReviewHarness, actor


def credited(review: ReviewHarness, period: str = "2026-11") -> int:
    """Return the points that events tell the ledger to credit for the month."""
    return sum(event.points for event in review.events(EntryFinalized, EntryCorrected) if event.period == period)


def test_the_group_publishes_a_list_once_and_later_approvals_go_on_the_next(review: ReviewHarness):
    review.approved()
    with pytest.raises(RoleMissing):
        review.call("publish_period", actor=actor("wang"), period="2026-11")
    published = review.publish()
    assert (published["entries"], published["points"], published["state"]) == (1, 5, "published")

    review.approved()

    assert [entry.period for entry in review.events(EntryApproved)] == ["2026-11", "2026-12"]
    with pytest.raises(PeriodAlreadyPublished):
        review.publish()
    assert len(review.events(PeriodPublished)) == 1


def test_a_list_settles_after_its_window_and_each_entry_is_finalized_once(review: ReviewHarness):
    entries = {review.approved(), review.approved(points=3)}
    with pytest.raises(PeriodNotPublished):
        review.settle()
    review.publish()
    with pytest.raises(WindowOpen):
        review.settle()
    review.later(days=5)
    with pytest.raises(RoleMissing):
        review.call("settle_period", actor=actor("wang"), period="2026-11")

    review.settle()

    with pytest.raises(PeriodAlreadySettled):
        review.settle()
    assert {event.entry for event in review.events(EntryFinalized)} == entries
    assert len(review.events(EntryFinalized)) == 2
    [settled] = review.events(PeriodSettled)
    assert (settled.entries, settled.points) == (2, 8)
    assert review.figures()["final_points"] == credited(review) == 8


def test_the_window_may_be_a_fraction_of_a_day(review: ReviewHarness):
    review.handle(registry.PolicySet(community=COMMUNITY, settings={"objection_window_days": 0.0001}, sequence=2))
    review.approved()
    review.publish()

    assert review.later(seconds=9).settle()["state"] == "settled"


def test_concurrent_settlements_take_effect_once(review: ReviewHarness):
    for _ in range(5):
        review.approved()
    review.publish()
    review.later(days=6)

    def settle(_: int) -> str:
        try:
            return review.settle()["state"]
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(settle, range(6)))

    assert answers == ["period_already_settled"] * 5 + ["settled"]
    assert len(review.events(EntryFinalized)) == 5
    assert len(review.events(PeriodSettled)) == 1


def test_concurrent_approvals_and_publication_lose_no_entry(review: ReviewHarness):
    review.approved()
    claims = [review.declare() for _ in range(10)]
    for claim in claims:
        review.decide("wang", claim, "endorse")

    def decide_or_publish(number: int) -> None:
        if number == 5:
            review.publish()
        else:
            review.decide("chen", claims[number], "approve")

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(decide_or_publish, range(10)))

    published = review.events(PeriodPublished)[0]
    on_the_list = [entry for entry in review.events(EntryApproved) if entry.period == "2026-11"]
    assert published.entries == len(on_the_list)
    assert review.figures("2026-12")["entries"] == 10 - len(on_the_list)


def test_an_objected_entry_is_frozen_and_settles_with_the_correction_of_the_ruling(review: ReviewHarness):
    wrong, right = review.approved(), review.approved(points=3)
    review.publish()
    objection = review.object_to(wrong)
    with pytest.raises(AlreadyObjected):
        review.object_to(wrong, "li")
    assert review.figures()["frozen"] == 1

    review.rule(objection, "upheld", points=2)
    assert review.events(EntryFinalized, EntryCorrected) == []
    review.later(days=6).settle()

    emitted = [
        (type(event).__name__, event.entry, event.points) for event in review.events(EntryFinalized, EntryCorrected)
    ]
    assert [event for event in emitted if event[1] == wrong] == [
        ("EntryFinalized", wrong, 5),
        ("EntryCorrected", wrong, -3),
    ]
    assert [event for event in emitted if event[1] == right] == [("EntryFinalized", right, 3)]
    assert review.figures()["final_points"] == credited(review) == 5
    assert review.events(PeriodSettled)[0].points == 5


@pytest.mark.parametrize(("outcome", "more", "total"), [("dismissed", {}, 5), ("upheld", {"points": 0}, 0)])
def test_an_entry_still_frozen_at_settlement_becomes_final_with_its_ruling(review: ReviewHarness, outcome, more, total):
    entry = review.approved()
    review.publish()
    objection = review.object_to(entry)
    review.later(days=6).settle()
    assert credited(review) == 0

    review.rule(objection, outcome, **more)

    assert [event.entry for event in review.events(EntryFinalized)] == [entry]
    assert review.figures()["final_points"] == credited(review) == total


def test_the_corrections_of_two_objections_are_both_emitted_with_the_final_entry(review: ReviewHarness):
    entry = review.approved()
    review.publish()
    review.rule(review.object_to(entry), "upheld", points=2)
    second = review.object_to(entry, "li")
    review.later(days=6).settle()

    review.rule(second, "upheld", points=4)

    assert [event.points for event in review.events(EntryFinalized, EntryCorrected)] == [5, -3, 2]
    assert review.figures()["final_points"] == credited(review) == 4


def test_only_residents_object_and_only_to_public_entries_within_the_window(review: ReviewHarness):
    entry = review.approved()
    with pytest.raises(NotFound):
        review.object_to(entry)
    review.publish()
    with pytest.raises(RoleMissing):
        review.object_to(entry, "chen")
    with pytest.raises(NotFound):
        review.object_to("ent_unknown")
    review.later(days=5)
    with pytest.raises(WindowClosed):
        review.object_to(entry)


def test_the_branch_reads_every_objection_and_residents_read_their_own(review: ReviewHarness):
    entry = review.approved()
    review.publish()
    objection = review.object_to(entry)

    def listed(person: str, **query: str) -> list[str]:
        return [row["id"] for row in review.call("list_objections", actor=actor(person), **query)["data"]]

    assert listed("he") == listed("wu") == listed("he", state="open") == [objection]
    assert listed("li") == listed("chen") == listed("he", state="upheld") == []
    with pytest.raises(RoleMissing):
        review.rule(objection, "dismissed", "wu")
    with pytest.raises(NotFound):
        review.rule(objection, "dismissed", "li")


def test_objections_are_listed_by_several_outcomes_and_by_when_they_changed(review: ReviewHarness):
    first, second = review.approved(), review.approved(day=date(2026, 11, 4))
    review.publish()
    ruled, waiting = review.object_to(first), review.object_to(second)
    review.later(hours=2)
    review.rule(ruled, "dismissed")
    since = (NOW + timedelta(hours=1)).isoformat()

    def listed(**query: object) -> list[str]:
        return [row["id"] for row in review.call("list_objections", actor=actor("he"), **query)["data"]]

    assert listed(state=["open", "dismissed"]) == [waiting, ruled]
    assert listed(state=["open"]) == listed(state="open") == [waiting]
    assert listed(changed_since=since) == [ruled]
    assert listed(changed_since=since, state=["open"]) == []


def test_an_objection_shows_its_points_and_to_the_branch_alone_whom_it_concerns(review: ReviewHarness):
    entry = review.approved()
    review.publish()
    review.object_to(entry)

    [for_branch] = review.call("list_objections", actor=actor("he"))["data"]
    [for_objector] = review.call("list_objections", actor=actor("wu"))["data"]

    assert (for_branch["points"], for_branch["current_points"], for_branch["person_id"]) == (5, 5, "per_li")
    assert for_branch["courtyard_id"] == "cty_1"
    assert for_objector["points"] == 5
    assert "person_id" not in for_objector
    assert review.call("count_waiting", actor=actor("he"))["objections"] == 1


def test_the_public_list_shows_rulings_and_corrections_but_not_who_objected(review: ReviewHarness):
    entry = review.approved()
    review.approved(day=date(2026, 11, 4))
    published = review.publish()
    review.rule(review.object_to(entry), "upheld", points=2)

    first = review.call("get_publication", publication_id=published["id"], limit=1)
    rest = review.call("get_publication", publication_id=published["id"], limit=1, cursor=first["next_cursor"])

    [line, other] = sorted(first["data"] + rest["data"], key=lambda each: each["day"])
    assert (line["id"], line["points"], line["current_points"]) == (entry, 5, 2)
    assert [(each["outcome"], each["ruling_reason"]) for each in line["objections"]] == [("upheld", "查看了照片")]
    assert "objector_id" not in line["objections"][0]
    assert "reason" not in line["objections"][0]
    assert [made["points"] for made in line["corrections"]] == [-3]
    assert rest["next_cursor"] is None
    assert other["day"] == "2026-11-04"
    assert [row["id"] for row in review.call("list_publications", community_id=COMMUNITY)["data"]] == [published["id"]]
    with pytest.raises(NotFound):
        review.call("get_publication", publication_id="pub_unknown")


def test_the_lines_of_one_courtyard_are_listed(review: ReviewHarness):
    review.handle(registry.CourtyardRegistered(community=COMMUNITY, courtyard="cty_2", grid="grd_1", row=1, number=2))
    here = review.approved()
    there = review.declare(courtyard="cty_2", system_made=True, recorded_by="per_zhou")
    review.decide("chen", there, "approve")
    publication = review.publish()["id"]

    def entries(courtyard: str) -> list[str]:
        found = review.call("get_publication", publication_id=publication, courtyard_id=courtyard)
        return [line["id"] for line in found["data"]]

    assert entries("cty_1") == [here]
    assert entries("cty_2") == [review.events(EntryApproved)[-1].entry]
    assert entries("cty_3") == []


def test_after_settlement_the_branch_adds_a_correction(review: ReviewHarness):
    entry = review.approved()
    review.publish()
    fix = {"actor": actor("he"), "entry_id": entry, "points": 1, "reason": "重复申报"}
    with pytest.raises(NotFinal):
        review.call("propose_correction", **fix)
    review.later(days=6).settle()
    with pytest.raises(RoleMissing):
        review.call("propose_correction", **fix | {"actor": actor("chen")})

    correction = review.call("propose_correction", **fix)

    assert (correction["points"], correction["state"]) == (-4, "open")
    assert review.events(EntryCorrected) == []
    with pytest.raises(WrongState):
        review.call("propose_correction", **fix)
    review.handle(
        registry.Appointed(
            community=COMMUNITY, appointment="apt_x", person="per_x", role="committee", scope=COMMUNITY, since=SINCE
        )
    )
    for name, refusal in (("he", Recused), ("chen", RoleMissing)):
        with pytest.raises(refusal):
            review.call("confirm_correction", actor=actor(name), correction_id=correction["id"])
    review.call("confirm_correction", actor=actor("x"), correction_id=correction["id"])
    with pytest.raises(AlreadyDecided):
        review.call("refuse_correction", actor=actor("x"), correction_id=correction["id"], reason="没有错")
    assert [event.correction for event in review.events(EntryCorrected)] == [correction["id"]]
    assert review.figures()["final_points"] == credited(review) == 1


def test_periods_are_listed_newest_first(review: ReviewHarness):
    review.approved(day=date(2026, 10, 30))
    review.approved()

    periods = review.call("list_periods", actor=actor("li"), limit=1)
    older = review.call("list_periods", actor=actor("li"), cursor=periods["next_cursor"])

    assert [row["period"] for row in periods["data"] + older["data"]] == ["2026-11", "2026-10"]
    assert [(row["state"], row["entries"], row["points"]) for row in periods["data"]] == [("open", 1, 5)]


def test_r14_the_working_group_gives_deeds_that_are_not_public_their_first_review(review: ReviewHarness):
    claim = review.declare("wu", public=False)

    assert [review.queue(each) for each in ("wang", "zhou", "chen")] == [[], [], [claim]]
    with pytest.raises(NotFound):
        review.decide("wang", claim, "endorse")
    with pytest.raises(NotFound):
        review.call("get_review", actor=actor("wang"), review_id=review.review_of(claim))
    review.tick("route_again")
    review.decide("chen", claim, "endorse")
    review.decide("qian", claim, "approve")

    published = review.call("publish_period", actor=actor("chen"), period="2026-11")
    [line] = review.call("get_publication", publication_id=published["id"])["data"]
    assert line["public"] is False
    with pytest.raises(RoleMissing):
        review.call("list_lines_of_people", actor=actor("zhou"), period="2026-11")
    assert review.call("list_lines_of_people", actor=actor("chen"), period="2026-11") == []


def test_an_open_month_says_what_its_publication_needs(review: ReviewHarness):
    waiting, approved = review.declare("li"), review.declare("li", public=False)
    review.decide("chen", approved, "endorse")

    before = review.call("get_period", actor=actor("chen"), period="2026-11")["preparation"]

    assert (before["first_reviews"], before["final_approvals"]) == (1, 1)
    assert before["refusal"] == NothingToPublish.message
    assert (before["cut_off_on"], before["publishes_on"]) == (None, None)
    assert review.queue("wang") == [waiting]
    assert review.call("get_period", actor=actor("li"), period="2026-11")["preparation"] is None


def test_who_approved_alone_reads_why_they_do_not_publish(review: ReviewHarness):
    claim = review.declare("wu")
    review.decide("wang", claim, "endorse")
    review.decide("chen", claim, "approve")

    def refusal(person: str) -> Any:
        return review.call("get_period", actor=actor(person), period="2026-11")["preparation"]["refusal"]

    assert refusal("chen") == "名单中有您独自审核的条目，请由其他成员公示"
    assert refusal("qian") is None
