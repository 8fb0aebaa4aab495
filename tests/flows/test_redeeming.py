"""All that points bring a resident: codes, benefits, a card without a phone, and honours (R6, R25, R26, R28)."""

import io
import uuid
from functools import partial

import pytest
from PIL import Image

from deploy.demo.visitors import Refused, Visitor, once_told, until
from tests.flows.at_once import at_once, refusals
from tests.flows.village import Answer, Village, refused


@pytest.fixture(scope="module")
def till(village: Village) -> Visitor:
    """A shop's till in a village where three have points."""
    village.earn(张三=60, 孙八=100, 周九=80)
    return village.shop()


def test_r25_a_merchants_codes_go_to_one_buyer_each_and_are_paid_when_shown(village: Village, till: Visitor) -> None:
    coupon = village.reward(kind="coupon", name="理发优惠券", points=10, gives="codes", stock=None)
    path, codes = f"/v1/rewards/{coupon}/codes", ["LF-0001", "LF-0002"]
    assert village.committee.post(path, {"codes": codes})["left"] == 2
    with refused("codes_taken", 409):
        village.committee.post(path, {"codes": ["LF-0003", "LF-0002"]})
    before = village.book("张三")["available"]

    buyers = [partial(village[name].post, "/v1/orders", {"reward_id": coupon}) for name in ("张三", "孙八", "周九") * 2]
    outcomes = at_once(*buyers)

    assert refusals(outcomes) == ["out_of_stock"] * 4
    orders = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert sorted(code for order in orders for code in order["codes"]) == codes
    bought = sum(order["person_id"] == village.people["张三"] for order in orders)
    until("the points taken", lambda: village.book("张三")["available"] == before - 10 * bought)
    until("nothing held", lambda: village.book("张三")["held"] == 0)


def test_r25_a_reward_is_pictured_for_everybody(village: Village, till: Visitor) -> None:
    rice, picture = village.reward(), io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(picture, "PNG")
    shown = village.committee.upload(f"/v1/rewards/{rice}/picture", "rice.png", picture.getvalue(), "image/png")
    assert village.door.public.read(shown["picture_url"]).startswith(b"\xff\xd8\xff")
    with refused("role_missing", 403):
        village["张三"].upload(f"/v1/rewards/{rice}/picture", "rice.png", picture.getvalue(), "image/png")


def test_r25_a_benefit_of_the_community_is_given_once_by_its_staff(village: Village, till: Visitor) -> None:
    seat = village.reward(kind="priority", name="活动室优先预约", points=5)
    code = {"code": village.order("孙八", seat)["voucher"]["code"]}
    with refused("role_missing", 403):
        village["张三"].post("/v1/benefit-redemptions", code)
    officer = village["二网格员"]
    assert (
        refusals(at_once(*[partial(officer.post, "/v1/benefit-redemptions", code)] * 3))
        == ["voucher_already_redeemed"] * 2
    )


def test_r25_a_household_without_a_phone_pays_with_its_card_and_no_pin_can_be_tried_out(
    village: Village, till: Visitor
) -> None:
    card = village["陈院长"].post(f"/v1/households/{village.household_of('孙八')}/cards")
    before = village.book("孙八")["available"]
    paid = until("the card", lambda: _paid(till, card))
    till.post(f"/v1/merchant/authorizations/{paid['id']}/capture")
    until("the points taken", lambda: village.book("孙八")["available"] == before - 5)

    wrong = "000000" if card["pin"] != "000000" else "111111"
    outcomes = at_once(*[partial(_pay, till, card, wrong)] * 8)
    assert refusals(outcomes) == ["card_locked"] * 3 + ["pin_wrong"] * 5
    with refused("card_locked", 403):
        _pay(till, card, card["pin"])
    assert village.book("孙八")["available"] == before - 5


def test_r26_points_make_candidates_people_decide_and_nothing_is_spent(village: Village, till: Visitor) -> None:
    chair, before = village["组长"], village.book("孙八")
    terms = {"name": "就医优先", "kind": "service_priority", "subject_kind": "household"}
    honour = chair.post("/v1/honours", terms | {"criteria": {"least_points": 70, "last_rank": 2}})["id"]
    path = f"/v1/honours/{honour}"
    drawn = until("both candidates", lambda: _drawn(chair, path, 2))
    assert [(each["subject_id"], each["points"], each["rank"]) for each in drawn["candidates"]] == [
        (village.household_of("孙八"), 100, 1),
        (village.household_of("周九"), 80, 2),
    ]
    assert "100 分" in drawn["candidates"][0]["reason"]

    decision = {"list_id": drawn["id"], "subject_id": village.household_of("孙八"), "outcome": "granted"}
    outcomes = at_once(*[partial(chair.post, f"{path}/decisions", decision | {"reason": "邻里公认"})] * 3)
    assert refusals(outcomes) == ["already_decided"] * 2
    with refused("role_missing", 403):
        village["张三"].post(f"{path}/decisions", decision | {"reason": "我看行"})

    [own] = village["孙八"].get("/v1/me/honours")["data"]
    assert village["孙八"].read(f"{path}/decisions/{own['id']}/certificate.pdf").startswith(b"%PDF")
    with refused("not_found", 404):
        village["张三"].read(f"{path}/decisions/{own['id']}/certificate.pdf")
    after = village.book("孙八")
    assert {name: after[name] for name in ("available", "held", "cumulative")} == {
        name: before[name] for name in ("available", "held", "cumulative")
    }

    office = village.shop("卫生院", scopes=["priorities"])
    code = {"code": village["孙八"].post("/v1/me/priority-code")["code"]}
    with refused("scope_missing", 403):
        till.post("/v1/merchant/priority-checks", code)
    shown = office.post("/v1/merchant/priority-checks", code)
    assert (shown["holder"], [each["honour_name"] for each in shown["priorities"]]) == ("孙*", ["就医优先"])
    with refused("priority_code_invalid", 422):
        office.post("/v1/merchant/priority-checks", code)
    assert village["孙八"].get("/v1/me/priority-checks")["data"][0]["merchant_name"] == "卫生院"


def _paid(till: Visitor, card: Answer) -> Answer | None:
    """A payment with the right PIN, once the exchange has heard of the card."""
    try:
        return _pay(till, card, card["pin"])
    except Refused as no:
        if no.code != "card_invalid":
            raise
        return None


def _pay(till: Visitor, card: Answer, pin: str) -> Answer:
    form = {"card": card["card_code"], "pin": pin, "points": 5, "merchant_reference": uuid.uuid4().hex}
    payment: Answer = till.post("/v1/merchant/authorizations", form)
    return payment


def _drawn(chair: Visitor, path: str, many: int) -> Answer | None:
    """Today's list, once the exchange has heard of all points."""
    drawn: Answer = once_told(lambda: chair.post(f"{path}/candidates"))
    return drawn if len(drawn["candidates"]) == many else None
