"""A deed is claimed, reviewed, published, objected to, settled and credited, and the points are spent."""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from contracts import calendar
from deploy.demo import pictures
from deploy.demo.api_client import wait_for
from tests.flows.community import Community, Json, expect_refused

WINDOW_SECONDS = 6


def test_from_a_claim_to_a_redeemed_voucher(new_community: Callable[..., Community]) -> None:
    community = new_community("善治村", objection_window_days=WINDOW_SECONDS / 86_400)
    claims = _submit_claims(community)
    _review_claims(community, claims)
    publication = _publish(community)
    _uphold_an_objection(community, publication, claims["李四"])
    _settle(community, publication)
    _redeem_a_voucher(community)


def _submit_claims(community: Community) -> dict[str, Json]:
    claims = {
        "张三": community.submit_claim("张三", "clean_up", photo=pictures.photo(1)),
        "李四": community.submit_claim("李四", "council"),
        "王院长": community.submit_claim("王院长", "council", day=4),
        "孙八": community.submit_claim("陈院长", "merit", quantity=60, person_id=community.person_ids["孙八"]),
    }
    assert claims["张三"]["book"] == "household"
    assert claims["王院长"]["book"] == "head"
    assert claims["孙八"]["declared_by_id"] == community.person_ids["陈院长"]
    return claims


def _review_claims(community: Community, claims: dict[str, Json]) -> None:
    community.decide("王院长", claims["张三"], "endorse")
    community.decide("王院长", claims["李四"], "endorse")
    community.decide("一网格员", claims["王院长"], "endorse")
    community.decide("二网格员", claims["孙八"], "endorse")
    community.decide("组员", claims["张三"], "approve", points=6, reason="场地大")
    rest = [community.wait_for_review("组长", claims[name], "final") for name in ("张三", "李四", "王院长", "孙八")]
    decisions = [{"review_id": review["id"], "decision": "approve"} for review in rest]
    answers = community["组长"].post("/v1/reviews/decisions", {"decisions": [*decisions, decisions[0]]})["data"]
    assert [answer["ok"] for answer in answers] == [True, True, True, True, False]
    assert answers[4]["code"] == "already_decided"


def _publish(community: Community) -> Json:
    publication = community.publish_month()
    assert (publication["entries"], publication["points"]) == (4, 6 + 5 + 5 + 60)
    listed = community.public.get(f"/v1/publications/{publication['id']}")["data"]
    assert {(row["person_name"], row["points"]) for row in listed} == {("张*", 6), ("李*", 5), ("王*", 5), ("孙*", 60)}
    wait_for("pending points", lambda: community.passbook("张三")["pending"] == 6)
    assert community.passbook("张三")["available"] == 0
    return publication


def _uphold_an_objection(community: Community, publication: Json, claim: Json) -> None:
    entry = wait_for("the entry", lambda: community["李四"].get(f"/v1/claims/{claim['id']}")["entry_id"])
    objection = community["周九"].post("/v1/objections", {"entry_id": entry, "reason": "那天不在场"})
    assert community["组长"].get(f"/v1/periods/{publication['period']}")["frozen"] == 1
    with expect_refused("role_missing", 403):
        community["周九"].post(
            f"/v1/objections/{objection['id']}/ruling", {"outcome": "upheld", "reason": "是", "points": 0}
        )
    ruling = {"outcome": "upheld", "reason": "确实不在", "points": 0}
    ruled = community["支部"].post(f"/v1/objections/{objection['id']}/ruling", ruling)
    assert ruled["outcome"] == "upheld"


def _settle(community: Community, publication: Json) -> None:
    settled = community.settle_month(publication["period"])
    assert settled["state"] == "settled"
    expected = {"张三": 6, "李四": 0, "孙八": 60}
    wait_for("the credited points", lambda: _available(community, expected) == expected)
    lines = community["李四"].all(f"/v1/passbooks/{community.household_id_of('李四')}/entries")
    assert [line["points"] for line in lines] == [-5, 5]
    head = community.person_ids["王院长"]
    wait_for("the head's own passbook", lambda: community["王院长"].get(f"/v1/passbooks/{head}")["available"] == 5)

    period = {"community_id": community.id, "period": publication["period"]}
    courtyards = wait_for("the board", lambda: community.public.get("/v1/boards/courtyards", **period)["data"])
    assert [(place["rank"], place["number"], place["points"]) for place in courtyards[:2]] == [(1, 3, 60), (2, 1, 6)]
    residents = community.public.get("/v1/boards/residents", **period)["data"]
    assert [(place["person_name"], place["points"]) for place in residents][:2] == [("孙*", 60), ("张*", 6)]


def _available(community: Community, names: Iterable[str]) -> dict[str, int]:
    return {name: community.passbook(name)["available"] for name in names}


def _redeem_a_voucher(community: Community) -> None:
    till, rice = community.create_till(), community.create_reward(points=50)
    with expect_refused("insufficient_points", 422):
        community.place_order("张三", rice)
    order = community.place_order("孙八", rice)
    wait_for("the hold", lambda: community.passbook("孙八")["held"] == 50)
    code = order["voucher"]["code"]
    verified = till.post("/v1/merchant/voucher-verifications", {"code": code})
    assert (verified["holder"], verified["points"]) == ("孙*", 50)

    key, form = uuid.uuid4().hex, {"code": code.lower(), "merchant_reference": "T1"}
    first = till.post_raw("/v1/merchant/voucher-redemptions", form, key)
    repeated = till.post_raw("/v1/merchant/voucher-redemptions", form, key)
    assert (repeated.content, repeated.headers["Idempotent-Replayed"]) == (first.content, "true")
    with expect_refused("voucher_already_redeemed", 409):
        till.post("/v1/merchant/voucher-redemptions", {"code": code})

    wait_for("the spent points", lambda: community.passbook("孙八")["posted"] == 10)
    passbook = community.passbook("孙八")
    assert (passbook["available"], passbook["held"], passbook["cumulative"]) == (10, 0, 60)
    this_month = calendar.period_of(calendar.day_of(datetime.now(UTC)))
    statement = till.get(f"/v1/merchant/settlements/{this_month}")
    assert [(line["kind"], line["points"], line["merchant_reference"]) for line in statement["data"]] == [
        ("redemption", 50, "T1")
    ]
    assert statement["total"] == {"points": 50, "amount_fen": 5000}
    assert community.committee.post("/v1/ledgers/rebuilds")["differences"] == 0
