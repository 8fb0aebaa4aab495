"""The pages with an API that answers from samples, which must be answers of the contract."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

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
            **{f"/v1/boards/{kind}": board() for kind in ("households", "residents")},
            "/v1/boards/courtyards": board() | {"data": [COURTYARD]},
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.get(request.url.path)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        if answer is None:
            return httpx.Response(404, json={"detail": "没有找到"})
        _validate(request.url.path, answer)
        return httpx.Response(200, content=json.dumps(answer))


def _validate(path: str, answer: Any) -> None:
    """Raise a ValidationError unless a GET of the path may answer so."""
    for template, operations in CONTRACT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            response = operations["get"]["responses"]["200"]
            if "$ref" in response:
                response = CONTRACT["components"]["responses"][response["$ref"].rpartition("/")[2]]
            schema = response["content"]["application/json"]["schema"]
            Draft202012Validator(schema | {"components": CONTRACT["components"]}).validate(answer)
            return
    raise LookupError(f"the API has no GET {path}")


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def pages(api: Api) -> FlaskClient:
    return create_app(WebSettings(), lambda: httpx.MockTransport(api)).test_client()
