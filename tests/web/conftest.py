"""The pages with an API that answers from samples, which must be answers of the contract."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from tests.web import samples
from web import clock
from web.app import create_app
from web.settings import WebSettings

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
COMMUNITY = {
    "id": "com_1",
    "name": "昌宁社区",
    "district": "离石区",
    "office_exceptions": [],
    "announced_settings": [],
}
PUBLICATION = {
    "id": "pub_1",
    "community_id": "com_1",
    "period": "2026-10",
    "state": "published",
    "entries": 2,
    "points": 8,
    "masked": True,
    "public_place": "row",
    "public_deed": "item",
    "public_min_residents": 5,
    "published_at": "2026-11-03T01:00:00Z",
    "window_closes_at": "2099-11-08T01:00:00Z",
    "settled_at": None,
    "ledger_root": None,
    "ledger_block": None,
}
OBJECTION = {"id": "obj_1", "outcome": "upheld", "raised_at": "2026-11-03T02:00:00Z"}
OBJECTION |= {"ruled_at": "2026-11-04T02:00:00Z", "ruling_reason": "只到了一半"}
CORRECTION = {"id": "cor_1", "entry_id": "ent_1", "points": -2, "corrected_to": 3, "reason": "只到了一半"}
CORRECTION |= {"objection_id": "obj_1", "at": "2026-11-04T02:00:00Z"}
LINE = {
    "id": "ent_1",
    "position": 1,
    "person_name": "李*",
    "row": 3,
    "courtyard_id": None,
    "courtyard_number": None,
    "day": "2026-10-05",
    "item": "cleanup",
    "item_title": "参加环境卫生整治",
    "category": "living_environment",
    "points": 5,
    "current_points": 3,
    "state": "frozen",
    "objections": [OBJECTION],
    "corrections": [CORRECTION],
}
PLACE = {"rank": 1, "points": 40, "person_name": "张*", "row": 2, "courtyard_id": None, "number": None}
COURTYARD = {"rank": 1, "points": 9, "head_name": "王*", "courtyard_id": "cty_12", "number": 12}
ROUND = {"id": "ins_1", "period": "2026-10", "checklist_version": 1, "state": "closed"}
ROUND |= {"opened_at": "2026-10-02T01:00:00Z", "closed_at": "2026-10-05T01:00:00Z"}
ROUND_PLACE = {
    "courtyard_id": "cty_12",
    "number": 12,
    "head_name": "王*",
    "score": 96.5,
    "rank": 1,
    "points": 10,
    "listed": "red",
    "rectification": {"state": "passed", "due": "2026-10-20", "overdue": False, "score": 98.0},
}


CALENDAR = [
    {"kind": "inspection", "id": "ins_1", "period": "2026-10", "starts_on": "2026-10-02", "ends_on": "2026-10-05"}
    | {"planned": False, "title": None},
    {"kind": "objections", "id": "pub_1", "period": "2026-10", "starts_on": "2026-11-03", "ends_on": "2099-11-08"}
    | {"planned": False, "title": None},
    {"kind": "publication", "id": None, "period": "2099-10", "starts_on": "2099-11-05", "ends_on": "2099-11-05"}
    | {"planned": True, "title": None},
    {"kind": "activity", "id": "atv_1", "period": "2099-12", "starts_on": "2099-12-01", "ends_on": "2099-12-01"}
    | {"planned": False, "title": "清理河道"},
]


ACTIVITY: dict[str, Any] = {
    "id": "atv_1",
    "community_id": "com_1",
    "title": "清理河道",
    "kind": "volunteering",
    "description": "带手套",
    "place": "小河边",
    "starts_at": "2099-12-01T00:30:00Z",
    "ends_at": "2099-12-01T02:30:00Z",
    "closes_at": "2099-11-30T00:30:00Z",
    "offers_end_at": "2099-12-01T00:30:00Z",
    "places": 20,
    "taken": 20,
    "waiting": 3,
    "entered": 0,
    "most_party": 2,
    "allocation": "first_come",
    "offer_hours": 24,
    "phase": "open",
    "cancel_reason": "",
    "item": None,
    "version": 2,
}


POST: dict[str, Any] = {
    "id": "pst_1",
    "community_id": "com_1",
    "author_name": "张*",
    "author_place": "3 排",
    "kind": "suggestion",
    "title": "路灯不亮",
    "text": "3 排路口的灯坏了一周",
    "pictures": 1,
    "shared_at": "2026-11-03T02:00:00Z",
    "stage": "received",
    "reply_due_at": "2026-11-10T02:00:00Z",
    "overdue": True,
    "comments": 1,
    "course": [{"step": "received", "at": "2026-11-04T02:00:00Z", "reason": "已转路灯班"}],
}
ANNOUNCEMENT = {"id": "ann_1", "kind": "notice", "title": "停水通知", "text": "周六上午停水", "urgent": True}
ANNOUNCEMENT |= {"sent_at": "2026-11-05T02:00:00Z", "corrects_id": None}
COMMENT = {"id": "cmt_1", "author_name": None, "author_place": "", "text": "我家门口也是", "at": "2026-11-04T03:00:00Z"}


def board(category: str | None = None) -> dict[str, Any]:
    return {"period": "2026-10", "category": category, "data": [PLACE], "has_more": False, "next_cursor": None}


class Api:
    """Answers by path; a test changes `answers`. `requests` are those received."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        listed: dict[str, Any] = {"has_more": False, "next_cursor": None}
        self.answers: dict[str, Any] = {
            "/v1/directory": {"data": [COMMUNITY], **listed},
            "/v1/communities/com_1": COMMUNITY,
            "/v1/publications": {"data": [PUBLICATION], **listed},
            "/v1/publications/pub_1": PUBLICATION | {"data": [LINE], "has_more": True, "next_cursor": "next"},
            "/v1/rankings": {"data": [ROUND], **listed},
            "/v1/inspections/ins_1/ranking": ROUND | {"community_id": "com_1", "ranking": [ROUND_PLACE]},
            "/v1/communities/com_1/calendar": {"first": "2026-10-01", "last": "2099-12-31", "data": CALENDAR},
            "/v1/notice-board/announcements": {"data": [ANNOUNCEMENT], **listed},
            "/v1/posts": {"data": [POST], **listed},
            "/v1/posts/pst_1": POST,
            "/v1/posts/pst_1/comments": {"data": [COMMENT], **listed},
            "/v1/calendar/activities": {"data": [ACTIVITY], **listed},
            "/v1/calendar/activities/atv_1": ACTIVITY,
            **{f"/v1/boards/{kind}": board() for kind in ("households", "residents")},
            "/v1/boards/courtyards": board() | {"data": [COURTYARD]},
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        method, path = request.method, request.url.path
        answer = self.answers.get(path if method == "GET" else f"{method} {path}")
        operation = _operation(method, path)
        _validate_query(operation, request)
        if request.headers.get("Content-Type") == "application/json":
            _validate(operation["requestBody"], json.loads(request.content))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        if answer is None:
            return httpx.Response(404, json={"detail": "没有找到"})
        status, response = next((code, each) for code, each in operation["responses"].items() if code.startswith("2"))
        if status == "204":
            return httpx.Response(204)
        _validate(response, answer)
        return httpx.Response(int(status), content=json.dumps(answer))

    def sent(self, method: str, path: str) -> list[Any]:
        """Return the bodies of the requests of a path."""
        return [
            json.loads(each.content or b"null")
            for each in self.requests
            if (each.method, each.url.path) == (method, path)
        ]


def _operation(method: str, path: str) -> dict[str, Any]:
    """Return the operation of a path as the contract describes it. Raise LookupError for one that it lacks."""
    plain_first = sorted(CONTRACT["paths"].items(), key=lambda item: item[0].count("{"))
    for template, operations in plain_first:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations:
            operation: dict[str, Any] = operations[method.lower()]
            return operation
    raise LookupError(f"the API has no {method} {path}")


def _validate_query(operation: dict[str, Any], request: httpx.Request) -> None:
    """Raise a ValidationError unless the operation has every parameter of the address, within its bounds."""
    declared = {each["name"]: each["schema"] for each in operation.get("parameters", ()) if each.get("in") == "query"}
    sent = dict(request.url.params)
    assert sent.keys() <= declared.keys(), f"{request.url} has parameters that the API does not know"
    for name, value in sent.items():
        _validator(declared[name]).validate(_parsed(declared[name], value))


def _parsed(schema: dict[str, Any], value: str) -> Any:
    """Return a parameter's value as its schema describes it."""
    if schema.get("type") == "integer":
        return int(value)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}[value]
    return value.split(",") if schema.get("type") == "array" else value


def _validate(described: dict[str, Any], content: Any) -> None:
    """Raise a ValidationError unless the request or response that is described may have this content."""
    if "$ref" in described:
        described = CONTRACT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    schema = described["content"]["application/json"]["schema"]
    _validator(schema).validate(content)


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema | {"components": CONTRACT["components"]})


def problem(status: int, code: str, detail: str = "不行", **errors: str) -> httpx.Response:
    """Return a refusal of the API; `errors` are details by field."""
    body = {"title": code, "status": status, "detail": detail, "code": code}
    body["errors"] = [{"pointer": f"/{name}", "detail": text} for name, text in errors.items()]
    return httpx.Response(status, json=body)


class Desk:
    """A browser at the desk, whose forms are the ones that its pages hold."""

    def __init__(self, client: FlaskClient, api: Api) -> None:
        self.client, self.api = client, api

    def sign_in(self, *roles: str, **session: Any) -> None:
        """Sign in with roles; `session` changes what the platform answers to it."""
        self.api.answers["/v1/me"] = samples.me(*roles)
        self.api.answers["/v1/me/home"] = samples.home(*roles)
        self.api.answers["POST /v1/sessions"] = samples.tokens(**session)
        answer = self.post("/desk/sign-in", phone="13800000001", password="correct-horse")
        assert answer.status_code == 303, answer.text

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(
        self, path: str, *, page: str | None = None, files: dict[str, Any] | None = None, **fields: Any
    ) -> TestResponse:
        """Post a form with the token and the key that its page (by default of the same path) shows."""
        shown = self.client.get(page or path).text
        hidden = {name: self._hidden(shown, name) for name in ("csrf_token", "_key")}
        return self.client.post(path, data={**hidden, **fields, **(files or {})})

    @staticmethod
    def _hidden(text: str, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', text)
        return found[1] if found else ""


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Set the pages' clock to a Friday of November 2026: the samples are of that year, and so are shown without it."""
    present = datetime(2026, 11, 20, 12, 0, tzinfo=clock.ZONE)
    monkeypatch.setattr(clock, "now", lambda: present)
    return present


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture(scope="session")
def app() -> Flask:
    """One app for all tests of a process: making one and compiling its templates takes longer than most tests."""
    return create_app(WebSettings())


@pytest.fixture
def pages(app: Flask, api: Api) -> FlaskClient:
    """A browser without cookies; nothing that another test read is kept."""
    app.extensions["api_transport"] = lambda: httpx.MockTransport(api)
    app.extensions["kept_pages"].forget()
    return app.test_client()


@pytest.fixture
def desk(pages: FlaskClient, api: Api) -> Desk:
    return Desk(pages, api)
