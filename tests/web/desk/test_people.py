"""Claims, orders, visits and the people they are for, at the desk of heads and grid officers (R3, R6, R8)."""

import io
import re
from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

RESIDENT = {
    "id": "per_2",
    "name": "王芳",
    "phone_masked": "139****0002",
    "birth_year": 1950,
    "household_id": "hou_1",
    "household_code": "03-012-2",
    "tenure": "tenant",
    "away": False,
    "since": "2026-01-05",
    "courtyard_id": "cty_1",
    "courtyard_number": 12,
    "grid_id": "grd_1",
}
HOME = {"household_id": "hou_1", "tenure": "tenant", "away": False, "since": "2026-01-05", "until": None}
COURTYARDS = [
    {
        "id": f"cty_{n}",
        "number": n + 11,
        "row": 3,
        "grid_id": f"grd_{n}",
        "grid_name": "一",
        "name": None,
        "dissolved_on": None,
    }
    for n in (1, 2)
]
HOUSEHOLD: dict[str, Any] = {
    "id": "hou_1",
    "code": "03-012-2",
    "courtyard_id": "cty_1",
    "courtyard_number": 12,
    "since": "2026-01-05",
    "merged_into_id": None,
    "card": None,
    "members": [{"id": "per_2", "name": "王芳", "tenure": "tenant", "away": False}],
    "stays": [],
}
CARD: dict[str, Any] = {
    "household_id": "hou_1",
    "since": "2026-11-20",
    "issued_by_id": "per_1",
    "issued_by_name": "李建国",
    "issued_at": "2026-11-20T01:00:00.123456Z",
    "status": "waiting",
    "active_from": "2026-11-27T01:00:00.123456Z",
    "activated_by_id": None,
    "activated_at": None,
    "awaits_me": False,
}
ITEM = {
    "code": "cleanup",
    "category": "living_environment",
    "title": "参加环境卫生整治",
    "score": 5,
    "unit": "次",
    "max_quantity": 1,
    "claimable_by": "both",
    "evidence_required": True,
    "deduction": False,
    "system": False,
    "public": True,
    "caps": [],
    "active": True,
}
RULEBOOK = {
    "id": "rbk_1",
    "version": 2,
    "title": "细则",
    "status": "adopted",
    "effective_from": "2026-01-01",
    "created_by_id": "per_9",
    "created_at": "2026-01-01T00:00:00Z",
    "adopted_by_id": "per_9",
    "adopted_at": "2026-01-01T00:00:00Z",
    "items": [ITEM, ITEM | {"code": "recorded", "title": "系统记录", "system": True}],
}
CLAIM: dict[str, Any] = {
    "id": "clm_1",
    "status": "submitted",
    "person_id": "per_2",
    "person_name": "王芳",
    "household_id": "hou_1",
    "courtyard_id": "cty_1",
    "courtyard_number": 12,
    "book": "household",
    "declared_by_id": "per_1",
    "declared_by_name": "李建国",
    "item": "cleanup",
    "title": "参加环境卫生整治",
    "category": "living_environment",
    "unit": "次",
    "quantity": 1,
    "points": 5,
    "awarded_points": None,
    "day": "2026-11-05",
    "happened_at": "2026-11-05T00:30:00Z",
    "place": "三排",
    "cause": "清扫",
    "evidence_ids": [],
    "system_made": False,
    "public": True,
    "rulebook_id": "rbk_1",
    "rulebook_version": 2,
    "entry_id": None,
    "period": None,
    "submitted_at": "2026-11-05T01:00:00Z",
    "changed_at": "2026-11-05T01:00:00Z",
}
STEP = {
    "step": "submitted",
    "at": "2026-11-05T01:00:00Z",
    "by_id": "per_1",
    "by_name": "李建国",
    "reason": "",
    "points": 5,
}
EVIDENCE = {
    "id": "evd_1",
    "media_type": "image/jpeg",
    "size": 10,
    "sha256": "0" * 64,
    "width": 1,
    "height": 1,
    "uploaded_at": "2026-11-05T01:00:00Z",
    "uploaded_by_id": "per_1",
    "flags": [],
}
DEED = {
    "person_id": "per_2",
    "item": "cleanup",
    "quantity": "1",
    "happened_at": "2026-11-05T08:30",
    "place": "三排",
    "cause": "清扫",
}


@pytest.fixture
def people(desk: Desk, api: Api) -> Desk:
    desk.sign_in("grid_officer")
    api.answers |= {
        "/v1/residents": {"data": [RESIDENT], **NO_MORE},
        "/v1/residents/per_2": RESIDENT | {"homes": [HOME]},
        "/v1/courtyards": {"data": COURTYARDS, **NO_MORE},
        "/v1/households/hou_1": HOUSEHOLD,
        "/v1/rulebooks/current": RULEBOOK,
        "/v1/claims": {"data": [CLAIM], **NO_MORE},
        "/v1/claims/clm_1": CLAIM | {"evidence": [], "timeline": [STEP]},
        "POST /v1/claims": CLAIM,
    }
    return desk


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/desk/residents", "王芳"),
        ("/desk/residents/per_2", "03-012-2"),
        ("/desk/residents/new", "12 号院"),
        ("/desk/residents/per_2/edit", "139****0002"),
        ("/desk/residents/per_2/move", "13 号院"),
        ("/desk/households/hou_1", "办户码卡"),
        ("/desk/households/hou_1/split", "王芳"),
        ("/desk/claims", "参加环境卫生整治"),
        ("/desk/claims/clm_1", "撤回申报"),
        ("/desk/declare", "给谁申报"),
        ("/desk/declare/new?person_id=per_2", "替 王芳 申报"),
    ],
)
def test_a_page_shows_its_subject(people: Desk, path: str, text: str) -> None:
    answer = people.get(path)

    assert answer.status_code == 200
    assert text in answer.text
    assert "None" not in answer.text


def test_in_the_drawer_a_page_is_its_content_alone(people: Desk) -> None:
    answer = people.get("/desk/residents/per_2", headers={"HX-Request": "true", "HX-Target": "div#drawer"})

    assert "<h1>王芳</h1>" in answer.text
    assert "<html" not in answer.text


def test_an_officer_registers_people_in_their_own_grid_only(people: Desk) -> None:
    text = people.get("/desk/residents/new").text

    assert "12 号院" in text
    assert "13 号院" not in text


def test_a_deed_is_declared_with_its_photos(people: Desk, api: Api) -> None:
    api.answers["POST /v1/evidence"] = EVIDENCE

    answer = people.post("/desk/declare/new", files={"files": (io.BytesIO(b"jpeg"), "a.jpg")}, **DEED)

    assert answer.headers["Location"] == "/desk/claims/clm_1"
    (sent,) = api.sent("POST", "/v1/claims")
    assert sent == DEED | {"quantity": 1, "happened_at": "2026-11-05T08:30:00+08:00", "evidence_ids": ["evd_1"]}


def test_photos_that_were_uploaded_stay_when_the_claim_is_refused(people: Desk, api: Api) -> None:
    api.answers["POST /v1/evidence"] = EVIDENCE
    api.answers["POST /v1/claims"] = problem(422, "cap_reached", "已达上限")

    answer = people.post("/desk/declare/new", files={"files": (io.BytesIO(b"jpeg"), "a.jpg")}, **DEED)

    assert answer.status_code == 422
    assert 'name="evidence_ids" value="evd_1" checked' in answer.text


def test_what_the_platform_records_itself_is_not_offered_for_declaring(people: Desk) -> None:
    assert "系统记录" not in people.get("/desk/declare/new").text


def test_a_person_is_registered_in_a_new_household(people: Desk, api: Api) -> None:
    api.answers["POST /v1/households"] = HOUSEHOLD
    api.answers["POST /v1/residents"] = RESIDENT

    people.post(
        "/desk/residents/new", name="王芳", courtyard_id="cty_1", tenure="tenant", since="2026-11-01", birth_year="1950"
    )

    assert api.sent("POST", "/v1/households") == [{"courtyard_id": "cty_1", "since": "2026-11-01"}]
    (sent,) = api.sent("POST", "/v1/residents")
    assert (sent["household_id"], sent["birth_year"], sent["phone"]) == ("hou_1", 1950, None)


@pytest.mark.parametrize(
    ("courtyard", "to"), [("cty_2", {"courtyard_id": "cty_2"}), ("", {"left_community": True})], ids=["to", "away"]
)
def test_a_household_moves(people: Desk, api: Api, courtyard: str, to: dict[str, Any]) -> None:
    api.answers["POST /v1/residents/per_2/moves"] = RESIDENT

    people.post("/desk/residents/per_2/move", on="2026-11-20", whole="household", courtyard_id=courtyard)

    assert api.sent("POST", "/v1/residents/per_2/moves") == [{"on": "2026-11-20", "to": to, "whole_household": True}]


def test_a_new_cards_pin_is_shown_once(people: Desk, api: Api) -> None:
    api.answers["POST /v1/households/hou_1/cards"] = CARD | {"card_code": "C1", "pin": "493817"}

    shown = people.post("/desk/households/hou_1/card", page="/desk/households/hou_1")

    assert "493817" in shown.text
    assert "493817" not in people.get("/desk/households/hou_1").text


def test_a_second_person_activates_the_card_that_the_page_shows(people: Desk, api: Api) -> None:
    activation = "/v1/households/hou_1/cards/current/activation"
    api.answers["/v1/households/hou_1"] = HOUSEHOLD | {"card": CARD | {"awaits_me": True}}
    api.answers[f"POST {activation}"] = CARD | {"status": "active"}

    page = people.get("/desk/households/hou_1").text
    people.post("/desk/households/hou_1/card/activation", page="/desk/households/hou_1", issued_at=CARD["issued_at"])

    assert "李建国办，未启用" in page
    assert f'name="issued_at" value="{CARD["issued_at"]}"' in page
    assert api.sent("POST", activation) == [{"issued_at": CARD["issued_at"]}]


def test_a_card_that_does_not_wait_for_the_caller_has_no_activation(people: Desk, api: Api) -> None:
    api.answers["/v1/households/hou_1"] = HOUSEHOLD | {"card": CARD}

    assert "card/activation" not in people.get("/desk/households/hou_1").text


def test_an_invite_code_is_shown_once(people: Desk, api: Api) -> None:
    made = {"resident_id": "per_2", "expires_at": "2026-11-27T00:00:00Z", "invite_code": "K7QP2M"}
    api.answers["POST /v1/residents/per_2/invitations"] = made

    assert "K7QP2M" in people.post("/desk/residents/per_2/invitation", page="/desk/residents/per_2").text


REWARD = {
    "id": "rwd_1",
    "kind": "goods",
    "name": "大米",
    "description": "",
    "points": 20,
    "stock": 5,
    "reserved": 0,
    "sold": 0,
    "left": 5,
    "starts_on": None,
    "ends_on": None,
    "limit_per_household": None,
    "limit_per_person": None,
    "gives": "voucher",
    "merchant_ids": [],
    "listed": True,
    "approved": True,
    "proposal_id": None,
    "picture_url": None,
}


@pytest.mark.parametrize(
    ("consent", "sent"),
    [("card", {"card": "C1", "pin": "493817"}), ("paycode", {"paycode": "1" * 18}), ("app", {})],
)
def test_an_order_says_how_its_person_agreed(people: Desk, api: Api, consent: str, sent: dict[str, str]) -> None:
    api.answers["/v1/rewards"] = {"data": [REWARD, REWARD | {"id": "rwd_2", "name": "卖完的", "left": 0}], **NO_MORE}
    api.answers["POST /v1/orders"] = problem(422, "pin_wrong", "密码不正确")
    typed = {"card": "C1", "pin": "493817", "paycode": "1" * 18}

    answer = people.post(
        "/desk/orders/new",
        page="/desk/orders/new?person_id=per_2",
        person_id="per_2",
        reward_id="rwd_1",
        quantity="2",
        consent=consent,
        **typed,
    )

    assert api.sent("POST", "/v1/orders") == [{"reward_id": "rwd_1", "quantity": 2, "person_id": "per_2", **sent}]
    assert "密码不正确" in answer.text
    assert "493817" not in answer.text, "a PIN is never shown again"
    assert "卖完的" not in answer.text


def test_who_was_told_is_noted(people: Desk, api: Api) -> None:
    notice = {
        "claim_id": "clm_1",
        "person_id": "per_2",
        "household_id": "hou_1",
        "courtyard_id": "cty_1",
        "declared_by_id": "per_3",
        "submitted_at": "2026-11-05T01:00:00Z",
        "title": "参加环境卫生整治",
        "day": "2026-11-05",
        "points": 5,
        "status": "submitted",
        "told_at": None,
        "told_by_id": None,
        "person_name": "王芳",
        "declared_by_name": "赵强",
    }
    api.answers["/v1/paper-notices/orders"] = {"data": [], **NO_MORE}
    api.answers["/v1/paper-notices/claims"] = {"data": [notice], **NO_MORE}
    api.answers["POST /v1/paper-notices/claims/clm_1"] = notice | {
        "told_at": "2026-11-20T01:00:00Z",
        "told_by_id": "per_1",
    }
    assert "赵强" in people.get("/desk/visits").text

    answer = people.post("/desk/visits/claims/clm_1", page="/desk/visits")

    assert answer.status_code == 303
    assert len(api.sent("POST", "/v1/paper-notices/claims/clm_1")) == 1


@pytest.mark.parametrize(
    ("path", "title"),
    [("/desk/residents", "居民名册"), ("/desk/residents/per_2", "居民名册"), ("/desk/residents/new", "居民登记")],
)
def test_the_menu_shows_where_one_is(people: Desk, path: str, title: str) -> None:
    text = people.get(path).text

    assert re.findall(r'aria-current="page">([^<]+)<', text) == [title]


def test_a_filter_that_is_refused_is_named_and_the_others_stay(desk: Desk, api: Api) -> None:
    desk.sign_in("committee")
    people = {"data": [], **NO_MORE}
    api.answers["/v1/residents"] = [problem(422, "invalid_request", phone="手机号应为11位大陆手机号"), people]
    api.answers["/v1/courtyards"] = {"data": [], **NO_MORE}

    answer = desk.get("/desk/residents?name=张&phone=12x&cursor=abc")
    shown = desk.get(answer.headers["Location"])

    assert answer.status_code == 302
    asked = [dict(each.url.params) for each in api.requests if each.url.path == "/v1/residents"]
    assert asked[-1] == {"limit": "20", "name": "张"}
    assert '<div class="notice warn" role="status">12x：手机号应为11位大陆手机号</div>' in shown.text
    assert 'name="name" value="张"' in shown.text


def test_a_page_of_no_entry_of_the_menu_marks_none(desk: Desk, api: Api) -> None:
    desk.sign_in("committee")
    api.answers["/v1/households/hou_1"] = HOUSEHOLD

    assert desk.get("/desk/households/hou_1").text.count('aria-current="page"') == 0
    assert 'href="/desk/" aria-current="page"' in desk.get("/desk/").text


def test_a_returned_claim_is_declared_again_with_what_it_had(people: Desk, api: Api) -> None:
    returned = STEP | {
        "step": "returned",
        "by_id": "per_9",
        "by_name": "周网格",
        "reason": "照片看不清",
        "points": None,
    }
    kept = CLAIM | {"status": "returned", "evidence_ids": ["evd_1"], "evidence": [], "timeline": [STEP, returned]}
    api.answers |= {"/v1/claims/clm_1": kept, "/v1/rulebooks/current": RULEBOOK, "PUT /v1/claims/clm_1": CLAIM}
    page = "/desk/claims/clm_1/resubmit"
    assert page in people.get("/desk/claims/clm_1").text
    text = people.get(page).text
    assert "退回理由：照片看不清" in text
    assert 'value="2026-11-05T08:30"' in text
    deed = {"item": "cleanup", "quantity": "1", "happened_at": "2026-11-05T08:30", "place": "三排", "cause": "清扫巷道"}

    answer = people.post(page, **deed, evidence_ids=["evd_1"])

    sent = deed | {"quantity": 1, "happened_at": "2026-11-05T08:30:00+08:00", "evidence_ids": ["evd_1"]}
    assert api.sent("PUT", "/v1/claims/clm_1") == [sent]
    assert answer.headers["Location"] == "/desk/claims/clm_1"
