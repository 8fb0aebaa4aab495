"""R18, R19: a month's inspection from its checklist to the points it earns, by several phones on a poor network."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contracts import calendar
from deploy.demo import pictures
from deploy.demo.ordinary import evidence
from deploy.demo.visitors import Visitor, until
from tests.flows.village import Answer, Village, refused

CRITERIA = [
    {"code": "yard", "title": "院内整洁", "weight": 2, "max_mark": 10},
    {"code": "gate", "title": "门前三包", "weight": 1, "max_mark": 10},
]


@pytest.fixture(scope="module")
def village(new_village: Callable[..., Village]) -> Village:
    return new_village("卫生村", inspection_red_places=1, inspection_black_places=1)


@pytest.fixture(scope="module")
def chair(village: Village) -> Visitor:
    chair = village["组长"]
    chair.put("/v1/checklist", {"criteria": CRITERIA})
    return chair


def sheet(mark: int, version: int = 1, *photos: str) -> Answer:
    return {"version": version, "marks": {"yard": mark, "gate": mark}, "evidence_ids": list(photos), "note": ""}


def test_r18_r19_a_round_is_shared_recorded_closed_ranked_and_put_right(village: Village, chair: Visitor) -> None:
    round_ = chair.post("/v1/inspections", {"period": village.months[1]})
    path = f"/v1/inspections/{round_['id']}"
    yards = village.courtyards

    # two officers share the rows; a resident helps out with one courtyard that is not his own
    officer, other, helper = village["一网格员"], village["二网格员"], village["孙八"]
    shares = [
        {"inspector_id": village.people["一网格员"], "rows": [1]},
        {"inspector_id": village.people["二网格员"], "grid_ids": [village.grids["二网格"]]},
        {"inspector_id": village.people["孙八"], "courtyard_ids": [yards[4], yards[3]]},
    ]
    shared = chair.put(f"{path}/assignments", {"assignments": shares})
    assert [share["total"] for share in shared["assignments"]] == [2, 2, 2]
    with refused("role_missing"):
        village["张三"].put(f"{path}/courtyards/{yards[2]}", sheet(10))
    with refused("recused"):
        helper.put(f"{path}/courtyards/{yards[3]}", sheet(10))

    # a phone repeats itself, arrives late, and meets what another phone recorded
    photo = evidence(officer, pictures.photo(7))
    first = officer.put(f"{path}/courtyards/{yards[1]}", sheet(9, 1, photo))
    assert officer.put(f"{path}/courtyards/{yards[1]}", sheet(9, 1, photo)) == first
    assert officer.put(f"{path}/courtyards/{yards[1]}", sheet(8, 2, photo))["score"] == 80.0
    with refused("stale_version", 409):
        other.put(f"{path}/courtyards/{yards[1]}", sheet(3, 2))
    officer.put(f"{path}/courtyards/{yards[2]}", sheet(8))
    helper.put(f"{path}/courtyards/{yards[4]}", sheet(10))

    # who may see why, and the photo
    for looker in (other, village["王院长"], village["张三"]):
        record = looker.get(f"{path}/courtyards/{yards[1]}")
        assert record["score"]["marks"] == {"yard": 8, "gate": 8}
        assert (record["score"]["inspector_name"], record["score"]["evidence_ids"]) == ("一网格员", [photo])
        assert record["criteria"] == other.get(path)["criteria"] == CRITERIA
    with refused("not_found"):
        village["赵六"].get(f"{path}/courtyards/{yards[1]}")
    picture = f"{path}/courtyards/{yards[1]}/photos/{photo}"
    for looker in (other, village["王院长"], village["张三"]):
        assert looker.read(picture)[:2] == b"\xff\xd8"
    with refused("not_found"):
        village["赵六"].read(picture)

    # progress, and an end that misses nobody unawares
    progress = other.get(path)
    assert ([missing["number"] for missing in progress["missing"]], progress["total"]) == ([3], 4)
    with refused("courtyards_missing", 409):
        chair.post(f"{path}/close", {})
    other.put(f"{path}/courtyards/{yards[3]}", sheet(2))
    chair.post(f"{path}/close", {})
    with refused("inspection_closed", 409):
        chair.post(f"{path}/close", {})
    with refused("inspection_closed", 409):
        other.put(f"{path}/courtyards/{yards[3]}", sheet(9, 2))

    # ties share a rank; the public sees masked names, red and black
    public = village.door.public
    ranking = public.get(f"{path}/ranking")["ranking"]
    ranks = sorted((place["rank"], place["number"]) for place in ranking)
    assert [(number, rank) for rank, number in ranks] == [(4, 1), (1, 2), (2, 2), (3, 4)]
    assert {place["head_name"] for place in ranking} == {"王*", "刘*", "陈*", "杨*"}
    assert [place["number"] for place in public.get(f"{path}/ranking", listed="black")["ranking"]] == [3]
    assert public.get("/v1/rankings", community_id=village.id)["data"][0]["id"] == round_["id"]

    # what is to be put right is put right, and the rank stays
    due = (calendar.day_of(datetime.now(UTC)) + timedelta(days=7)).isoformat()
    chair.put(f"{path}/courtyards/{yards[3]}/rectification", {"reason": "清理杂物", "due": due})
    other.put(f"{path}/courtyards/{yards[3]}/reinspection", sheet(10) | {"passed": True})

    def put_right() -> Answer | None:
        [last] = public.get(f"{path}/ranking", listed="black")["ranking"]
        return last if last["rectification"] else None

    last = until("the result", put_right)
    assert (last["rectification"]["state"], last["rectification"]["score"]) == ("passed", 100.0)
    assert (last["rank"], last["score"]) == (4, 20.0)
    assert village["陈院长"].get(f"/v1/courtyards/{yards[3]}/inspections")["data"][0]["rank"] == 4
    ordered = village["陈院长"].get(f"{path}/courtyards/{yards[3]}")["rectification"]
    assert (ordered["reason"], ordered["reinspection"]["passed"]) == ("清理杂物", True)

    # points by rank wait for the working group like all points
    def awards() -> list[Answer] | None:
        waiting = [review for review in chair.all("/v1/reviews", stage="final") if review["origin"] == "award"]
        return waiting if len(waiting) == 4 else None

    assert {award["points"] for award in until("the awards", awards)} == {10}


def test_r20_whoever_holds_an_entry_proves_it_to_anybody(village: Village) -> None:
    village.earn(孙八=5)
    book = f"/v1/passbooks/{village.household_of('孙八')}"
    by = village["孙八"]
    line = by.get(f"{book}/entries/{by.get(f'{book}/entries')['data'][0]['id']}")

    def proof() -> Answer | None:
        blocks = village.door.public.get("/v1/ledger/blocks", community_id=village.id)["data"]
        return village.door.public.get(f"/v1/ledger/entries/{line['id']}/proof") if blocks else None

    found = until("the block", proof)

    assert found["block"]["community_id"] == village.id
    assert line["content"] not in str(found)
    period = calendar.period_of(calendar.day_of(datetime.now(UTC)))
    assert by.get(f"{book}/statements/{period}")["closing"] == by.get(book)["posted"]
    assert village.committee.get("/v1/budget")["outstanding_fen"] == 500
