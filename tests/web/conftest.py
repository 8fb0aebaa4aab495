"""The pages with an API that answers from samples."""

import json
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient

from web.app import create_app
from web.settings import WebSettings

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
    "published_at": "2026-11-03T01:00:00+00:00",
    "window_closes_at": "2099-11-08T01:00:00+00:00",
}
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
    "objections": [{"state": "open", "ruling": None}],
    "corrections": [],
}
PLACE = {"rank": 1, "points": 40, "person_name": "张*", "head_name": "王*", "row": 2, "number": None}
ROUND_PLACE = {
    "number": 12,
    "head_name": "王*",
    "score": 96.5,
    "rank": 1,
    "points": 10,
    "listed": "red",
    "rectification": {"state": "passed"},
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
            "/v1/rankings": {"data": [{"id": "ins_1", "period": "2026-10"}], **listed},
            "/v1/inspections/ins_1/ranking": {
                "id": "ins_1",
                "community_id": "com_1",
                "period": "2026-10",
                "ranking": [ROUND_PLACE],
            },
            **{f"/v1/boards/{kind}": board() for kind in ("households", "residents")},
            "/v1/boards/courtyards": board() | {"data": [{"rank": 1, "points": 9, "head_name": "王*", "number": 12}]},
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
        return httpx.Response(200, content=json.dumps(answer))


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def pages(api: Api) -> FlaskClient:
    return create_app(WebSettings(), lambda: httpx.MockTransport(api)).test_client()
