"""Rulebooks are drafted, adopted with a date of effect, and score by the day of the act (R7)."""

from typing import Any

import pytest

from contracts.claims import RulebookAdopted
from contracts.errors import Invalid, NotFound, RoleMissing, RulebookInvalid, WrongState
from tests.services.claims.conftest import CLEANUP, ITEMS, Counter, actor, on


def drafted(counter: Counter, items: list[dict[str, Any]] = ITEMS) -> dict[str, Any]:
    return counter.call("draft_rulebook", actor=actor("chen"), title="积分细则", items=items)


def adopt(counter: Counter, rulebook: str, since: str, by: str = "chen") -> dict[str, Any]:
    return counter.call("adopt_rulebook", actor=actor(by), rulebook_id=rulebook, effective_from=since)


def test_an_adopted_rulebook_is_announced_with_its_scores(counter: Counter) -> None:
    rulebook = counter.adopted()

    [event] = counter.emitted
    assert isinstance(event, RulebookAdopted)
    assert (event.rulebook, event.version, event.items[0].score) == (rulebook, 1, 3)


def test_a_rulebook_reads_back_as_it_was_written(counter: Counter) -> None:
    written = drafted(counter)
    read = counter.call("get_rulebook", actor=actor("li"), rulebook_id=written["id"])

    assert read == written
    assert read["status"] == "draft"
    assert read["items"][1]["caps"] == [{"points": 3, "per": "week", "of": "household"}]


@pytest.mark.parametrize("name", ["li", "wang", "zhou", "he"])
def test_only_the_working_group_and_the_committee_write_rulebooks(counter: Counter, name: str) -> None:
    with pytest.raises(RoleMissing):
        counter.call("draft_rulebook", actor=actor(name), title="积分细则", items=ITEMS)
    with pytest.raises(RoleMissing):
        adopt(counter, drafted(counter)["id"], "2026-01-01", by=name)


def test_the_first_rulebook_may_reach_back_a_later_one_begins_tomorrow_at_the_earliest(counter: Counter) -> None:
    counter.adopted(since="2026-01-01")
    second = drafted(counter)["id"]

    with pytest.raises(RulebookInvalid):
        adopt(counter, second, "2026-11-23")
    assert adopt(counter, second, "2026-11-24")["version"] == 2


def test_a_rulebook_is_adopted_once(counter: Counter) -> None:
    rulebook = counter.adopted()
    with pytest.raises(WrongState):
        adopt(counter, rulebook, "2026-12-01")


def test_an_act_is_scored_by_the_version_in_force_on_its_day(counter: Counter) -> None:
    counter.adopted(since="2026-01-01")
    counter.adopted([CLEANUP | {"score": 9, "evidence_required": False}], since="2026-11-24")
    counter.later(days=2)

    before = counter.declare(item="council", happened_at=on(23))
    after = counter.declare(item="cleanup", happened_at=on(24))
    assert (before["rulebook_version"], before["points"]) == (1, 5)
    assert (after["rulebook_version"], after["points"]) == (2, 9)


def test_the_current_rulebook_is_that_of_the_day(counter: Counter) -> None:
    with pytest.raises(NotFound):
        counter.call("current_rulebook", actor=actor("li"))
    first = counter.adopted(since="2026-01-01")
    second = counter.adopted(since="2026-12-01")

    assert counter.call("current_rulebook", actor=actor("li"))["id"] == first
    assert counter.call("current_rulebook", actor=actor("li"), day="2026-12-01")["id"] == second


def test_every_wrong_line_is_pointed_at(counter: Counter) -> None:
    wrong = [
        CLEANUP,
        CLEANUP | {"score": 0},
        CLEANUP | {"code": "垃圾"},
        CLEANUP | {"code": "a", "score": -3},
        CLEANUP | {"code": "b", "caps": [{"points": 2, "per": "day", "of": "person"}]},
        CLEANUP | {"code": "c", "category": "weather"},
    ]
    with pytest.raises(RulebookInvalid) as refused:
        drafted(counter, wrong)
    assert [error["pointer"] for error in refused.value.errors] == [
        "/items/1/score",
        "/items/1/code",
        "/items/2/code",
        "/items/3/score",
        "/items/4/caps/0",
        "/items/5/category",
    ]


def test_a_cap_of_both_points_and_times_is_refused_at_its_place(counter: Counter) -> None:
    with pytest.raises(Invalid) as refused:
        drafted(counter, [CLEANUP | {"caps": [{"points": 5, "times": 1, "per": "day"}]}])
    assert refused.value.errors[0]["pointer"] == "/items/0/caps/0"


def test_rulebooks_are_listed_newest_first_and_paged(counter: Counter) -> None:
    ids = [drafted(counter)["id"] for _ in range(3)]
    first = counter.call("list_rulebooks", actor=actor("li"), limit=2)
    second = counter.call("list_rulebooks", actor=actor("li"), limit=2, cursor=first["next_cursor"])

    assert [row["id"] for row in first["data"] + second["data"]] == ids[::-1]
    assert second["next_cursor"] is None
    with pytest.raises(Invalid):
        counter.call("list_rulebooks", actor=actor("li"), cursor="second")


def test_a_rulebook_of_another_community_is_not_there(counter: Counter) -> None:
    rulebook = counter.adopted()
    with pytest.raises(NotFound):
        counter.call("get_rulebook", actor=actor("li", "com_2"), rulebook_id=rulebook)


def test_a_draft_nobody_wants_is_discarded_stays_readable_and_is_never_adopted(counter: Counter) -> None:
    draft = counter.call("draft_rulebook", actor=actor("chen"), title="草案", items=ITEMS)["id"]
    discarded = counter.call("discard_rulebook", actor=actor("lin"), rulebook_id=draft)
    assert (discarded["status"], discarded["items"] != []) == ("discarded", True)
    with pytest.raises(WrongState):
        counter.call("adopt_rulebook", actor=actor("chen"), rulebook_id=draft, effective_from="2026-12-01")
    with pytest.raises(WrongState):
        counter.call("discard_rulebook", actor=actor("chen"), rulebook_id=draft)


def test_a_rulebook_that_was_adopted_is_not_discarded(counter: Counter) -> None:
    with pytest.raises(WrongState):
        counter.call("discard_rulebook", actor=actor("chen"), rulebook_id=counter.adopted())


def test_only_those_who_write_rulebooks_discard_one(counter: Counter) -> None:
    draft = counter.call("draft_rulebook", actor=actor("chen"), title="草案", items=ITEMS)["id"]
    with pytest.raises(RoleMissing):
        counter.call("discard_rulebook", actor=actor("he"), rulebook_id=draft)
