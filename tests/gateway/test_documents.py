"""PDFs and workbooks are made in processes with limits, and never keep other requests waiting."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from contracts.errors import DocumentTooLarge
from gateway.documents.pool import DocumentPool
from gateway.documents.sheets import Sheet
from gateway.processes.pool import ProcessLimits
from tests.gateway.conftest import Services
from tests.gateway.test_reviews import LINE, PUBLICATION, labels

CARD = {"title": "户码卡", "community_name": "昌宁社区", "household_code": "03-012-2", "row": 3, "courtyard_number": 12}
CARD |= {"since": "2026-11-03", "card_code": "7K3M", "qr": "<svg xmlns='http://www.w3.org/2000/svg'/>"}
SHEET: Sheet = {"name": "台账", "headings": ["姓名"], "days": [], "lines": 0}


def pool(**limits: int) -> DocumentPool:
    given = {"memory_mb": 600, "cpu_seconds": 30, "seconds": 60, "file_mb": 64} | limits
    return DocumentPool(ProcessLimits(**given), size=1, queue=1, wait_seconds=60, font_folder="")


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("context")
def test_a_document_beyond_a_limit_is_refused_and_the_next_is_made() -> None:
    tried = pool(cpu_seconds=1)
    with pytest.raises(DocumentTooLarge):
        tried.workbook([(SHEET, (["张三"] for _ in range(400_000)))])
    assert tried.pdf("card", CARD).startswith(b"%PDF")


@pytest.mark.usefixtures("context")
def test_a_public_document_is_made_once_for_equal_data_and_a_private_one_each_time() -> None:
    tried = pool()
    made = [tried.pdf("card", CARD, keep=keep) for keep in (True, True, False)]
    assert made[0] is made[1]
    assert made[0] is not made[2]


@pytest.fixture
def full(app: Flask) -> Iterator[None]:
    """Take every place of the documents, as requests do that collect what they print."""
    documents: DocumentPool = app.extensions["documents"]
    proceed = threading.Event()
    entered = threading.Semaphore(0)

    def hold() -> None:
        with app.app_context(), documents.slot():
            entered.release()
            assert proceed.wait(60)
            assert g.document_slot

    app.extensions["documents"] = documents = pool()
    with ThreadPoolExecutor(2) as threads:
        threads.submit(hold)
        assert entered.acquire(timeout=10)
        waiting = threads.submit(hold)
        while documents.processes._admitted._value:  # until the second waits
            threading.Event().wait(0.01)
        yield
        proceed.set()
        waiting.result()


@pytest.fixture
def published(services: Services) -> None:
    services.answer("review", "get_publication", PUBLICATION | {"data": [LINE], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)
    services.answer("registry", "get_community", {"id": "com_changning", "name": "昌宁社区"})


@pytest.mark.usefixtures("full", "published")
def test_a_document_for_which_there_is_no_place_is_503_and_everything_else_answers(client: FlaskClient) -> None:
    refused = client.get("/v1/publications/pub_1?format=pdf")
    assert (refused.status_code, refused.get_json()["code"]) == (503, "documents_busy")
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.get("/v1/publications/pub_1").status_code == 200
    assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "queries",
    [
        ("format=pdf", "format=pdf&limit=7", "limit=100&format=pdf&print=large"),
        ("format=xlsx", "format=xlsx&print=compact"),
        ("", "limit=20", "limit=020", "format=json"),
        ("limit=7&format=json", "limit=7", "format=json&limit=7", "limit=07"),
    ],
)
def test_requests_for_the_same_answer_cost_one_call(
    client: FlaskClient, services: Services, queries: tuple[str, ...]
) -> None:
    answers = [client.get(f"/v1/publications/pub_1?{query}") for query in queries]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert sum(call.method == "get_publication" for call in services.calls) == 1


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("query", ["limit=0", "part=0&format=pdf", "colour=red", "format=docx", "limit=5&limit=5"])
def test_invalid_parameters_are_refused_before_cache_and_services(
    client: FlaskClient, services: Services, query: str
) -> None:
    kept: Any = client.application.extensions["public"]
    before = len(kept._entries)
    assert client.get(f"/v1/publications/pub_1?{query}").status_code == 422
    assert len(kept._entries) == before
    assert not services.calls


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_an_answer_from_memory_is_for_allowed_hosts_only(client: FlaskClient, host: str) -> None:
    path = "/v1/publications/pub_1"
    assert client.get(path).status_code == 200
    assert client.get(path, headers={"Host": host}).status_code == 400
