"""English problems and the version of the API, for merchants' programs (R27)."""

import re
from pathlib import Path

import pytest

from contracts import errors
from gateway.http import english, problems
from gateway.http.request_context import MERCHANT_API_VERSION

PAGE = (Path(__file__).parents[2] / "docs" / "merchants.md").read_text("utf-8")
KEY = {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}
HEADERS = {"Authorization": "Bearer sz_test_x", "Idempotency-Key": "1", "Accept-Language": "en-GB, zh;q=0.5"}
PATH = "/v1/merchant/authorizations/pay_1/capture"


@pytest.fixture
def exchange(services):
    services.answer("exchange", "authenticate_key", KEY)
    return services


def test_every_code_of_the_page_for_merchants_has_an_english_title():
    rows = re.findall(r"^\| \d{3} \| ([^|]+) \|", PAGE, re.MULTILINE)
    codes = {code for row in rows for code in re.findall(r"`(\w+)`", row)}
    assert codes <= english.TITLES.keys()


def test_english_titles_are_of_codes_that_exist():
    assert english.TITLES.keys() <= {code for code, _, _ in problems.error_codes()}


def test_a_merchant_that_asks_for_english_gets_title_and_detail_in_english(client, exchange):
    exchange.perform("exchange", "capture", errors.AmountExceedsHold(facts={"held": 5}))
    answer = client.post(PATH, headers=HEADERS, json={"points": 6})
    assert (answer.json["title"], answer.json["detail"]) == (
        "More points than are held or captured",
        "More points than the 5 that are held",
    )
    assert answer.json["errmsg"] == "金额超过冻结积分"
    assert answer.headers["Content-Language"] == "en"


def test_a_detail_without_its_facts_is_the_title(client, exchange):
    exchange.perform("exchange", "capture", errors.AmountExceedsHold())
    answer = client.post(PATH, headers=HEADERS, json={"points": 6})
    assert answer.json["detail"] == english.TITLES["amount_exceeds_hold"]


def test_errors_of_fields_are_in_english(client, exchange):
    answer = client.post(PATH, headers=HEADERS, json={"points": 0, "tip": 1, "till": ""})
    assert {error["pointer"]: error["detail"] for error in answer.json["errors"]} == {
        "/points": "Must be from 1 to 1000000",
        "/till": "Does not match the pattern",
        "/tip": "Unknown field",
    }


@pytest.mark.parametrize(
    ("books", "wrong"),
    [
        ("a-1,8\n", "No headings found; there must be merchant_reference、kind、points; found “a-1、8”"),
        (
            "merchant_reference,kind,points\na,capture,x\n",
            "Must be a whole number from -1000000000 to 1000000000; found “x”",
        ),
        (
            "merchant_reference,kind,points\na,capture,1,025\n",
            "Without a heading: take the comma out of the number, or quote the cell; found “025”",
        ),
        ("merchant_reference,points\na,25\n", "The column is missing"),
        ("merchant_reference,kind,points,points\na,capture,1,1\n", "The column is there twice"),
    ],
)
def test_what_is_wrong_with_a_cell_of_the_books_is_in_english(client, exchange, books, wrong):
    answer = client.post(
        "/v1/merchant/reconciliations?period=2026-11", headers=HEADERS | {"Content-Type": "text/csv"}, data=books
    )
    assert answer.json["errors"][0]["detail"] == wrong


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"\xff\xfe\xfd", "Not a table: send xlsx, or text"),
        (b'merchant_reference,kind\na,"b"c\n', "Line 2 has an unpaired quote"),
    ],
)
def test_what_is_wrong_with_a_file_of_books_is_in_english(client, exchange, file, said):
    answer = client.post(
        "/v1/merchant/reconciliations?period=2026-11", headers=HEADERS | {"Content-Type": "text/csv"}, data=file
    )
    assert answer.json["detail"].startswith(said)


@pytest.mark.parametrize("language", ["zh-CN,en;q=0.8", "de", "*", ""])
def test_others_get_chinese(client, exchange, language):
    answer = client.post(PATH, headers=HEADERS | {"Accept-Language": language}, json={"points": 0})
    assert (answer.json["title"], answer.headers["Content-Language"]) == ("请求内容不符合规则", "zh")


def test_residents_and_staff_get_chinese_whatever_their_browser_prefers(client):
    answer = client.get("/v1/me", headers={"Accept-Language": "en"})
    assert answer.json["title"] == "请先登录"


def test_every_answer_to_a_merchant_has_the_version_of_the_pages_last_change(client, exchange):
    changes = PAGE.partition("## Changes of the API")[2]
    assert re.findall(r"^- \*\*(\d{4}-\d\d-\d\d)\*\*", changes, re.MULTILINE)[0] == MERCHANT_API_VERSION
    assert client.post(PATH, headers=HEADERS, json={"points": 0}).headers["API-Version"] == MERCHANT_API_VERSION
    assert "API-Version" not in client.get("/v1/me").headers
