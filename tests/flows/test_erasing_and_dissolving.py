"""People who are erased and courtyards that are dissolved, over HTTP: what goes, what stays (R1, R2, R10, R18)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from contracts import calendar
from deploy.demo import pictures
from deploy.demo.visitors import Refused, until
from tests.flows.village import Village, refused

Answer = dict[str, Any]


def test_r6_erasure_reaches_words_and_proof_everywhere_and_leaves_ledger_and_lists_whole(
    new_village: Callable[..., Village],
) -> None:
    village = new_village("忘村")
    final = village.declare("张三", "clean_up", photo=pictures.photo(21), place="张家门口", cause="扫雪")
    village.judge("王院长", final, "endorse")
    review = village.judge("组长", final, "approve", points=4, reason="张三只扫了一半")
    publication = village.publish()
    village.settle(publication["period"])
    until("the points", lambda: village.book("张三")["available"] == 4)
    waiting = village.declare("张三", "clean_up", photo=pictures.photo(22), place="张家门口", cause="又扫雪")
    village.review("王院长", waiting)
    links = [village["张三"].post(f"/v1/evidence/{claim['evidence_ids'][0]}/link")["url"] for claim in (final, waiting)]
    listed = _listed(village, publication)

    erased = village.committee.send("DELETE", f"/v1/residents/{village.people['张三']}")

    assert erased.status_code == 204
    left = until("empty words", lambda: _without_words(village, final))
    assert (left["status"], left["awarded_points"], left["evidence"]) == ("final", 4, [])
    assert {step["reason"] for step in left["timeline"]} == {""}
    until("no reasons", lambda: not any(each["reason"] for each in _decisions(village, review)))
    assert village.status(waiting, "withdrawn")["cause"] == ""
    until("an empty desk", lambda: waiting["id"] not in village.desk("王院长"))
    for claim, link in zip((final, waiting), links, strict=True):
        with refused("not_found", 404):
            village["组长"].read(f"/v1/evidence/{claim['evidence_ids'][0]}")
        until("a deleted file", lambda link=link: village.door.public.send("GET", link).status_code == 404)
    with refused("not_found", 404):
        village["张三"].post("/v1/claims", village.deed("council"))
    assert _listed(village, publication) == listed
    assert village.book("张三")["available"] == 4
    assert village.committee.get(f"/v1/residents/{village.people['张三']}")["name"] == "已注销"


def _without_words(village: Village, claim: Answer) -> Answer | None:
    found: Answer = village["组长"].get(f"/v1/claims/{claim['id']}")
    return found if (found["place"], found["cause"]) == ("", "") else None


def _decisions(village: Village, review: Answer) -> list[Answer]:
    found: list[Answer] = village["组长"].get(f"/v1/reviews/{review['id']}")["decisions"]
    return found


def _listed(village: Village, publication: Answer) -> list[tuple[str, int, str]]:
    """The list as everybody may read it."""
    rows = village.door.public.get(f"/v1/publications/{publication['id']}")["data"]
    return [(row["id"], row["points"], row["day"]) for row in rows]


def test_r1_a_courtyard_is_dissolved_when_it_is_empty_and_keeps_what_it_earned(
    new_village: Callable[..., Village],
) -> None:
    village = new_village("迁村")
    village.earn(周九=10)
    courtyard, today = village.courtyards[4], calendar.day_of(datetime.now(UTC)).isoformat()
    path, committee, chair = f"/v1/courtyards/{courtyard}/dissolve", village.committee, village["组长"]
    with refused("courtyard_in_use", 409):
        committee.post(path)
    chair.put("/v1/checklist", {"criteria": [{"code": "yard", "title": "院内", "weight": 1, "max_mark": 10}]})
    round_ = chair.post("/v1/inspections", {"period": today[:7]})["id"]
    sheet = f"/v1/inspections/{round_}/courtyards/{courtyard}"
    chair.put(sheet, {"version": 1, "marks": {"yard": 9}})

    for name, to in (("周九", {"courtyard_id": village.courtyards[3]}), ("杨院长", {"left_community": True})):
        committee.post(f"/v1/residents/{village.people[name]}/moves", {"on": today, "to": to})
    [head] = committee.all("/v1/appointments", role="head", scope_id=courtyard)
    committee.post(f"/v1/appointments/{head['id']}/end")
    assert committee.post(path)["dissolved_on"] == today

    assert courtyard not in [each["id"] for each in committee.all("/v1/courtyards")]
    assert [each["number"] for each in committee.all("/v1/courtyards", dissolved="true")] == [4]
    with refused("courtyard_dissolved", 409):
        committee.post("/v1/households", {"courtyard_id": courtyard})
    until("a late upload to be told", lambda: _refusal(chair, sheet) == "courtyard_dissolved")
    progress = chair.get(f"/v1/inspections/{round_}")
    assert (progress["total"], [each["number"] for each in progress["missing"]]) == (3, [1, 2, 3])
    ranking = chair.post(f"/v1/inspections/{round_}/close", {"accept_missing": True})["ranking"]
    assert ranking == []
    board = village.door.public.get("/v1/boards/courtyards", community_id=village.id, period="all")["data"]
    assert [(row["number"], row["points"]) for row in board] == [(4, 10)]
    of_before = village.declare("周九", "council", day=9)
    assert of_before["courtyard_id"] == courtyard
    assert village.review("二网格员", of_before)["level"] == "officer"


def _refusal(by: Any, sheet: str) -> str | None:
    try:
        by.put(sheet, {"version": 2, "marks": {"yard": 8}})
    except Refused as no:
        return str(no.code)
    return None
