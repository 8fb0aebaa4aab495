"""Rulebooks are drafted, adopted with a date of effect, and score by the day of the act (R7)."""

from typing import Any

import pytest

from contracts.claims import RulebookAdopted
from contracts.errors import Invalid, NotFound, Recused, RoleMissing, RulebookInvalid, WrongState
from tests.services.claims.conftest import CLEANUP, ITEMS, ClaimsHarness, actor, on


def drafted(service: ClaimsHarness, items: list[dict[str, Any]] = ITEMS, by: str = "chen") -> dict[str, Any]:
    return service.call("draft_rulebook", actor=actor(by), title="积分细则", items=items)


def adopt(service: ClaimsHarness, rulebook: str, since: str, by: str = "chen") -> dict[str, Any]:
    return service.call("adopt_rulebook", actor=actor(by), rulebook_id=rulebook, effective_from=since)


def test_an_adopted_rulebook_is_published_with_its_scores(service: ClaimsHarness) -> None:
    rulebook = service.adopt_rulebook()

    [event] = service.emitted
    assert isinstance(event, RulebookAdopted)
    assert (event.rulebook, event.version, event.items[0].score) == (rulebook, 1, 3)


def test_a_rulebook_reads_back_as_it_was_written(service: ClaimsHarness) -> None:
    written = drafted(service)
    read = service.call("get_rulebook", actor=actor("li"), rulebook_id=written["id"])

    assert read == written
    assert read["status"] == "draft"
    assert read["items"][1]["caps"] == [{"points": 3, "per": "week", "of": "household"}]


@pytest.mark.parametrize("name", ["li", "wang", "zhou", "he"])
def test_only_the_working_group_and_the_committee_write_rulebooks(service: ClaimsHarness, name: str) -> None:
    with pytest.raises(RoleMissing):
        service.call("draft_rulebook", actor=actor(name), title="积分细则", items=ITEMS)
    with pytest.raises(RoleMissing):
        adopt(service, drafted(service)["id"], "2026-01-01", by=name)


def test_the_first_rulebook_may_start_in_the_past_and_later_ones_tomorrow_at_the_earliest(
    service: ClaimsHarness,
) -> None:
    service.adopt_rulebook(since="2026-01-01")
    second = drafted(service)["id"]

    with pytest.raises(RulebookInvalid):
        adopt(service, second, "2026-11-23")
    assert adopt(service, second, "2026-11-24")["version"] == 2


def test_nothing_takes_effect_before_the_first_rulebook_once_there_is_one(service: ClaimsHarness) -> None:
    service.adopt_rulebook(since="2026-11-20")

    with pytest.raises(RulebookInvalid):
        adopt(service, drafted(service)["id"], "2026-11-01")


RICHER = [item | {"score": 9} if item["code"] == "cleanup" else item for item in ITEMS]


def test_who_wrote_a_richer_rulebook_does_not_adopt_it_and_it_waits_for_the_delay(service: ClaimsHarness) -> None:
    service.adopt_rulebook(since="2026-01-01")
    richer = drafted(service, RICHER)["id"]

    with pytest.raises(Recused) as refused:
        adopt(service, richer, "2026-12-01")
    assert refused.value.facts == {"items": ["cleanup"]}
    with pytest.raises(RulebookInvalid):
        adopt(service, richer, "2026-11-25", by="lin")
    assert adopt(service, richer, "2026-11-26", by="lin")["status"] == "adopted"
    event = service.emitted[-1]
    assert isinstance(event, RulebookAdopted)
    assert (event.drafted_by, event.by, event.loosened) == ("per_chen", "per_lin", ("cleanup",))


def test_who_wrote_a_stricter_rulebook_adopts_it_from_tomorrow_on(service: ClaimsHarness) -> None:
    service.adopt_rulebook([CLEANUP], since="2026-01-01")
    stricter = drafted(service, [CLEANUP | {"score": CLEANUP["score"] - 1}])["id"]

    assert adopt(service, stricter, "2026-11-24")["status"] == "adopted"


def test_a_rulebook_is_adopted_once(service: ClaimsHarness) -> None:
    rulebook = service.adopt_rulebook()
    with pytest.raises(WrongState):
        adopt(service, rulebook, "2026-12-01")


def test_an_act_is_scored_by_the_version_in_force_on_its_day(service: ClaimsHarness) -> None:
    service.adopt_rulebook(since="2026-01-01")
    service.adopt_rulebook([CLEANUP | {"score": 9, "evidence_required": False}], since="2026-11-26")
    service.later(days=4)

    before = service.submit(item="council", happened_at=on(25))
    after = service.submit(item="cleanup", happened_at=on(26))
    assert (before["rulebook_version"], before["points"]) == (1, 5)
    assert (after["rulebook_version"], after["points"]) == (2, 9)


def test_the_current_rulebook_is_the_one_in_force_on_the_day(service: ClaimsHarness) -> None:
    with pytest.raises(NotFound):
        service.call("current_rulebook", actor=actor("li"))
    first = service.adopt_rulebook(since="2026-01-01")
    second = service.adopt_rulebook(since="2026-12-01")

    assert service.call("current_rulebook", actor=actor("li"))["id"] == first
    assert service.call("current_rulebook", actor=actor("li"), day="2026-12-01")["id"] == second


def test_every_invalid_item_has_a_pointer(service: ClaimsHarness) -> None:
    wrong = [
        CLEANUP,
        CLEANUP | {"score": 0},
        CLEANUP | {"code": "垃圾"},
        CLEANUP | {"code": "a", "score": -3},
        CLEANUP | {"code": "b", "caps": [{"points": 2, "per": "day", "of": "person"}]},
        CLEANUP | {"code": "c", "category": "weather"},
    ]
    with pytest.raises(RulebookInvalid) as refused:
        drafted(service, wrong)
    assert [error["pointer"] for error in refused.value.errors] == [
        "/items/1/score",
        "/items/1/code",
        "/items/2/code",
        "/items/3/score",
        "/items/4/caps/0",
        "/items/5/category",
    ]


def test_a_cap_with_both_points_and_times_is_refused_with_its_pointer(service: ClaimsHarness) -> None:
    with pytest.raises(Invalid) as refused:
        drafted(service, [CLEANUP | {"caps": [{"points": 5, "times": 1, "per": "day"}]}])
    assert refused.value.errors[0]["pointer"] == "/items/0/caps/0"


def test_rulebooks_are_listed_newest_first_and_paged(service: ClaimsHarness) -> None:
    ids = [drafted(service)["id"] for _ in range(3)]
    first = service.call("list_rulebooks", actor=actor("li"), limit=2)
    second = service.call("list_rulebooks", actor=actor("li"), limit=2, cursor=first["next_cursor"])

    assert [row["id"] for row in first["data"] + second["data"]] == ids[::-1]
    assert second["next_cursor"] is None
    with pytest.raises(Invalid):
        service.call("list_rulebooks", actor=actor("li"), cursor="second")


def test_a_rulebook_of_another_community_is_not_found(service: ClaimsHarness) -> None:
    rulebook = service.adopt_rulebook()
    with pytest.raises(NotFound):
        service.call("get_rulebook", actor=actor("li", "com_2"), rulebook_id=rulebook)


def test_a_discarded_draft_stays_readable_and_cannot_be_adopted(service: ClaimsHarness) -> None:
    draft = service.call("draft_rulebook", actor=actor("chen"), title="草案", items=ITEMS)["id"]
    discarded = service.call("discard_rulebook", actor=actor("lin"), rulebook_id=draft)
    assert (discarded["status"], discarded["items"] != []) == ("discarded", True)
    with pytest.raises(WrongState):
        service.call("adopt_rulebook", actor=actor("chen"), rulebook_id=draft, effective_from="2026-12-01")
    with pytest.raises(WrongState):
        service.call("discard_rulebook", actor=actor("chen"), rulebook_id=draft)


def test_an_adopted_rulebook_cannot_be_discarded(service: ClaimsHarness) -> None:
    with pytest.raises(WrongState):
        service.call("discard_rulebook", actor=actor("chen"), rulebook_id=service.adopt_rulebook())


def test_only_the_working_group_and_the_committee_discard_a_draft(service: ClaimsHarness) -> None:
    draft = service.call("draft_rulebook", actor=actor("chen"), title="草案", items=ITEMS)["id"]
    with pytest.raises(RoleMissing):
        service.call("discard_rulebook", actor=actor("he"), rulebook_id=draft)
