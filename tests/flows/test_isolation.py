"""Communities are isolated: nobody finds anything of another community, by id or in a list (R1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, retry_until_known
from tests.flows.community import Community, Json
from tests.flows.request_forms import fill_in
from tests.flows.samples import (
    ALL_OFFICES,
    CHECKLIST,
    activity_form,
    announcement_form,
    appoint,
    course_form,
    create_delivery,
    create_redemption_and_refund,
    grant_honour,
    hold_meeting,
    inbox_item,
    meeting_form,
    object_to_entry,
    open_spending_wait,
    open_survey,
    post_up,
    propose_correction,
    propose_reward,
    propose_settings,
    publish_activity,
    publish_course,
    publish_entry,
    send_announcement,
    share_post,
    sign_up,
    survey_form,
    suspend,
    upload_invalid_roster,
)

SOME_DAY = "2026-01-05"


@dataclass
class TwoCommunities:
    """Ids of all kinds of objects of one community, and clients of another: a person with every role, and a till."""

    ids: dict[str, str]
    outsider: ApiClient
    till: ApiClient


@pytest.fixture(scope="module")
def two(new_community: Callable[..., Community]) -> TwoCommunities:
    ours, theirs = new_community("本村"), new_community("邻村", office_exceptions=ALL_OFFICES)
    in_objection = new_community("另一村", objection_window_days=1)
    _, entry_id = publish_entry(in_objection, "张三")
    ids = _create_objects(ours) | {"objection": object_to_entry(in_objection, "周九", entry_id)}
    appoint(theirs, "张三", "working_group", "branch", "committee")
    officer = {"person_id": theirs.person_ids["张三"], "role": "grid_officer", "scope_id": theirs.grid_ids["一网格"]}
    theirs.committee.post("/v1/appointments", officer)
    outsider = theirs["张三"]
    for path in (
        "/v1/claims",
        "/v1/reviews",
        "/v1/inspections",
        "/v1/ledgers/community",
        "/v1/merchants",
        "/v1/activities",
        "/v1/announcements",
    ):
        retry_until_known(partial(outsider.get, path, **_QUERY.get(path, {})))
    return TwoCommunities(ids, outsider, theirs.create_till())


def _create_objects(community: Community) -> dict[str, str]:
    """Create at least one object of each kind and return their ids."""
    community.credit_points(孙八=100)
    claim = community.submit_claim("张三", "clean_up", photo=pictures.photo(5))
    review = community.wait_for_review("王院长", claim)
    [publication] = community.public.get("/v1/publications", community_id=community.id)["data"]
    [entry] = community.public.get(f"/v1/publications/{publication['id']}")["data"]
    till, rice = community.create_till(), community.create_reward(points=10)
    order = community.place_order("孙八", rice)
    chair = community["组长"]
    chair.put("/v1/checklist", CHECKLIST)
    inspection = chair.post("/v1/inspections", {"period": community.month})
    appointment = community.committee.get("/v1/appointments", person_id=community.person_ids["组长"])["data"][0]
    code = community["孙八"].post("/v1/me/paycode")["paycode"]
    payment = till.post("/v1/merchant/authorizations", {"paycode": code, "points": 5, "merchant_reference": "T1"})
    merchant = community.committee.get("/v1/merchants")["data"][0]["id"]
    member = community.person_ids["组员"]
    reset = community.administrator.post(f"/v1/residents/{member}/sign-in-reset", {"reason": "手机丢失"})
    endpoint, delivery = create_delivery(till, "http://127.0.0.1:9/nobody")
    redemption, refund = create_redemption_and_refund(community, till, "孙八", rice)
    honour = grant_honour(community, _HONOUR)
    activity = publish_activity(community)
    meeting, meeting_decision, action = hold_meeting(community)
    announcement = send_announcement(community)
    return {
        "announcement": announcement,
        "posting": post_up(community, announcement),
        "item": inbox_item(community, "张三", announcement),
        "activity": activity,
        "course": publish_course(community),
        "signup": sign_up(community, activity, "张三"),
        "post": share_post(community, "张三"),
        "survey": open_survey(community),
        "meeting": meeting,
        "meeting_decision": meeting_decision,
        "action": action,
        "honour": honour.honour_id,
        "candidates": honour.list_id,
        "decision": honour.decision_id,
        "community": community.id,
        "courtyard": community.courtyard_ids[1],
        "household": community.household_ids["1-2"],
        "resident": community.person_ids["张三"],
        "purpose": "photos",
        "binding": community["张三"].get("/v1/me/bindings")["data"][0]["id"],
        "session": community["张三"].get("/v1/me/sessions")["data"][0]["id"],
        "reset": reset["proposal_id"],
        "appointment": appointment["id"],
        "request": community["周九"].post("/v1/me/erasure-requests", {})["id"],
        "roster": upload_invalid_roster(community),
        "claim": claim["id"],
        "evidence": claim["evidence_ids"][0],
        "rulebook": chair.get("/v1/rulebooks/current")["id"],
        "review": review["id"],
        "entry": entry["id"],
        "proposal": propose_settings(community),
        "reward_proposal": propose_reward(community),
        "correction": propose_correction(community, entry["id"]),
        "inspection": inspection["id"],
        "transfer": chair.get(f"/v1/passbooks/{community.household_ids['3-2']}/entries")["data"][0]["id"],
        "month": community.month,
        "reward": rice,
        "order": order["id"],
        "voucher": order["voucher"]["code"],
        "merchant": merchant,
        "key": community.committee.get(f"/v1/merchants/{merchant}/keys")["data"][0]["id"],
        "payment": payment["id"],
        "redemption": redemption,
        "refund": refund,
        "endpoint": endpoint,
        "delivery": delivery,
        "shop": community.committee.post(f"/v1/merchants/{merchant}/shops", {"name": "东门店"})["id"],
        "reconciliation": till.post("/v1/merchant/reconciliations", {"period": community.month, "lines": []})["id"],
        "suspension": suspend(community, "李四"),
        "rebuild": community.committee.post("/v1/ledgers/rebuilds")["id"],
        "wait": open_spending_wait(community, "周九"),
    }


_MOVE = {"on": SOME_DAY, "to": {"left_community": True}}
_CLAIM = {"item": "council", "happened_at": f"{SOME_DAY}T09:00:00Z", "place": "巷口", "cause": "测试"}
_REWARD = {"kind": "goods", "name": "米", "points": 1, "stock": 1}
_HONOUR = {"name": "热心居民", "kind": "title", "subject_kind": "person", "criteria": {"least_points": 1}}
_DECISION = {"list_id": "{candidates}", "subject_id": "{resident}", "outcome": "granted", "reason": "好"}
_APPOINTMENT = {"person_id": "{resident}", "role": "branch"}
_BATCH: Json = {
    "batch_id": "device-1",
    "records": [{"person_id": "{resident}", "direction": "in", "method": "roll_call", "at": f"{SOME_DAY}T09:00:00Z"}],
    "signature": "0" * 64,
}
_REQUESTS: list[tuple[str, str, Json | None]] = [
    ("GET", "/v1/communities/{community}/settings", None),
    ("GET", "/v1/communities/{community}/publicity-report", None),
    ("PUT", "/v1/communities/{community}/settings", {"deductions": True}),
    ("GET", "/v1/communities/{community}/proposals", None),
    ("POST", "/v1/communities/{community}/proposals/{proposal}/approval", {}),
    ("POST", "/v1/communities/{community}/proposals/{proposal}/refusal", {"reason": "不妥"}),
    ("GET", "/v1/courtyards/{courtyard}", None),
    ("POST", "/v1/courtyards/{courtyard}/dissolve", {}),
    ("POST", "/v1/households", {"courtyard_id": "{courtyard}"}),
    ("GET", "/v1/households/{household}", None),
    ("POST", "/v1/households/{household}/split", {"on": SOME_DAY, "resident_ids": ["{resident}"]}),
    ("POST", "/v1/households/{household}/merge", {"on": SOME_DAY, "into_household_id": "{household}"}),
    ("POST", "/v1/households/{household}/cards", {}),
    ("DELETE", "/v1/households/{household}/cards/current", None),
    ("POST", "/v1/households/{household}/cards/current/activation", {"issued_at": f"{SOME_DAY}T09:00:00Z"}),
    ("GET", "/v1/households/{household}/card.pdf", None),
    ("GET", "/v1/rosters/{roster}", None),
    ("POST", "/v1/residents", {"name": "某人", "household_id": "{household}", "tenure": "tenant"}),
    ("GET", "/v1/residents/{resident}", None),
    ("PUT", "/v1/residents/{resident}", {"name": "某人"}),
    ("GET", "/v1/residents/{resident}/consents", None),
    ("PUT", "/v1/residents/{resident}/consents/{purpose}", {"given": True}),
    ("POST", "/v1/me/erasure-requests/{request}/withdraw", {}),
    ("POST", "/v1/erasure-requests/{request}/refuse", {"reason": "不行"}),
    ("DELETE", "/v1/residents/{resident}", None),
    ("POST", "/v1/residents/{resident}/moves", _MOVE),
    ("POST", "/v1/residents/{resident}/invitations", {}),
    ("POST", "/v1/residents/{resident}/sign-in-reset", {"reason": "x", "password": "12345678"}),
    ("POST", "/v1/me/bindings/{binding}/confirm", {}),
    ("DELETE", "/v1/me/bindings/{binding}", None),
    ("DELETE", "/v1/me/sessions/{session}", None),
    ("DELETE", "/v1/me/sign-in-resets/{reset}", None),
    ("POST", "/v1/spending-waits/{wait}/agreement", {}),
    ("POST", "/v1/spending-waits/{wait}/refusal", {}),
    ("POST", "/v1/spending-waits/{wait}/ruling", {"allow": True, "reason": "核实"}),
    ("POST", "/v1/appointments", _APPOINTMENT),
    ("POST", "/v1/appointments/{appointment}/end", {}),
    ("GET", "/v1/rulebooks/{rulebook}", None),
    ("POST", "/v1/rulebooks/{rulebook}/adopt", {"effective_from": "2999-01-01"}),
    ("POST", "/v1/rulebooks/{rulebook}/discard", {}),
    ("GET", "/v1/records/courtyards/{courtyard}", None),
    ("GET", "/v1/evidence/{evidence}", None),
    ("POST", "/v1/evidence/{evidence}/link", {}),
    ("POST", "/v1/claims", {**_CLAIM, "person_id": "{resident}"}),
    ("GET", "/v1/claims/{claim}", None),
    ("PUT", "/v1/claims/{claim}", _CLAIM),
    ("POST", "/v1/claims/{claim}/withdraw", {}),
    ("POST", "/v1/suspensions/{suspension}/lift", {"reason": "误"}),
    ("GET", "/v1/reviews/{review}", None),
    ("POST", "/v1/reviews/{review}/decision", {"decision": "endorse"}),
    ("POST", "/v1/objections", {"entry_id": "{entry}", "reason": "不对"}),
    ("POST", "/v1/objections/{objection}/ruling", {"outcome": "dismissed", "reason": "对"}),
    ("POST", "/v1/corrections", {"entry_id": "{entry}", "points": 0, "reason": "不对"}),
    ("POST", "/v1/corrections/{correction}/confirmation", {}),
    ("POST", "/v1/corrections/{correction}/refusal", {"reason": "不对"}),
    ("GET", "/v1/inspections/{inspection}", None),
    ("GET", "/v1/inspections/{inspection}/courtyards/{courtyard}", None),
    ("PUT", "/v1/inspections/{inspection}/courtyards/{courtyard}", {"version": 1, "marks": {"yard": 1}}),
    ("PUT", "/v1/inspections/{inspection}/assignments", {"assignments": []}),
    (
        "PUT",
        "/v1/inspections/{inspection}/courtyards/{courtyard}/rectification",
        {"reason": "杂物", "due": "2099-01-01"},
    ),
    (
        "PUT",
        "/v1/inspections/{inspection}/courtyards/{courtyard}/reinspection",
        {"version": 1, "marks": {"yard": 1}, "passed": True},
    ),
    ("GET", "/v1/inspections/{inspection}/courtyards/{courtyard}/photos/{evidence}", None),
    ("POST", "/v1/inspections/{inspection}/courtyards/{courtyard}/photos/{evidence}/link", {}),
    ("POST", "/v1/inspections/{inspection}/close", {}),
    ("GET", "/v1/courtyards/{courtyard}/inspections", None),
    ("GET", "/v1/passbooks/{household}", None),
    ("GET", "/v1/passbooks/{household}/entries", None),
    ("GET", "/v1/passbooks/{household}/entries/{transfer}", None),
    ("GET", "/v1/passbooks/{household}/statements", None),
    ("GET", "/v1/passbooks/{household}/statements/{month}", None),
    ("GET", "/v1/ledgers/courtyards/{courtyard}", None),
    ("GET", "/v1/ledgers/rebuilds/{rebuild}", None),
    ("GET", "/v1/rewards/{reward}", None),
    ("POST", "/v1/rewards/{reward}/codes", {"codes": ["A1B2C3"]}),
    ("PUT", "/v1/rewards/{reward}", _REWARD),
    ("POST", "/v1/reward-proposals/{reward_proposal}/approval", {}),
    ("POST", "/v1/reward-proposals/{reward_proposal}/refusal", {"reason": "太便宜"}),
    ("POST", "/v1/orders", {"reward_id": "{reward}"}),
    ("POST", "/v1/orders", {"reward_id": "{reward}", "person_id": "{resident}"}),
    ("GET", "/v1/orders/{order}", None),
    ("POST", "/v1/orders/{order}/seen", {}),
    ("POST", "/v1/orders/{order}/consent", {}),
    ("POST", "/v1/orders/{order}/refusal", {}),
    ("POST", "/v1/paper-notices/orders/{order}", {}),
    ("POST", "/v1/paper-notices/claims/{claim}", {}),
    ("POST", "/v1/orders/{order}/cancel", {}),
    ("GET", "/v1/orders/{order}/voucher.svg", None),
    ("GET", "/v1/payments/{payment}", None),
    ("GET", "/v1/payments?account_id={household}", None),
    ("GET", "/v1/honours/{honour}", None),
    ("GET", "/v1/honours/{honour}/candidates", None),
    ("POST", "/v1/honours/{honour}/candidates", {}),
    ("GET", "/v1/honours/{honour}/candidates/{candidates}", None),
    ("GET", "/v1/honours/{honour}/decisions", None),
    ("POST", "/v1/honours/{honour}/decisions", _DECISION),
    ("POST", "/v1/honours/{honour}/decisions/{decision}/revoke", {"reason": "误"}),
    ("GET", "/v1/honours/{honour}/decisions/{decision}/certificate.pdf", None),
    ("GET", "/v1/activities/{activity}", None),
    ("PUT", "/v1/activities/{activity}", activity_form()),
    ("POST", "/v1/activities/{activity}/publish", {}),
    ("POST", "/v1/activities/{activity}/cancel", {"reason": "下雨"}),
    ("POST", "/v1/activities/{activity}/draw", {}),
    ("GET", "/v1/activities/{activity}/host-keys", None),
    ("GET", "/v1/activities/{activity}/challenge", None),
    ("GET", "/v1/activities/{activity}/ticket", None),
    ("POST", "/v1/activities/{activity}/checkins", {"person_id": "{resident}"}),
    ("POST", "/v1/activities/{activity}/checkouts", {"person_id": "{resident}"}),
    ("POST", "/v1/activities/{activity}/attendance-batches", _BATCH),
    ("GET", "/v1/activities/{activity}/attendance", None),
    ("POST", "/v1/activities/{activity}/attendance/close", {"head_count": 0}),
    ("POST", "/v1/activities/{activity}/attendance/{resident}/revoke", {"reason": "代签"}),
    ("GET", "/v1/activities/{activity}/signups", None),
    ("POST", "/v1/activities/{activity}/signups", {}),
    ("GET", "/v1/activities/{activity}/signups/{signup}", None),
    ("DELETE", "/v1/activities/{activity}/signups/{signup}", None),
    ("POST", "/v1/activities/{activity}/signups/{signup}/accept", {}),
    ("POST", "/v1/posts/{post}/comments", {"text": "同意"}),
    ("GET", "/v1/meetings/{meeting}", None),
    ("PUT", "/v1/meetings/{meeting}", meeting_form()),
    ("POST", "/v1/meetings/{meeting}/cancel", {}),
    ("PUT", "/v1/meetings/{meeting}/minutes", {"minutes": "同意"}),
    ("POST", "/v1/meetings/{meeting}/decisions", {"text": "换灯"}),
    ("POST", "/v1/meetings/{meeting}/actions", {"meeting_decision_id": "{meeting_decision}", "text": "办"}),
    ("POST", "/v1/meetings/{meeting}/actions/{action}/result", {"state": "done", "result": "办了"}),
    ("GET", "/v1/surveys/{survey}", None),
    ("PUT", "/v1/surveys/{survey}", survey_form()),
    ("POST", "/v1/surveys/{survey}/open", {}),
    ("POST", "/v1/surveys/{survey}/close", {}),
    ("GET", "/v1/surveys/{survey}/answers/mine", None),
    ("PUT", "/v1/surveys/{survey}/answers/mine", {"items": []}),
    (
        "POST",
        "/v1/surveys/{survey}/answers",
        {"respondent_id": "{household}", "items": [], "evidence_id": "{evidence}"},
    ),
    ("GET", "/v1/surveys/{survey}/results", None),
    ("GET", "/v1/surveys/{survey}/silent", None),
    ("GET", "/v1/posts/{post}/pictures", None),
    ("GET", "/v1/posts/{post}/record", None),
    ("POST", "/v1/posts/{post}/moderation", {"decision": "hide", "reason": "误"}),
    ("POST", "/v1/posts/{post}/course", {"step": "received"}),
    ("POST", "/v1/posts/{post}/appeals", {"text": "误"}),
    ("POST", "/v1/posts/{post}/appeals/ruling", {"outcome": "upheld", "reason": "误"}),
    ("POST", "/v1/posts/{post}/withdraw", {}),
    ("POST", "/v1/posts", {"kind": "share", "title": "早市", "text": "开了", "person_id": "{resident}"}),
    ("GET", "/v1/courses/{course}", None),
    ("PUT", "/v1/courses/{course}", course_form()),
    ("POST", "/v1/courses/{course}/publish", {}),
    ("POST", "/v1/courses/{course}/retire", {}),
    ("POST", "/v1/courses/{course}/progress", {"data": [{"unit": 0, "percent": 1}]}),
    ("POST", "/v1/courses/{course}/quiz-attempts", {"answers": [[0]]}),
    ("GET", "/v1/announcements/{announcement}", None),
    ("PUT", "/v1/announcements/{announcement}", announcement_form()),
    ("POST", "/v1/announcements/{announcement}/schedule", {"scheduled_for": "2099-01-01T08:00:00+08:00"}),
    ("POST", "/v1/announcements/{announcement}/send", {}),
    ("POST", "/v1/announcements/{announcement}/withdraw", {"reason": "误"}),
    ("GET", "/v1/announcements/{announcement}/announcement.pdf", None),
    ("GET", "/v1/announcements/{announcement}/reach", None),
    ("GET", "/v1/announcements/{announcement}/reach/households", None),
    ("GET", "/v1/announcements/{announcement}/reach/missing.pdf", None),
    ("POST", "/v1/announcements/{announcement}/visits", {"proof": "told", "household_ids": ["{household}"]}),
    ("GET", "/v1/announcements/{announcement}/postings", None),
    ("POST", "/v1/announcements/{announcement}/postings", None),
    ("GET", "/v1/announcements/{announcement}/postings/{posting}/photo", None),
    ("POST", "/v1/inbox/{item}/open", {}),
    ("POST", "/v1/inbox/{item}/acknowledge", {}),
    ("GET", "/v1/merchants/{merchant}", None),
    ("PUT", "/v1/merchants/{merchant}", {"name": "某店"}),
    ("GET", "/v1/merchants/{merchant}/shops", None),
    ("POST", "/v1/merchants/{merchant}/shops", {"name": "店"}),
    ("PUT", "/v1/merchants/{merchant}/shops/{shop}", {"name": "店"}),
    ("GET", "/v1/merchants/{merchant}/keys", None),
    ("POST", "/v1/merchants/{merchant}/keys", {"mode": "live"}),
    ("DELETE", "/v1/merchants/{merchant}/keys/{key}", None),
    ("POST", "/v1/merchant/voucher-verifications", {"code": "{voucher}"}),
    ("POST", "/v1/merchant/voucher-redemptions", {"code": "{voucher}"}),
    ("GET", "/v1/merchant/authorizations/{payment}", None),
    ("POST", "/v1/merchant/authorizations/{payment}/capture", {}),
    ("POST", "/v1/merchant/authorizations/{payment}/void", {}),
    (
        "POST",
        "/v1/merchant/refunds",
        {"authorization_id": "{payment}", "points": 1, "merchant_reference": "R1"},
    ),
    ("GET", "/v1/merchant/voucher-redemptions/{redemption}", None),
    ("POST", "/v1/merchant/voucher-redemptions/{redemption}/undo", {}),
    ("GET", "/v1/merchant/refunds/{refund}", None),
    ("GET", "/v1/merchant/deliveries/{delivery}", None),
    ("PUT", "/v1/merchant/webhook-endpoints/{endpoint}", {"url": "https://example.com/hook"}),
    ("DELETE", "/v1/merchant/webhook-endpoints/{endpoint}", None),
    ("POST", "/v1/merchant/webhook-endpoints/{endpoint}/rotate-secret", {}),
    ("POST", "/v1/merchant/webhook-endpoints/{endpoint}/test", {}),
    ("POST", "/v1/merchant/deliveries/{delivery}/replay", {}),
    ("GET", "/v1/merchant/reconciliations/{reconciliation}", None),
    ("GET", "/v1/merchants/{merchant}/live/settlements", None),
    ("GET", "/v1/merchants/{merchant}/live/settlements/{month}", None),
    ("GET", "/v1/merchants/{merchant}/live/reconciliations", None),
    ("POST", "/v1/merchants/{merchant}/live/reconciliations", {"period": "{month}", "lines": []}),
    ("GET", "/v1/merchants/{merchant}/live/reconciliations/{reconciliation}", None),
    ("GET", "/v1/merchants/{merchant}/live/webhook-endpoints", None),
    ("POST", "/v1/merchants/{merchant}/live/webhook-endpoints", {"url": "https://example.com/hook"}),
    ("PUT", "/v1/merchants/{merchant}/live/webhook-endpoints/{endpoint}", {"url": "https://example.com/hook"}),
    ("DELETE", "/v1/merchants/{merchant}/live/webhook-endpoints/{endpoint}", None),
    ("POST", "/v1/merchants/{merchant}/live/webhook-endpoints/{endpoint}/rotate-secret", {}),
    ("POST", "/v1/merchants/{merchant}/live/webhook-endpoints/{endpoint}/test", {}),
    ("GET", "/v1/merchants/{merchant}/live/deliveries", None),
    ("GET", "/v1/merchants/{merchant}/live/deliveries/{delivery}", None),
    ("POST", "/v1/merchants/{merchant}/live/deliveries/{delivery}/replay", {}),
]


@pytest.mark.attacks("objects and lists of another community")
@pytest.mark.parametrize(
    ("method", "path", "form"), _REQUESTS, ids=[f"{method} {path}" for method, path, _ in _REQUESTS]
)
def test_r1_objects_of_another_community_are_not_found(
    two: TwoCommunities, method: str, path: str, form: Json | None
) -> None:
    client = two.till if "/merchant/" in path else two.outsider
    headers = {"Idempotency-Key": f"{method} {path}"}
    answer = client.send(method, fill_in(path, two.ids), json=fill_in(form, two.ids), headers=headers)
    assert answer.status_code == 404, answer.text


def test_no_picture_is_uploaded_for_a_reward_of_another_community(two: TwoCommunities) -> None:
    files = {"file": ("米.jpg", pictures.photo(6), "image/jpeg")}
    path = f"/v1/rewards/{two.ids['reward']}/picture"
    assert two.outsider.send("POST", path, files=files).status_code == 404


def test_every_operation_with_an_id_is_tested_or_public(two: TwoCommunities) -> None:
    paths = two.outsider.get("/openapi.json")["paths"]
    with_ids = {
        f"{method.upper()} {_without_names(path)}"
        for path, methods in paths.items()
        for method in methods
        if "_id}" in path and method in ("get", "post", "put", "delete")
    }
    tested = {f"{method} {_without_names(path)}" for method, path, _ in _REQUESTS} | {"POST /v1/rewards/{}/picture"}
    assert with_ids - tested == _PUBLIC


_PUBLIC = {
    "GET /v1/communities/{}",
    "GET /v1/communities/{}/calendar",
    "GET /v1/communities/{}/spread",
    "GET /v1/publications/{}",
    "GET /v1/inspections/{}/ranking",
    "GET /v1/ledger/entries/{}/proof",
    "GET /v1/calendar/activities/{}",
    "GET /v1/posts/{}",
    "GET /v1/suggestions/{}/lineage",
    "GET /v1/posts/{}/comments",
    "GET /v1/notice-board/announcements/{}",
    "GET /v1/calendar/activities/{}/draw",
    "GET /v1/pictures/{}/{}.jpg",
}
_QUERY = {
    "/v1/reviews": {"stage": "final"},
    "/v1/reviews/selection": {"stage": "final"},
    "/v1/rewards": {"all": "true"},
}
_LISTS = [
    "/v1/communities",
    "/v1/courtyards",
    "/v1/households",
    "/v1/residents",
    "/v1/appointments",
    "/v1/rulebooks",
    "/v1/claims",
    "/v1/reviews",
    "/v1/reviews/selection",
    "/v1/objections",
    "/v1/checklists",
    "/v1/inspections",
    "/v1/activities",
    "/v1/me/signups",
    "/v1/me/posts",
    "/v1/moderation",
    "/v1/surveys",
    "/v1/courses",
    "/v1/meetings",
    "/v1/announcements",
    "/v1/inbox",
    "/v1/rewards",
    "/v1/reward-proposals",
    "/v1/merchants",
    "/v1/orders",
    "/v1/payments",
    "/v1/ledgers/community",
]


@pytest.mark.attacks("objects and lists of another community")
@pytest.mark.parametrize("path", _LISTS)
def test_r1_no_list_contains_ids_of_another_community(two: TwoCommunities, path: str) -> None:
    content = two.outsider.read(path, **_QUERY.get(path, {})).decode()
    assert not [id for id in two.ids.values() if id in content]


def _without_names(path: str) -> str:
    path = re.sub(r"\{\w+\}", "{}", path)
    return path.replace("voucher.svg", "voucher.{}").replace("/merchants/{}/live/", "/merchants/{}/{}/")
