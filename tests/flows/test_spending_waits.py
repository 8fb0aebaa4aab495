"""A new member of a household waits before they spend its points, unless its members agree (R6), over HTTP."""

import uuid
from collections.abc import Callable

import pytest

from deploy.demo.api_client import ApiClient, ApiError, wait_for
from tests.flows.community import Community, Json, expect_refused
from tests.flows.samples import wait_before_spending


@pytest.fixture(scope="module")
def village(new_community: Callable[..., Community]) -> Community:
    """A community with the usual wait, in which 张三's household has points."""
    village = new_community("等待村")
    village.credit_points(张三=60)
    assert village["张三"].get("/v1/me")["household"]
    wait_before_spending(village)
    return village


def new_member(village: Community, name: str) -> ApiClient:
    """Let the grid officer register somebody in 张三's household and sign in as them."""
    form = {"name": name, "household_id": village.household_id_of("张三"), "tenure": "tenant"}
    person = village["一网格员"].post("/v1/residents", form)["id"]
    village.person_ids[name] = person
    invitation = village["一网格员"].post(f"/v1/residents/{person}/invitations")
    return village.api.sign_in_by_wechat(f"fake-{person}", invitation["invite_code"])


def asked(village: Community, about: str) -> Json:
    """Return the wait of a person about which 张三 is asked."""
    [wait] = [
        wait
        for wait in village["张三"].get("/v1/me/spending-waits")["data"]
        if wait["person_id"] == village.person_ids[about] and wait["asks_me"]
    ]
    return dict(wait)


def try_to_spend(client: ApiClient, reward: str) -> None:
    with expect_refused("spending_waits", 403):
        client.post("/v1/orders", {"reward_id": reward})
    with expect_refused("spending_waits", 403):
        client.post("/v1/me/paycode")


def ordered(client: ApiClient, reward: str) -> Json | None:
    """Return an order of the caller; None while they may not spend."""
    try:
        order: Json = client.post("/v1/orders", {"reward_id": reward})
    except ApiError as error:
        if error.code != "spending_waits":
            raise
        return None
    return order


def test_r6_a_new_member_spends_as_soon_as_the_household_agrees(village: Community) -> None:
    reward = village.create_reward(points=20)
    nephew = new_member(village, "张侄")
    wait_for("the household to be known", lambda: "household" in nephew.get("/v1/me"))
    try_to_spend(nephew, reward)
    wait = asked(village, "张侄")
    kinds = {each["kind"]: each for each in village["张三"].get("/v1/me/home")["waiting"]}
    assert (wait["recorded_by_name"], wait["on_paper"]) == ("一网格员", False)
    assert kinds["spending_waits"] == {"kind": "spending_waits", "count": 1, "path": "/v1/me/spending-waits"}

    agreed = village["张三"].post(f"/v1/spending-waits/{wait['id']}/agreement")

    assert (agreed["state"], agreed["decided_by_name"]) == ("agreed", "张三")
    with expect_refused("already_decided", 409):
        village["张三"].post(f"/v1/spending-waits/{wait['id']}/refusal", {"reason": "又不肯了"})
    spent = lambda: ordered(nephew, reward)  # noqa: E731
    assert wait_for("the agreement to reach the exchange", spent)["status"] in ("placed", "confirmed")


def test_r6_a_refusal_stops_a_new_member_until_an_office_rules(village: Community) -> None:
    reward = village.create_reward(points=20)
    ghost = new_member(village, "某人")
    wait = asked(village, "某人")["id"]
    with expect_refused("not_found", 404):
        ghost.post(f"/v1/spending-waits/{wait}/agreement")

    village["张三"].post(f"/v1/spending-waits/{wait}/refusal", {"reason": "我家没有这个人"})

    try_to_spend(ghost, reward)
    with expect_refused("role_missing", 403):
        village["一网格员"].post(f"/v1/spending-waits/{wait}/ruling", {"allow": True, "reason": "是亲戚"})
    waiting = {each["kind"] for each in village["支部"].get("/v1/me/home")["waiting"]}
    assert "spending_rulings" in waiting
    assert [each["id"] for each in village["支部"].get("/v1/spending-waits", state="refused")["data"]] == [wait]
    ruling = {"allow": False, "reason": "上门核实，查无此人"}
    assert village["支部"].post(f"/v1/spending-waits/{wait}/ruling", ruling)["state"] == "denied"
    try_to_spend(ghost, reward)


def test_residents_read_who_recorded_whom_into_a_household_and_what_was_ruled(village: Community) -> None:
    ghost = new_member(village, "过客")
    wait = asked(village, "过客")["id"]
    village["张三"].post(f"/v1/spending-waits/{wait}/refusal", {"reason": "不认识"})
    village["支部"].post(f"/v1/spending-waits/{wait}/ruling", {"allow": True, "reason": "系租客"})

    def decisions() -> list[tuple[str, str, str]] | None:
        found = [each for each in ghost.get("/v1/office-decisions")["data"] if each["subject_id"] == wait]
        return [(each["kind"], each["by_name"], each["person_name"]) for each in found] if len(found) == 2 else None

    assert wait_for("the record of decisions", decisions) == [
        ("spending_wait_ruled", "支部", "过客"),
        ("spending_wait_opened", "一网格员", "过客"),
    ]


def test_r6_a_new_card_pays_after_a_second_person_confirms_it(village: Community) -> None:
    household = f"/v1/households/{village.household_id_of('张三')}"
    till, officer = village.create_till(), village["一网格员"]
    card = officer.post(f"{household}/cards")
    wait_for("the card to be known", lambda: refusal_of(till, card) == "card_not_active")
    seen = village["张三"].get(household)["card"]
    kinds = {each["kind"]: each for each in village["张三"].get("/v1/me/home")["waiting"]}
    assert (seen["status"], seen["issued_by_name"], seen["awaits_me"]) == ("waiting", "一网格员", True)
    assert kinds["cards_to_activate"] == {"kind": "cards_to_activate", "count": 1, "path": household}
    activation = {"issued_at": card["issued_at"]}
    with expect_refused("recused", 403):
        officer.post(f"{household}/cards/current/activation", activation)

    active = village.committee.post(f"{household}/cards/current/activation", activation)

    assert (active["status"], active["activated_by_id"]) == ("active", village.committee.get("/v1/me")["person"]["id"])
    with expect_refused("already_decided", 409):
        village["张三"].post(f"{household}/cards/current/activation", activation)
    wait_for("the activation to reach the exchange", lambda: refusal_of(till, card) is None)


def refusal_of(till: ApiClient, card: Json) -> str | None:
    """Pay a point with a card and return the code of the refusal, or None."""
    form = {"card": card["card_code"], "pin": card["pin"], "points": 1, "merchant_reference": uuid.uuid4().hex}
    try:
        till.post("/v1/merchant/authorizations", form)
    except ApiError as error:
        return error.code
    return None
