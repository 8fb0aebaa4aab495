"""Rewards and honours over HTTP: codes, pictures, benefits, card payments, priorities (R6, R25, R26, R28)."""

import io
import uuid
from functools import partial

import pytest
from PIL import Image

from deploy.demo.api_client import ApiClient, ApiError, retry_until_known, wait_for
from tests.flows.community import Community, Json, expect_refused
from tests.flows.concurrency import error_codes, run_concurrently


@pytest.fixture(scope="module")
def till(community: Community) -> ApiClient:
    """A till in a community in which three residents have points."""
    community.credit_points(张三=60, 孙八=100, 周九=80)
    return community.create_till()


def test_r25_each_code_of_a_merchant_is_issued_to_one_buyer_and_paid_on_issue(
    community: Community, till: ApiClient
) -> None:
    coupon = community.create_reward(kind="coupon", name="理发优惠券", points=10, gives="codes", stock=None)
    path, codes = f"/v1/rewards/{coupon}/codes", ["LF-0001", "LF-0002"]
    assert community.committee.post(path, {"codes": codes})["left"] == 2
    with expect_refused("codes_taken", 409):
        community.committee.post(path, {"codes": ["LF-0003", "LF-0002"]})
    before = community.passbook("张三")["available"]

    buyers = [
        partial(community[name].post, "/v1/orders", {"reward_id": coupon}) for name in ("张三", "孙八", "周九") * 2
    ]
    outcomes = run_concurrently(*buyers)

    assert error_codes(outcomes) == ["out_of_stock"] * 4
    orders = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert sorted(code for order in orders for code in order["codes"]) == codes
    bought = sum(order["person_id"] == community.person_ids["张三"] for order in orders)
    wait_for("the spent points", lambda: community.passbook("张三")["available"] == before - 10 * bought)
    wait_for("the end of all holds", lambda: community.passbook("张三")["held"] == 0)


def test_r25_the_picture_of_a_reward_is_public(community: Community, till: ApiClient) -> None:
    rice, picture = community.create_reward(), io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(picture, "PNG")
    uploaded = community.committee.upload(f"/v1/rewards/{rice}/picture", "rice.png", picture.getvalue(), "image/png")
    assert community.public.read(uploaded["picture_url"]).startswith(b"\xff\xd8\xff")
    with expect_refused("role_missing", 403):
        community["张三"].upload(f"/v1/rewards/{rice}/picture", "rice.png", picture.getvalue(), "image/png")


def test_r25_a_benefit_is_redeemed_once_by_staff(community: Community, till: ApiClient) -> None:
    seat = community.create_reward(kind="priority", name="活动室优先预约", points=5)
    code = {"code": community.place_order("孙八", seat)["voucher"]["code"]}
    with expect_refused("role_missing", 403):
        community["张三"].post("/v1/benefit-redemptions", code)
    officer = community["二网格员"]
    outcomes = run_concurrently(*[partial(officer.post, "/v1/benefit-redemptions", code)] * 3)
    assert error_codes(outcomes) == ["voucher_already_redeemed"] * 2


def test_r25_a_household_pays_with_its_card_which_locks_after_five_wrong_pins(
    community: Community, till: ApiClient
) -> None:
    card = community["陈院长"].post(f"/v1/households/{community.household_id_of('孙八')}/cards")
    before = community.passbook("孙八")["available"]
    payment = wait_for("a payment with the card", lambda: _pay_if_known(till, card))
    till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")
    wait_for("the spent points", lambda: community.passbook("孙八")["available"] == before - 5)

    wrong = "000000" if card["pin"] != "000000" else "111111"
    outcomes = run_concurrently(*[partial(_pay, till, card, wrong)] * 8)
    assert error_codes(outcomes) == ["card_locked"] * 3 + ["pin_wrong"] * 5
    with expect_refused("card_locked", 403):
        _pay(till, card, card["pin"])
    assert community.passbook("孙八")["available"] == before - 5


def test_r26_an_honour_is_granted_to_a_candidate_without_spending_points(community: Community, till: ApiClient) -> None:
    chair, before = community["组长"], _balances(community.passbook("孙八"))
    terms = {"name": "就医优先", "kind": "service_priority", "subject_kind": "household"}
    honour = chair.post("/v1/honours", terms | {"criteria": {"least_points": 70, "last_rank": 2}})["id"]
    path = f"/v1/honours/{honour}"
    drawn = wait_for("both candidates", lambda: _list_of_candidates(chair, path, 2))
    assert [(each["subject_id"], each["points"], each["rank"]) for each in drawn["candidates"]] == [
        (community.household_id_of("孙八"), 100, 1),
        (community.household_id_of("周九"), 80, 2),
    ]
    assert "100 分" in drawn["candidates"][0]["reason"]

    decision = {"list_id": drawn["id"], "subject_id": community.household_id_of("孙八"), "outcome": "granted"}
    outcomes = run_concurrently(*[partial(chair.post, f"{path}/decisions", decision | {"reason": "邻里公认"})] * 3)
    assert error_codes(outcomes) == ["already_decided"] * 2
    with expect_refused("role_missing", 403):
        community["张三"].post(f"{path}/decisions", decision | {"reason": "我看行"})

    [own] = community["孙八"].get("/v1/me/honours")["data"]
    assert community["孙八"].read(f"{path}/decisions/{own['id']}/certificate.pdf").startswith(b"%PDF")
    with expect_refused("not_found", 404):
        community["张三"].read(f"{path}/decisions/{own['id']}/certificate.pdf")
    assert _balances(community.passbook("孙八")) == before

    clinic = community.create_till("卫生院", scopes=["priorities"])
    code = {"code": community["孙八"].post("/v1/me/priority-code")["code"]}
    with expect_refused("scope_missing", 403):
        till.post("/v1/merchant/priority-checks", code)
    shown = clinic.post("/v1/merchant/priority-checks", code)
    assert (shown["holder"], [each["honour_name"] for each in shown["priorities"]]) == ("孙*", ["就医优先"])
    with expect_refused("priority_code_invalid", 422):
        clinic.post("/v1/merchant/priority-checks", code)
    assert community["孙八"].get("/v1/me/priority-checks")["data"][0]["merchant_name"] == "卫生院"


def _pay_if_known(till: ApiClient, card: Json) -> Json | None:
    """Return a payment with the card, or None while the exchange does not know the card."""
    try:
        return _pay(till, card, card["pin"])
    except ApiError as error:
        if error.code != "card_invalid":
            raise
        return None


def _pay(till: ApiClient, card: Json, pin: str) -> Json:
    form = {"card": card["card_code"], "pin": pin, "points": 5, "merchant_reference": uuid.uuid4().hex}
    payment: Json = till.post("/v1/merchant/authorizations", form)
    return payment


def _list_of_candidates(chair: ApiClient, path: str, count: int) -> Json | None:
    """Draw today's list; return None while the exchange does not know all points."""
    drawn: Json = retry_until_known(lambda: chair.post(f"{path}/candidates"))
    return drawn if len(drawn["candidates"]) == count else None


def _balances(passbook: Json) -> dict[str, int]:
    return {name: passbook[name] for name in ("available", "held", "cumulative")}
