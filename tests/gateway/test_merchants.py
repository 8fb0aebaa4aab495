"""Merchants' programs: CSV files of reconciliations, and rate limits (R27)."""

import io
from io import BytesIO

import pytest
from openpyxl import Workbook

from contracts.errors import KeyInvalid
from gateway.app import create_app
from gateway.security import merchant_tokens
from gateway.security.auth import hash_key
from gateway.spreadsheets import xlsx

KEY = {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}
CSV = "日期,merchant_reference,kind,points,at\n1,sale-1,capture,40,2026-11-05T08:30:00+08:00\n2,r-1,refund,-5,\n"
LINES = [
    {"merchant_reference": "sale-1", "kind": "capture", "points": 40, "at": "2026-11-05T00:30:00Z"},
    {"merchant_reference": "r-1", "kind": "refund", "points": -5, "at": None},
]
STORED = {"id": "rcn_1", "period": "2026-11", "made_at": "", "lines": 2, "matched": 2, "missing": [], "extra": []}
STORED |= {"different": [], "points": 35, "statement_points": 35}
HEADERS = {"Authorization": "Bearer sz_test_x", "Idempotency-Key": "1"}
PATH = "/v1/merchant/reconciliations"


@pytest.fixture
def exchange(services):
    services.answer("exchange", "authenticate_key", KEY)
    services.perform("exchange", "reconcile", STORED)
    return services


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_may_have_the_encodings_of_spreadsheets(client, exchange, encoding):
    sheet = {"data": CSV.encode(encoding), "content_type": "text/csv"}
    assert client.post(f"{PATH}?period=2026-11", headers=HEADERS, **sheet).status_code == 201
    assert exchange.calls[-1].kwargs == {"actor": KEY | {"person": None}, "period": "2026-11", "lines": LINES}


def test_the_same_lines_may_come_as_json(client, exchange):
    form = {"period": "2026-11", "lines": [LINES[0], {name: LINES[1][name] for name in LINES[1] if name != "at"}]}
    assert client.post(PATH, headers=HEADERS, json=form).status_code == 201
    assert exchange.calls[-1].kwargs["lines"] == LINES


@pytest.mark.parametrize(
    ("sheet", "query", "pointer"),
    [
        ("merchant_reference,kind,points\nsale-1,capture,many\n", "period=2026-11", "/lines/0/points"),
        ("merchant_reference,kind,points\nsale-1,gift,4\n", "period=2026-11", "/lines/0/kind"),
        ("merchant_reference,kind\nsale-1,capture\n", "period=2026-11", "/lines"),
        ("merchant_reference,kind,points\nsale-1,capture,1,000\n", "period=2026-11", "/lines"),
        ("merchant_reference,kind,points,points\nsale-1,capture,1,1\n", "period=2026-11", "/lines"),
        ("merchant_reference,kind,points\nsale-1,capture,4\n", "", "/period"),
        ("merchant_reference,kind,points\n", "period=2026-11&day=3", "/day"),
    ],
)
def test_errors_in_a_file_have_pointers(client, exchange, sheet, query, pointer):
    answer = client.post(f"{PATH}?{query}", headers=HEADERS, data=sheet, content_type="text/csv")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_file_in_a_form_is_refused_with_how_to_send_it(client, exchange):
    form = {"file": (BytesIO(CSV.encode()), "books.csv")}
    answer = client.post(f"{PATH}?period=2026-11", headers=HEADERS, data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")
    assert "text/csv" in answer.json["detail"]


@pytest.mark.parametrize("rubbish", [b"\xff\xff\xff", b"a\0b"])
def test_a_binary_file_is_refused(client, exchange, rubbish):
    answer = client.post(f"{PATH}?period=2026-11", headers=HEADERS, data=rubbish, content_type="text/csv")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Merchant_Reference;Kind;Points;At", "sale-1;收款;40.00;2026-11-05T08:30:00+08:00"),
        ("流水号\t类型\t积分\t时间", "sale-1\t支付\t40 分\t2026/11/05 08:30:00"),
        ("单号，类型，积分，时间", "sale-1，capture，４０，2026-11-05T00:30:00Z"),
        ("单号,类型,积分,时间", "sale-1,capture,40,46331.354166667"),
    ],
)
def test_a_sale_is_read_as_shops_write_it(client, exchange, head, row):
    sheet = f"十一月对账\r{head}\r{row}\r"
    answer = client.post(f"{PATH}?period=2026-11", headers=HEADERS, data=sheet.encode(), content_type="text/csv")
    assert answer.status_code == 201, answer.json
    assert exchange.calls[-1].kwargs["lines"] == [LINES[0]]


def test_a_workbook_is_read_as_well(client, exchange):
    book = Workbook()
    for row in (["merchant_reference", "kind", "points", "at"], ["r-1", "refund", -5, None]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    answer = client.post(f"{PATH}?period=2026-11", headers=HEADERS, data=file.getvalue(), content_type=xlsx.MEDIA_TYPE)
    assert answer.status_code == 201, answer.json
    assert exchange.calls[-1].kwargs["lines"] == [LINES[1]]


def test_an_error_names_the_cell_and_what_it_holds(client, exchange):
    sheet = "merchant_reference,kind,points\nsale-1,capture,many\n"
    answer = client.post(f"{PATH}?period=2026-11", headers=HEADERS, data=sheet, content_type="text/csv")
    (error,) = answer.json["errors"]
    assert error["cell"] == "C2"
    assert "many" in error["detail"]


def test_each_key_has_its_own_rate_limit_and_its_headers(settings, exchange):
    exchange.answer("exchange", "list_reconciliations", {"data": [], "next_cursor": None})
    client = create_app(settings.copy_with(key_rate_limit="2/minute"), exchange).test_client()
    first = client.get(PATH, headers=HEADERS)
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("2", "1")
    assert 0 <= int(first.headers["RateLimit-Reset"]) <= 61
    client.get(PATH, headers=HEADERS)
    refused = client.get(PATH, headers=HEADERS)
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get(PATH, headers={"Authorization": "Bearer sz_test_another"}).status_code == 200


def test_attempts_with_many_keys_are_limited_by_address(settings, services):
    services.answer("exchange", "authenticate_key", KeyInvalid())
    client = create_app(settings.copy_with(session_rate_limit="3/minute"), services).test_client()
    answers = [client.get(PATH, headers={"Authorization": f"Bearer sz_test_{number}"}) for number in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]


def test_invented_keys_do_not_silence_a_key_that_a_gateway_made_or_that_has_worked(settings, services):
    client = create_app(settings.copy_with(session_rate_limit="3/minute"), services).test_client()
    with client.application.app_context():
        made = merchant_tokens.new_key("test")
    working = {hash_key(key) for key in (made, "sz_test_of_before")}

    def authenticate(key_hash, scopes):
        if key_hash not in working:
            raise KeyInvalid
        return {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}

    def ask(key):
        return client.get(PATH, headers={"Authorization": f"Bearer {key}"}).status_code

    services.answer("exchange", "authenticate_key", authenticate)
    services.answer("exchange", "list_reconciliations", {"data": [], "next_cursor": None})
    assert ask("sz_test_of_before") == 200
    assert [ask(f"sz_live_invented{number}") for number in range(20)][3:] == [429] * 17
    forged = made[:-1] + ("A" if made[-1] != "A" else "B")
    assert [ask(key) for key in (made, "sz_test_of_before", forged)] == [200, 200, 429]
