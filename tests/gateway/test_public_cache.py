"""Cached public pages, names and paging."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, NotRequired, Protocol, TypedDict

import pytest
from flask.views import MethodView

from contracts import fields
from contracts.errors import Unavailable
from contracts.rpc import query
from gateway.app import create_app
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import PageQuery, page, page_schema
from gateway.person_names import with_person_names
from gateway.rpc import client as rpc_client


class BoardApi(Protocol):
    @query
    def board(self, *, limit: int = 20, cursor: str | None = None, period: str = "") -> Any: ...


aggregation: BoardApi = rpc_client("aggregation", BoardApi)


class Row(TypedDict):
    person_id: str
    person_name: str
    points: int


class BoardQuery(PageQuery):
    period: NotRequired[Annotated[str, fields.Period()]]


@pytest.fixture
def app(settings, services, monkeypatch):
    blp = Blueprint("boards", __name__)

    @blp.route("/v1/boards")
    class Boards(MethodView):
        @publicly_cached(seconds=60)
        @blp.arguments(BoardQuery, location="query")
        @blp.response(200, page_schema(Row))
        def get(self, form):
            answer = page(aggregation.board(**form))
            return answer | {"data": with_person_names(answer["data"], masked=True)}

    monkeypatch.setattr("gateway.app.BLUEPRINTS", [blp])
    services.answer("aggregation", "board", {"data": [{"person_id": "per_1", "points": 5}], "next_cursor": "abc"})
    services.answer("registry", "names", {"per_1": "张*"})
    return create_app(settings, services)


def calls_of(services, method="board"):
    return sum(call.method == method for call in services.calls)


def test_a_page_has_masked_names_and_a_cursor(client, services):
    answer = client.get("/v1/boards?period=2026-11&limit=5")
    assert answer.json["data"] == [{"person_id": "per_1", "person_name": "张*", "points": 5}]
    assert answer.json["has_more"]
    client.get("/v1/boards", query_string={"cursor": answer.json["next_cursor"]})
    assert [call.kwargs["cursor"] for call in services.calls if call.method == "board"] == [None, "abc"]
    assert services.calls[0].kwargs == {"limit": 5, "cursor": None, "period": "2026-11"}
    assert services.calls[1].kwargs == {"ids": ["per_1"], "masked": True}


def test_names_are_cached(client, services):
    for limit in (1, 2, 3):
        client.get(f"/v1/boards?limit={limit}")
    assert (calls_of(services, "board"), calls_of(services, "names")) == (3, 1)


def test_repeated_requests_cost_one_call(client, services):
    answers = [client.get("/v1/boards") for _ in range(5)]
    assert len({answer.data for answer in answers}) == 1
    assert calls_of(services) == 1
    assert answers[0].headers["Cache-Control"] == answers[4].headers["Cache-Control"] == "public, max-age=60"
    ids = [answer.headers["Request-Id"] for answer in answers]
    assert len(set(ids)) == 5


def test_a_cached_response_has_the_same_headers(client):
    first, repeat = client.get("/v1/boards"), client.get("/v1/boards")
    assert dict(first.headers) | {"Request-Id": ""} == dict(repeat.headers) | {"Request-Id": ""}


def test_concurrent_requests_cost_one_call(app, services):
    entered, proceed = threading.Semaphore(0), threading.Event()

    def slow(**query):
        entered.release()
        assert proceed.wait(10)
        return {"data": [], "next_cursor": None}

    services.answer("aggregation", "board", slow)
    with ThreadPoolExecutor(5) as threads:
        answers = [threads.submit(app.test_client().get, "/v1/boards") for _ in range(5)]
        assert entered.acquire(timeout=10)
        proceed.set()
    assert all(answer.result().status_code == 200 for answer in answers)
    assert calls_of(services) == 1


@pytest.mark.parametrize("warm", [False, True])
def test_a_matching_etag_gives_304(client, services, warm):
    etag = client.get("/v1/boards").headers["ETag"]
    if not warm:
        client.application.extensions["public"].__init__(10)
    answer = client.get("/v1/boards", headers={"If-None-Match": f'"other", {etag}'})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)


def test_errors_are_not_cached(client, services):
    services.answer("aggregation", "board", Unavailable())
    assert client.get("/v1/boards").status_code == 503
    services.answer("aggregation", "board", {"data": [], "next_cursor": None})
    assert client.get("/v1/boards").json == {"data": [], "has_more": False, "next_cursor": None}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=many", "/limit"),
        ("colour=red", "/colour"),
        ("period=2026-13", "/period"),
        ("cursor=", "/cursor"),
        (f"cursor={'x' * 501}", "/cursor"),
    ],
)
def test_an_invalid_parameter_is_named_in_the_error(client, query, pointer):
    answer = client.get(f"/v1/boards?{query}")
    assert answer.status_code == 422
    assert [(each["pointer"], each["in"]) for each in answer.json["errors"]] == [(pointer, "query")]
