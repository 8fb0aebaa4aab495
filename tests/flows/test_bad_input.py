"""Invalid input over HTTP: every answer is a problem document with a code, never a server error."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import httpx
import pytest

from deploy.demo.api_client import ApiClient, retry_until_known
from tests.flows.community import Community, Json
from tests.flows.samples import activity_form, announcement_form, course_form, meeting_form, survey_form

UNKNOWN = "01zzzzzzzzzzzzzzzzzzzzzzzz"


class Operation(NamedTuple):
    """An operation with a body: who may send it, a valid form, and the fields that may be left out."""

    sender: str
    path: str
    form: Json
    optional: frozenset[str] = frozenset()


def _optional(*names: str) -> frozenset[str]:
    return frozenset(names)


YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()
CLAIM = {"item": "council", "happened_at": YESTERDAY, "place": "巷口", "cause": "测试"}
OPERATIONS = [
    Operation(
        "组长", "/v1/claims", {**CLAIM, "quantity": 1, "evidence_ids": []}, _optional("quantity", "evidence_ids")
    ),
    Operation(
        "社区党委",
        "/v1/residents",
        {"name": "某人", "phone": "13900001111", "birth_year": 1950, "since": "2026-01-05", "away": False},
        _optional("phone", "birth_year", "since", "away"),
    ),
    Operation("社区党委", "/v1/courtyards", {"number": 9, "row": 9, "grid": "一网格"}),
    Operation("社区党委", "/v1/appointments", {"person_id": "per_1", "role": "branch"}),
    Operation("组长", f"/v1/reviews/rev_{UNKNOWN}/decision", {"decision": "approve", "points": 1}, _optional("points")),
    Operation("组长", "/v1/reviews/decisions", {"decisions": [{"review_id": f"rev_{UNKNOWN}", "decision": "approve"}]}),
    Operation("张三", "/v1/objections", {"entry_id": f"ent_{UNKNOWN}", "reason": "不对"}),
    Operation("支部", "/v1/corrections", {"entry_id": f"ent_{UNKNOWN}", "points": 0, "reason": "不对"}),
    Operation("组长", "/v1/rewards", {"kind": "goods", "name": "米", "points": 1, "stock": 1}),
    Operation("张三", "/v1/orders", {"reward_id": f"rwd_{UNKNOWN}", "quantity": 1}, _optional("quantity")),
    Operation("社区党委", "/v1/merchants", {"name": "某店", "address": "某处"}, _optional("address")),
    Operation(
        "组长",
        "/v1/activities",
        activity_form() | {"allocation": "draw", "host_ids": [], "item": "training"},
        _optional("most_party", "allocation", "host_ids", "item"),
    ),
    Operation(
        "张三",
        "/v1/posts",
        {
            "kind": "share",
            "title": "早市",
            "text": "开了",
            "evidence_ids": [],
            "wechat_code": "x",
            "person_id": "{张三}",
        },
        _optional("evidence_ids", "wechat_code", "person_id"),
    ),
    Operation("组长", "/v1/meetings", meeting_form(), frozenset()),
    Operation("组长", "/v1/surveys", survey_form(), _optional("text", "respondents", "anonymous")),
    Operation(
        "组长",
        "/v1/courses",
        course_form(summary="", pass_percent=80, attempts_a_day=3, item="training"),
        _optional("summary", "pass_percent", "attempts_a_day", "item"),
    ),
    Operation(
        "组长",
        "/v1/announcements",
        announcement_form()
        | {
            "courtyard_ids": [],
            "grid_ids": [],
            "roles": [],
            "urgent": True,
            "public": True,
            "asks_acknowledgement": True,
            "attachment_ids": [],
        },
        _optional("courtyard_ids", "grid_ids", "roles", "urgent", "public", "asks_acknowledgement", "attachment_ids"),
    ),
    Operation("组长", "/v1/inspections", {"period": "2026-01"}),
    Operation("till", "/v1/merchant/voucher-redemptions", {"code": "7K3M9Q2PXW4T", "till": "1"}, _optional("till")),
    Operation(
        "till",
        "/v1/merchant/authorizations",
        {"paycode": "86" + "0" * 16, "points": 1, "merchant_reference": "T1"},
    ),
    Operation(
        "till",
        "/v1/merchant/refunds",
        {"authorization_id": f"pay_{UNKNOWN}", "points": 1, "merchant_reference": "R1"},
    ),
    Operation("", "/v1/sessions", {"phone": "13900001111", "password": "secret-secret"}),
    Operation("", "/v1/sessions/refresh", {"refresh_token": "x"}),
]
WRONG_VALUES: Json = {
    "an object": {"a": 1},
    "a list of lists": [[1]],
    "very long": "长" * 5000,
    "a fraction": 1.5,
    "beyond all integers": 10**30,
}
IDS = [f"{operation.path} {position}" for position, operation in enumerate(OPERATIONS)]


@pytest.fixture(scope="module")
def clients(community: Community) -> dict[str, ApiClient]:
    """The senders of the forms, by name; "" has no credentials."""
    people = {name: community[name] for name in ("张三", "组长", "支部")}
    for path in (
        "/v1/claims",
        "/v1/orders",
        "/v1/inspections",
        "/v1/objections",
        "/v1/activities",
        "/v1/announcements",
    ):
        retry_until_known(partial(people["组长"].get, path))
    return {**people, "社区党委": community.committee, "till": community.create_till(), "": community.public}


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_every_field_of_every_form_is_validated(clients: dict[str, ApiClient], operation: Operation) -> None:
    send = _sender(clients[operation.sender], operation.path)
    for name in operation.form:
        for kind, value in WRONG_VALUES.items():
            _assert_refused(send({**operation.form, name: value}), 422, f"{name}: {kind}")
        for kind, value in {"a null character": "a\u0000b", "a lone surrogate": "\ud800"}.items():
            _assert_refused(send({**operation.form, name: value}), 400, f"{name}: {kind}")
        rest = {other: value for other, value in operation.form.items() if other != name}
        if name not in operation.optional:
            _assert_refused(send(rest), 422, f"without {name}")
    _assert_refused(send({**operation.form, "unknown": 1}), 422, "an unknown field")


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_a_body_that_is_not_a_json_object_is_refused(clients: dict[str, ApiClient], operation: Operation) -> None:
    client = clients[operation.sender]
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    for body, status in (
        (b"{", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"", 422),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"a": "' + b"x" * 600_000 + b'"}', 413),
    ):
        answer = client.send("POST", operation.path, content=body, headers=headers)
        _assert_refused(answer, status, repr(body[:20]))
    plain = client.send("POST", operation.path, content=b"a=1", headers={**headers, "Content-Type": "text/plain"})
    _assert_refused(plain, 415, "plain text")


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if each.sender],
    ids=[i for i, o in zip(IDS, OPERATIONS, strict=True) if o.sender],
)
def test_every_operation_requires_valid_credentials(clients: dict[str, ApiClient], operation: Operation) -> None:
    for token in ("", "Bearer", "Bearer x.y.z", "Basic eDp5", "Bearer sz_live_none", "Bearer " + "x" * 5000):
        headers = {"Idempotency-Key": "k", **({"Authorization": token} if token else {})}
        answer = clients[""].send("POST", operation.path, json=operation.form, headers=headers)
        _assert_refused(answer, 401, token[:20])


FOUNDER = {"name": "某人", "phone": "13900001111", "password": "some-password"}
FORBIDDEN: list[tuple[str, str, str, Json | None]] = [
    ("张三", "POST", "/v1/communities", {"name": "某村", "committee": FOUNDER}),
    ("组长", "POST", "/v1/courtyards", {"number": 9, "row": 9, "grid": "一网格"}),
    ("张三", "POST", "/v1/residents", {"name": "某人"}),
    ("组长", "POST", f"/v1/courtyards/cty_{UNKNOWN}/dissolve", {}),
    ("组长", "POST", "/v1/appointments", {"person_id": "{张三}", "role": "branch"}),
    ("张三", "POST", "/v1/rulebooks", {"items": [{"code": "x", "category": "other", "title": "x", "score": 1}]}),
    ("张三", "POST", "/v1/rewards", {"kind": "goods", "name": "米", "points": 1, "stock": 1}),
    ("组长", "POST", "/v1/merchants", {"name": "某店"}),
    ("张三", "POST", "/v1/inspections", {"period": "2026-01"}),
    ("张三", "POST", "/v1/activities", activity_form()),
    ("张三", "POST", "/v1/surveys", survey_form()),
    ("张三", "POST", "/v1/courses", course_form()),
    ("张三", "POST", "/v1/meetings", meeting_form()),
    ("张三", "POST", "/v1/announcements", announcement_form()),
    ("张三", "GET", "/v1/announcements", None),
    ("张三", "POST", "/v1/periods/2026-01/publish", {}),
    ("张三", "GET", "/v1/ledgers/community", None),
    ("张三", "POST", "/v1/claims", {**CLAIM, "person_id": "{孙八}"}),
]


@pytest.mark.parametrize(("sender", "method", "path", "form"), FORBIDDEN, ids=[f"{p[0]} {p[2]}" for p in FORBIDDEN])
def test_a_person_without_the_role_is_refused(
    clients: dict[str, ApiClient], community: Community, sender: str, method: str, path: str, form: Json | None
) -> None:
    filled = json.loads(_with_person_ids(json.dumps(form, ensure_ascii=False), community)) if form is not None else None
    answer = clients[sender].send(method, path, json=filled, headers={"Idempotency-Key": "forbidden"})
    _assert_refused(answer, 403, path)


UNKNOWN_IDS: list[tuple[str, str, str, Json | None]] = [
    ("张三", "GET", f"/v1/claims/clm_{UNKNOWN}", None),
    ("张三", "POST", f"/v1/claims/clm_{UNKNOWN}/withdraw", {}),
    ("张三", "GET", "/v1/claims/clm_%00", None),
    ("张三", "GET", "/v1/claims/" + "x" * 2000, None),
    ("张三", "GET", "/v1/claims/%F0%9F%98%80'\"%3B--", None),
    ("组长", "GET", f"/v1/reviews/rev_{UNKNOWN}", None),
    ("组长", "POST", f"/v1/reviews/rev_{UNKNOWN}/decision", {"decision": "approve"}),
    ("张三", "POST", "/v1/objections", {"entry_id": f"ent_{UNKNOWN}", "reason": "不对"}),
    ("支部", "POST", f"/v1/objections/obj_{UNKNOWN}/ruling", {"outcome": "dismissed", "reason": "对"}),
    ("张三", "POST", "/v1/orders", {"reward_id": f"rwd_{UNKNOWN}"}),
    ("张三", "GET", f"/v1/passbooks/hou_{UNKNOWN}", None),
    ("社区党委", "POST", f"/v1/courtyards/cty_{UNKNOWN}/dissolve", {}),
    ("社区党委", "GET", f"/v1/residents/per_{UNKNOWN}", None),
    ("社区党委", "POST", "/v1/appointments", {"person_id": f"per_{UNKNOWN}", "role": "branch"}),
    ("组长", "POST", f"/v1/rulebooks/rbk_{UNKNOWN}/adopt", {"effective_from": "2026-01-01"}),
    ("组长", "GET", f"/v1/inspections/ins_{UNKNOWN}", None),
    ("组长", "GET", f"/v1/activities/atv_{UNKNOWN}", None),
    ("", "GET", f"/v1/posts/pst_{UNKNOWN}", None),
    ("张三", "GET", f"/v1/surveys/svy_{UNKNOWN}", None),
    ("张三", "GET", f"/v1/meetings/mtg_{UNKNOWN}", None),
    ("", "GET", f"/v1/suggestions/pst_{UNKNOWN}/lineage", None),
    ("张三", "PUT", f"/v1/surveys/svy_{UNKNOWN}/answers/mine", {"items": []}),
    ("张三", "POST", f"/v1/posts/pst_{UNKNOWN}/comments", {"text": "好"}),
    ("组长", "POST", f"/v1/posts/pst_{UNKNOWN}/course", {"step": "received"}),
    ("张三", "GET", f"/v1/courses/crs_{UNKNOWN}", None),
    ("张三", "POST", f"/v1/courses/crs_{UNKNOWN}/quiz-attempts", {"answers": [[0]]}),
    ("张三", "POST", f"/v1/activities/atv_{UNKNOWN}/signups", {}),
    ("", "GET", f"/v1/calendar/activities/atv_{UNKNOWN}", None),
    ("组长", "GET", f"/v1/announcements/ann_{UNKNOWN}", None),
    ("组长", "POST", f"/v1/announcements/ann_{UNKNOWN}/send", {}),
    ("张三", "POST", f"/v1/inbox/ntc_{UNKNOWN}/acknowledge", {}),
    ("组长", "GET", f"/v1/announcements/ann_{UNKNOWN}/reach", None),
    (
        "组长",
        "POST",
        f"/v1/announcements/ann_{UNKNOWN}/visits",
        {"proof": "told", "household_ids": [f"hou_{UNKNOWN}"]},
    ),
    ("", "GET", f"/v1/notice-board/announcements/ann_{UNKNOWN}", None),
    ("组长", "GET", f"/v1/inspections/ins_{UNKNOWN}/courtyards/cty_{UNKNOWN}", None),
    ("", "GET", f"/v1/publications/pub_{UNKNOWN}", None),
    ("", "GET", f"/v1/inspections/ins_{UNKNOWN}/ranking", None),
    ("组长", "GET", f"/v1/courtyards/cty_{UNKNOWN}/inspections", None),
    ("", "GET", f"/v1/ledger/entries/tra_{UNKNOWN}/proof", None),
    ("", "GET", "/v1/ledger/entries/tra_%00/proof", None),
    ("", "GET", f"/v1/ledger/blocks/{10**40}?community_id=com_{UNKNOWN}", None),
    ("张三", "GET", f"/v1/passbooks/hou_{UNKNOWN}/statements/2026-01", None),
    ("till", "POST", "/v1/merchant/voucher-redemptions", {"code": "7K3M-9Q2P-XW4T"}),
    ("till", "POST", f"/v1/merchant/authorizations/pay_{UNKNOWN}/capture", {}),
    ("till", "GET", "/v1/merchant/settlements/2026-13", None),
    ("组长", "GET", "/v1/periods/9999-99", None),
    ("张三", "GET", "/v1/nothing/here", None),
]


@pytest.mark.parametrize(
    ("sender", "method", "path", "form"), UNKNOWN_IDS, ids=[f"{p[1]} {p[2][:40]}" for p in UNKNOWN_IDS]
)
def test_an_unknown_id_or_path_is_not_found(
    clients: dict[str, ApiClient], sender: str, method: str, path: str, form: Json | None
) -> None:
    answer = clients[sender].send(
        method, path, json=form, headers={"Idempotency-Key": path[:200].encode("ascii", "replace").decode()}
    )
    _assert_refused(answer, 404, path)


QUERIES = [
    ("张三", "/v1/claims", "limit=0"),
    ("张三", "/v1/claims", "limit=101"),
    ("张三", "/v1/claims", "limit=many"),
    ("张三", "/v1/claims", "status=unknown"),
    ("张三", "/v1/claims", "unknown=1"),
    ("组长", "/v1/reviews", "stage=third"),
    ("", "/v1/boards/residents", ""),
    ("", "/v1/ledger/blocks", ""),
    ("", "/v1/rankings", "community_id=x"),
    ("", "/v1/calendar/activities", "community_id=x"),
    ("张三", "/v1/activities", "phase=unknown"),
    ("", "/v1/posts", ""),
    ("", "/v1/posts", "community_id=x"),
    ("组长", "/v1/moderation", "queue=unknown"),
    ("组长", "/v1/announcements", "state=unknown"),
    ("张三", "/v1/inbox", "since=yesterday"),
    ("", "/v1/notice-board/announcements", "community_id=x"),
    ("组长", "/v1/budget", "rulebook_id=draft"),
    ("组长", "/v1/budget", "period=2026-13"),
    ("", "/v1/publications", "community_id=x"),
    ("张三", "/v1/orders", "cursor=" + "A" * 3000),
]


@pytest.mark.parametrize(("sender", "path", "query"), QUERIES, ids=[f"{p[1]}?{p[2][:40]}" for p in QUERIES])
def test_an_invalid_query_is_refused(clients: dict[str, ApiClient], sender: str, path: str, query: str) -> None:
    _assert_refused(clients[sender].send("GET", f"{path}?{query}"), 422, query)


def _sender(client: ApiClient, path: str) -> Callable[[Json], httpx.Response]:
    def send(form: Json) -> httpx.Response:
        body = json.dumps(form)  # escaped to ASCII, so that lone surrogates can be sent
        headers = {"Idempotency-Key": f"bad {hash(body)}", "Content-Type": "application/json"}
        return client.send("POST", path, content=body, headers=headers)

    return send


def _assert_refused(answer: httpx.Response, status: int, what: str) -> None:
    assert answer.status_code == status, f"{what}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json", what
    problem = answer.json()
    assert problem["code"], what
    assert problem["request_id"] == answer.headers["request-id"], what
    assert problem["status"] == answer.status_code < 500, what


def _with_person_ids(text: str, community: Community) -> str:
    for name, id in community.person_ids.items():
        text = text.replace("{" + name + "}", id)
    return text
