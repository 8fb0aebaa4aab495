"""A month's list from approval to settlement, and what is said against it (R13–R17, invariant 16)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from contracts import registry
from contracts.errors import (
    AlreadyObjected,
    NotFinal,
    NotFound,
    PeriodAlreadyPublished,
    PeriodAlreadySettled,
    PeriodNotPublished,
    Refusal,
    RoleMissing,
    WindowClosed,
    WindowOpen,
)
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized, PeriodPublished, PeriodSettled
from tests.services.review.conftest import COMMUNITY, Review, actor


def credited(review: Review, period: str = "2026-11") -> int:
    """What the ledger was told to credit for the period."""
    return sum(event.points for event in review.told(EntryFinalized, EntryCorrected) if event.period == period)


def test_a_list_is_published_once_and_what_is_approved_later_goes_on_the_next(review: Review):
    review.approved()
    published = review.publish()
    assert (published["entries"], published["points"], published["state"]) == (1, 5, "published")

    review.approved()

    assert [entry.period for entry in review.told(EntryApproved)] == ["2026-11", "2026-12"]
    with pytest.raises(PeriodAlreadyPublished):
        review.publish()
    assert len(review.told(PeriodPublished)) == 1


def test_the_list_settles_after_its_window_and_each_entry_is_told_once(review: Review):
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
    assert {event.entry for event in review.told(EntryFinalized)} == entries
    assert len(review.told(EntryFinalized)) == 2
    [settled] = review.told(PeriodSettled)
    assert (settled.entries, settled.points) == (2, 8)
    assert review.figures()["final_points"] == credited(review) == 8


def test_the_window_may_be_a_fraction_of_a_day(review: Review):
    review.handle(registry.PolicySet(community=COMMUNITY, settings={"objection_window_days": 0.0001}, sequence=2))
    review.approved()
    review.publish()

    assert review.later(seconds=9).settle()["state"] == "settled"


def test_many_settling_at_once_settle_once(review: Review):
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
    assert len(review.told(EntryFinalized)) == 5
    assert len(review.told(PeriodSettled)) == 1


def test_approvals_and_publication_at_once_leave_no_entry_behind(review: Review):
    review.approved()
    claims = [review.declare() for _ in range(10)]
    for claim in claims:
        review.decide("wang", claim, "endorse")

    def step(number: int) -> None:
        if number == 5:
            review.publish()
        else:
            review.decide("chen", claims[number], "approve")

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(step, range(10)))

    published = review.told(PeriodPublished)[0]
    on_it = [entry for entry in review.told(EntryApproved) if entry.period == "2026-11"]
    assert published.entries == len(on_it)
    assert review.figures("2026-12")["entries"] == 10 - len(on_it)


def test_an_objection_freezes_one_entry_and_an_upheld_one_is_told_with_its_correction_at_settlement(review: Review):
    wrong, right = review.approved(), review.approved(points=3)
    review.publish()
    objection = review.object_to(wrong)
    with pytest.raises(AlreadyObjected):
        review.object_to(wrong, "li")
    assert review.figures()["frozen"] == 1

    review.rule(objection, "upheld", points=2)
    assert review.told(EntryFinalized, EntryCorrected) == []
    review.later(days=6).settle()

    told = [(type(event).__name__, event.entry, event.points) for event in review.told(EntryFinalized, EntryCorrected)]
    assert told == [("EntryFinalized", wrong, 5), ("EntryCorrected", wrong, -3), ("EntryFinalized", right, 3)]
    assert review.figures()["final_points"] == credited(review) == 5
    assert review.told(PeriodSettled)[0].points == 5


@pytest.mark.parametrize(("outcome", "more", "total"), [("dismissed", {}, 5), ("upheld", {"points": 0}, 0)])
def test_an_entry_still_frozen_at_settlement_follows_with_its_ruling(review: Review, outcome, more, total):
    entry = review.approved()
    review.publish()
    objection = review.object_to(entry)
    review.later(days=6).settle()
    assert credited(review) == 0

    review.rule(objection, outcome, **more)

    assert [event.entry for event in review.told(EntryFinalized)] == [entry]
    assert review.figures()["final_points"] == credited(review) == total


def test_a_second_objection_within_the_window_is_told_with_the_first_ones_correction(review: Review):
    entry = review.approved()
    review.publish()
    review.rule(review.object_to(entry), "upheld", points=2)
    second = review.object_to(entry, "li")
    review.later(days=6).settle()

    review.rule(second, "upheld", points=4)

    assert [event.points for event in review.told(EntryFinalized, EntryCorrected)] == [5, -3, 2]
    assert review.figures()["final_points"] == credited(review) == 4


def test_only_residents_object_within_the_window_and_only_to_what_is_public(review: Review):
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


def test_the_branch_sees_every_objection_and_a_resident_his_own(review: Review):
    entry = review.approved()
    review.publish()
    objection = review.object_to(entry)

    def seen(who: str, **query: str) -> list[str]:
        return [row["id"] for row in review.call("list_objections", actor=actor(who), **query)["data"]]

    assert seen("he") == seen("wu") == seen("he", state="open") == [objection]
    assert seen("li") == seen("chen") == seen("he", state="upheld") == []
    with pytest.raises(RoleMissing):
        review.rule(objection, "dismissed", "wu")
    with pytest.raises(NotFound):
        review.rule(objection, "dismissed", "li")


def test_the_public_list_shows_what_was_said_against_its_entries_but_not_who_said_it(review: Review):
    entry = review.approved()
    review.approved(day=date(2026, 11, 4))
    published = review.publish()
    review.rule(review.object_to(entry), "upheld", points=2)

    first = review.call("get_publication", publication_id=published["id"], limit=1)
    rest = review.call("get_publication", publication_id=published["id"], limit=1, cursor=first["next_cursor"])

    [line] = first["data"]
    assert (line["id"], line["points"], line["current_points"]) == (entry, 5, 2)
    assert [(said["outcome"], said["ruling_reason"]) for said in line["objections"]] == [("upheld", "查看了照片")]
    assert "objector_id" not in line["objections"][0]
    assert "reason" not in line["objections"][0]
    assert [made["points"] for made in line["corrections"]] == [-3]
    assert rest["next_cursor"] is None
    assert rest["data"][0]["day"] == "2026-11-04"
    assert [row["id"] for row in review.call("list_publications", community_id=COMMUNITY)["data"]] == [published["id"]]
    with pytest.raises(NotFound):
        review.call("get_publication", publication_id="pub_unknown")


def test_a_list_is_read_one_courtyard_at_a_time(review: Review):
    review.handle(registry.CourtyardRegistered(community=COMMUNITY, courtyard="cty_2", grid="grd_1", row=1, number=2))
    here = review.approved()
    there = review.declare(courtyard="cty_2", system_made=True)
    review.decide("chen", there, "approve")
    publication = review.publish()["id"]

    def entries(courtyard: str) -> list[str]:
        found = review.call("get_publication", publication_id=publication, courtyard_id=courtyard)
        return [line["id"] for line in found["data"]]

    assert entries("cty_1") == [here]
    assert entries("cty_2") == [review.told(EntryApproved)[-1].entry]
    assert entries("cty_3") == []


def test_after_settlement_the_branch_corrects_by_a_new_entry(review: Review):
    entry = review.approved()
    review.publish()
    fix = {"actor": actor("he"), "entry_id": entry, "points": 1, "reason": "重复申报"}
    with pytest.raises(NotFinal):
        review.call("correct_entry", **fix)
    review.later(days=6).settle()
    with pytest.raises(RoleMissing):
        review.call("correct_entry", **fix | {"actor": actor("chen")})

    correction = review.call("correct_entry", **fix)

    assert correction["points"] == -4
    assert [event.correction for event in review.told(EntryCorrected)] == [correction["id"]]
    assert review.figures()["final_points"] == credited(review) == 1


def test_periods_are_listed_newest_first(review: Review):
    review.approved(day=date(2026, 10, 30))
    review.approved()

    periods = review.call("list_periods", actor=actor("li"), limit=1)
    older = review.call("list_periods", actor=actor("li"), cursor=periods["next_cursor"])

    assert [row["period"] for row in periods["data"] + older["data"]] == ["2026-11", "2026-10"]
    assert [(row["state"], row["entries"], row["points"]) for row in periods["data"]] == [("open", 1, 5)]
