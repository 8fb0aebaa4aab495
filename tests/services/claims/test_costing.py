"""Costing a draft rulebook: quantities, caps, removed items, and acts that count only under the draft."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from contracts.calendar import ZONE
from contracts.claims import Category
from contracts.errors import NotFound, RoleMissing
from contracts.policy import Policy
from contracts.review import ClaimEndorsed, ClaimRefused, EntryApproved, EntryCorrected, EntryFinalized
from services.claims.domain.caps import Cap
from services.claims.domain.costing import ActKind, Costing, CountedAct, UncountableItem
from services.claims.domain.rulebooks import Item, Rulebook
from tests.services.claims.conftest import ITEMS, ClaimsHarness, actor, on

CHARITY: Category = "charity"
NOON = datetime(2026, 10, 1, 12, tzinfo=ZONE)
MONTHLY = Cap(counts="times", limit=1, per="month", of="person")


def item(code: str = "patrol", score: int = 5, **other: Any) -> Item:
    return Item(
        **{"code": code, "category": CHARITY, "title": code, "score": score, "evidence_required": False} | other
    )


def book(*items: Item) -> Rulebook:
    return Rulebook.draft(community="com_1", id="rbk_1", version=1, title="", items=items, by="per_chen", at=NOON)


def deed(day: int, month: int = 10, **other: Any) -> CountedAct:
    about: dict[str, Any] = {"kind": ActKind.FINAL, "item": "patrol", "person": "per_li", "household": "hou_1"}
    about |= {"book": "household", "day": date(2026, month, day), "at": NOON, "points": 5, "awarded": 5}
    return CountedAct(**about | other)


def costed(draft: Rulebook, *deeds: CountedAct, standing: Rulebook | None = None, **policy: Any) -> Costing:
    costing = Costing(draft, standing or book(item()), Policy(**policy))
    costing.count(deeds)
    return costing


def drafted(costing: Costing, code: str = "patrol") -> tuple[int, int, int]:
    cost = costing.items[code]
    return cost.drafted_entries, cost.drafted_quantity, cost.drafted_points


# Rules


def test_a_draft_pays_its_score_for_each_unit() -> None:
    costing = costed(book(item(score=2, max_quantity=4)), deed(1, quantity=3, points=15, awarded=15), deed(2))

    assert drafted(costing) == (2, 4, 8)
    assert (costing.items["patrol"].quantity, costing.items["patrol"].in_force) == (4, 5)


def test_adjustments_by_reviewers_and_corrections_keep_their_proportion() -> None:
    acts = [deed(1, quantity=2, points=10, awarded=5), deed(2, awarded=0), deed(3, awarded=10)]

    assert drafted(costed(book(item(score=3, max_quantity=2)), *acts))[2] == 3 + 0 + 6


def test_an_item_the_draft_removes_or_deactivates_costs_nothing() -> None:
    for draft in (book(item("visit")), book(item("visit"), item(active=False))):
        assert drafted(costed(draft, deed(1))) == (0, 0, 0)
        assert costed(draft, deed(1)).items["patrol"].drafted is None


def test_the_drafts_caps_count_per_person_in_order_of_days() -> None:
    acts = [deed(20, points=10, awarded=20), deed(3), deed(9, person="per_sun"), deed(9, month=11)]

    assert drafted(costed(book(item(caps=(MONTHLY,))), *acts)) == (3, 3, 15)


def test_a_household_shares_its_cap_and_a_person_without_household_has_their_own() -> None:
    weekly = Cap(counts="points", limit=12, per="week", of="household")
    acts = [deed(5), deed(6, person="per_sun"), deed(7), deed(8, person="per_wang", household=None)]

    assert drafted(costed(book(item(caps=(weekly,))), *acts)) == (3, 3, 15)


def test_the_part_of_an_act_that_fits_a_cap_counts() -> None:
    hours = book(item(score=2, max_quantity=4, caps=(Cap(counts="points", limit=7, per="month"),)))

    assert drafted(costed(hours, deed(1, quantity=2), deed(2, quantity=4))) == (2, 3, 6)


def test_earlier_acts_count_towards_a_yearly_cap_and_cost_nothing() -> None:
    yearly = book(item(caps=(Cap(counts="times", limit=2, per="year"),)))

    assert drafted(costed(yearly, deed(3, kind=ActKind.EARLIER, month=2), deed(1), deed(2))) == (1, 1, 5)


@pytest.mark.parametrize(
    ("line", "act"),
    [
        ({"claimable_by": "head"}, {}),
        ({"evidence_required": True}, {}),
        ({"system": True}, {}),
        ({"score": -5, "deduction": True}, {"points": -5, "awarded": -5}),
    ],
)
def test_acts_that_the_draft_does_not_admit_cost_nothing(line: dict[str, Any], act: dict[str, Any]) -> None:
    assert drafted(costed(book(item(**line)), deed(1, **act))) == (0, 0, 0)


def test_deductions_reduce_the_cost_where_the_policy_allows_them() -> None:
    harder = book(item(score=-8, deduction=True))

    assert drafted(costed(harder, deed(1, points=-5, awarded=-5), deductions=True)) == (1, 1, -8)


def test_a_recorded_act_that_did_not_count_counts_if_the_draft_has_room() -> None:
    by_record = book(item(system=True, caps=(Cap(counts="times", limit=2, per="month"),)))
    acts = [deed(1, system_made=True), *(deed(n, kind=ActKind.UNCOUNTED, points=0, system_made=True) for n in (2, 3))]

    costing = costed(by_record, *acts)

    assert drafted(costing) == (2, 2, 10)
    assert costing.items["patrol"].newly_counted == 1


def test_acts_that_are_not_final_are_counted_separately() -> None:
    costing = costed(book(item(score=2)), deed(1), deed(2, kind=ActKind.WAITING, awarded=4))

    assert drafted(costing) == (1, 1, 2)
    assert (costing.waiting.entries, costing.waiting.points, costing.waiting.drafted_points) == (1, 4, 2)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (None, {}, "new_item"),
        ({}, {"score": 50}, None),
        ({"caps": (MONTHLY,)}, {}, "admits_more"),
        ({"caps": (MONTHLY,)}, {"caps": (Cap(counts="times", limit=2, per="month"),)}, "admits_more"),
        ({"caps": (MONTHLY,)}, {"caps": (Cap(counts="points", limit=9, per="month"),)}, None),
        ({"caps": (MONTHLY,)}, {"caps": (Cap(counts="times", limit=1, per="year", of="household"),)}, None),
        ({"caps": (MONTHLY,)}, {"caps": (Cap(counts="times", limit=1, per="week"),)}, "admits_more"),
        ({"caps": (Cap(counts="times", limit=1, per="week"),)}, {"caps": (MONTHLY,)}, "admits_more"),
        ({"caps": (Cap(counts="times", limit=1, per="month", of="household"),)}, {"caps": (MONTHLY,)}, "admits_more"),
        ({"max_quantity": 2}, {"max_quantity": 3}, "admits_more"),
        ({"claimable_by": "head"}, {}, "admits_more"),
        ({"evidence_required": True}, {}, "admits_more"),
        ({}, {"claimable_by": "head", "evidence_required": True, "caps": (MONTHLY,)}, None),
    ],
)
def test_items_whose_cost_cannot_be_known_are_listed(
    before: dict[str, Any] | None, after: dict[str, Any], reason: Any
) -> None:
    standing = book(item("visit")) if before is None else book(item(**before))

    unseen = list(costed(book(item(**after)), standing=standing).uncountable_items())

    assert unseen == ([UncountableItem("patrol", "patrol", reason)] if reason else [])


# As the service answers


@pytest.fixture
def month(service: ClaimsHarness) -> ClaimsHarness:
    """November under the rules of the community: one act final and corrected, one endorsed, one refused."""
    service.adopt_rulebook([*ITEMS, TRAINING])
    done = service.submit(item="volunteer", quantity=2, happened_at=on(2))["id"]
    entry = {"entry": "ent_1", "points": 2, "item": "volunteer", "day": date(2026, 11, 2)}
    service.review_event(done, EntryApproved, **entry)
    service.review_event(done, EntryFinalized, **entry)
    service.review_event(done, EntryCorrected, **entry | {"correction": "cor_1", "points": -1})
    service.review_event(service.submit(item="council", happened_at=on(3))["id"], ClaimEndorsed)
    service.review_event(service.submit(by="sun", item="council", happened_at=on(4))["id"], ClaimRefused, reason="没有")
    return service


TRAINING = {"code": "training", "category": "other", "title": "消防培训", "score": 2, "system": True}
TRAINING |= {"caps": [{"times": 1, "per": "month", "of": "household"}]}


def draft(service: ClaimsHarness, *items: dict[str, Any]) -> str:
    return service.call("draft_rulebook", actor=actor("chen"), title="草案", items=list(items))["id"]


def cost(service: ClaimsHarness, rulebook: str, by: str = "chen", period: str = "2026-11") -> dict[str, Any]:
    return service.call("cost_draft", actor=actor(by), rulebook_id=rulebook, period=period)


def volunteering(**other: Any) -> dict[str, Any]:
    return next(line for line in ITEMS if line["code"] == "volunteer") | {"caps": []} | other


def test_a_costing_lists_items_waiting_acts_and_uncountable_items(month: ClaimsHarness) -> None:
    costing = cost(month, draft(month, volunteering(score=10), CLEANING))

    [volunteer] = costing["items"]
    assert (volunteer["quantity"], volunteer["drafted_points"]) == (2, 10)
    assert (volunteer["in_force"], volunteer["drafted"], volunteer["title"]) == (1, 10, "志愿服务")
    assert costing["waiting"] == {"entries": 1, "points": 5, "drafted_points": 0}
    assert {each["item"]: each["reason"] for each in costing["unseen"]} == {
        "volunteer": "admits_more",
        "sweeping": "new_item",
    }


CLEANING = {"code": "sweeping", "category": "other", "title": "扫雪", "score": 1}


def test_a_late_act_costs_in_the_month_of_its_list_and_fills_the_cap_of_its_day(month: ClaimsHarness) -> None:
    late = month.submit(by="zhao", item="volunteer", quantity=1, happened_at=on(30, month=10))["id"]
    month.review_event(late, EntryFinalized, entry="ent_2", points=1, item="volunteer", day=date(2026, 10, 30))
    once_a_month = draft(month, volunteering(score=7, caps=[{"times": 2, "per": "month"}]))

    assert cost(month, once_a_month)["items"][0]["drafted_points"] == 7 + 7
    assert cost(month, once_a_month, period="2026-10")["items"] == []


def test_acts_of_earlier_months_count_towards_a_yearly_cap(month: ClaimsHarness) -> None:
    month.submit(item="volunteer", quantity=1, happened_at=on(25, month=10))

    yearly = draft(month, volunteering(score=10, caps=[{"times": 2, "per": "year"}]))

    assert cost(month, yearly)["items"][0]["drafted_quantity"] == 1


def test_acts_refused_by_a_cap_count_under_a_draft_without_it(month: ClaimsHarness) -> None:
    people = ["per_li", "per_sun", "per_wang", "per_tao"]
    deed = {"item": "training", "happened_at": on(10), "place": "活动室", "cause": "签到名单"}
    month.call("record_acts", actor=actor("chen"), person_ids=people, **deed)

    [training] = [
        each for each in cost(month, draft(month, TRAINING | {"caps": []}))["items"] if each["item"] == "training"
    ]

    assert (training["newly_counted"], training["drafted_points"]) == (1, 2)  # Sun's; Tao came later


@pytest.mark.parametrize("by", ["li", "wang", "zhou"])
def test_residents_heads_and_grid_officers_may_not_cost_a_draft(month: ClaimsHarness, by: str) -> None:
    with pytest.raises(RoleMissing):
        cost(month, draft(month, CLEANING), by=by)


def test_an_unknown_draft_is_not_found(month: ClaimsHarness) -> None:
    with pytest.raises(NotFound):
        cost(month, "rbk_none")


def test_before_the_first_rulebook_every_item_is_new(service: ClaimsHarness, empty_store: Callable[[str], str]) -> None:
    costing = cost(service, draft(service, CLEANING))

    assert (costing["items"], [each["reason"] for each in costing["unseen"]]) == ([], ["new_item"])
