"""The loop: a good deed is declared, judged, published, doubted, settled and credited, and rice is bought with it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from contracts import calendar
from deploy.demo import pictures
from deploy.demo.visitors import until
from tests.flows.village import Village, refused

WINDOW_SECONDS = 6


def test_from_a_good_deed_to_a_bag_of_rice(new_village: Callable[..., Village]) -> None:
    village = new_village("善治村", objection_window_days=WINDOW_SECONDS / 86_400)
    deeds = _everybody_declares(village)
    _the_heads_endorse_and_the_group_approves(village, deeds)
    publication = _the_list_is_published(village, deeds)
    _an_objection_is_upheld(village, publication, deeds["李四"])
    _the_month_settles(village, publication)
    _rice_is_bought_and_the_shop_is_owed_for_it(village)


def _everybody_declares(village: Village) -> dict[str, dict]:
    deeds = {
        "张三": village.declare("张三", "clean_up", photo=pictures.photo(1)),
        "李四": village.declare("李四", "council"),
        "王院长": village.declare("王院长", "council", day=4),
        "孙八": village.declare("陈院长", "merit", quantity=60, person_id=village.people["孙八"]),
    }
    assert deeds["张三"]["book"] == "household"
    assert deeds["王院长"]["book"] == "head"
    assert deeds["孙八"]["declared_by_id"] == village.people["陈院长"]
    return deeds


def _the_heads_endorse_and_the_group_approves(village: Village, deeds: dict[str, dict]) -> None:
    village.judge("王院长", deeds["张三"], "endorse")
    village.judge("王院长", deeds["李四"], "endorse")
    village.judge("一网格员", deeds["王院长"], "endorse")
    village.judge("陈院长", deeds["孙八"], "endorse")
    village.judge("组员", deeds["张三"], "approve", points=6, reason="场地大")
    rest = [village.review("组长", deeds[name], "final") for name in ("李四", "王院长", "孙八")]
    words = [{"review_id": review["id"], "decision": "approve"} for review in rest]
    answers = village["组长"].post("/v1/reviews/decisions", {"decisions": [*words, words[0]]})["data"]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[3]["code"] == "already_decided"


def _the_list_is_published(village: Village, deeds: dict[str, dict]) -> dict:
    publication = village.publish()
    assert (publication["entries"], publication["points"]) == (4, 6 + 5 + 5 + 60)
    listed = village.door.public.get(f"/v1/publications/{publication['id']}")["data"]
    assert {(row["person_name"], row["points"]) for row in listed} == {("张*", 6), ("李*", 5), ("王*", 5), ("孙*", 60)}
    until("pending points", lambda: village.book("张三")["pending"] == 6)
    assert village.book("张三")["available"] == 0
    return publication


def _an_objection_is_upheld(village: Village, publication: dict, doubted: dict) -> None:
    entry = until("the entry", lambda: village["李四"].get(f"/v1/claims/{doubted['id']}")["entry_id"])
    objection = village["周九"].post("/v1/objections", {"entry_id": entry, "reason": "他那天不在"})
    assert village["组长"].get(f"/v1/periods/{publication['period']}")["frozen"] == 1
    with refused("role_missing", 403):
        village["周九"].post(
            f"/v1/objections/{objection['id']}/ruling", {"outcome": "upheld", "reason": "是", "points": 0}
        )
    ruling = {"outcome": "upheld", "reason": "确实不在", "points": 0}
    ruled = village["支部"].post(f"/v1/objections/{objection['id']}/ruling", ruling)
    assert ruled["outcome"] == "upheld"


def _the_month_settles(village: Village, publication: dict) -> None:
    settled = village.settle(publication["period"])
    assert settled["state"] == "settled"
    for name, points in (("张三", 6), ("李四", 0), ("孙八", 60)):
        until(f"{name}'s points", lambda name=name, points=points: village.book(name)["available"] == points)
    lines = village["李四"].all(f"/v1/passbooks/{village.household_of('李四')}/entries")
    assert [line["points"] for line in lines] == [-5, 5]
    head = village.people["王院长"]
    until("the head's own book", lambda: village["王院长"].get(f"/v1/passbooks/{head}")["available"] == 5)

    period = {"community_id": village.id, "period": publication["period"]}
    courtyards = until("the board", lambda: village.door.public.get("/v1/boards/courtyards", **period)["data"])
    assert [(place["rank"], place["number"], place["points"]) for place in courtyards[:2]] == [(1, 3, 60), (2, 1, 6)]
    residents = village.door.public.get("/v1/boards/residents", **period)["data"]
    assert [(place["person_name"], place["points"]) for place in residents][:2] == [("孙*", 60), ("张*", 6)]


def _rice_is_bought_and_the_shop_is_owed_for_it(village: Village) -> None:
    till, rice = village.shop(), village.reward(points=50)
    with refused("insufficient_points", 422):
        village.order("张三", rice)
    order = village.order("孙八", rice)
    until("the hold", lambda: village.book("孙八")["held"] == 50)
    code = order["voucher"]["code"]
    shown = till.post("/v1/merchant/voucher-verifications", {"code": code})
    assert (shown["holder"], shown["points"]) == ("孙*", 50)

    key, form = uuid.uuid4().hex, {"code": code.lower(), "merchant_reference": "T1"}
    first = till.post_raw("/v1/merchant/voucher-redemptions", form, key)
    again = till.post_raw("/v1/merchant/voucher-redemptions", form, key)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    with refused("voucher_already_redeemed", 409):
        till.post("/v1/merchant/voucher-redemptions", {"code": code})

    until("what was spent", lambda: village.book("孙八")["posted"] == 10)
    book = village.book("孙八")
    assert (book["available"], book["held"], book["cumulative"]) == (10, 0, 60)
    this_month = calendar.period_of(calendar.day_of(datetime.now(UTC)))
    statement = till.get(f"/v1/merchant/settlements/{this_month}")
    assert [(line["kind"], line["points"], line["merchant_reference"]) for line in statement["data"]] == [
        ("redemption", 50, "T1")
    ]
    assert statement["total"] == {"points": 50, "amount_fen": 5000}
    assert village.committee.post("/v1/ledgers/rebuilds")["differences"] == 0
