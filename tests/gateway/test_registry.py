"""Resources of the registry: the gateway hashes passwords, generates codes and reads roster files."""

import dataclasses
import io
from datetime import datetime

import pypdf
import pytest
from openpyxl import Workbook, load_workbook

from contracts import cards
from contracts.errors import RosterInvalid
from gateway.security import passwords
from gateway.spreadsheets.uploads import read_sheets
from gateway.spreadsheets.xlsx import MEDIA_TYPE
from tabular import Sheet

RESIDENT = {
    "id": "per_1",
    "name": "张三",
    "phone_masked": None,
    "birth_year": None,
    "household_id": None,
    "household_code": None,
    "tenure": None,
    "away": None,
    "since": None,
    "courtyard_id": None,
    "courtyard_number": None,
    "grid_id": None,
}


COLUMNS = [
    {"heading": "姓名", "synonyms": ["名字"], "required": True, "example": "张三"},
    {"heading": "入住日期", "synonyms": [], "required": False, "example": "2024-03-01"},
]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_the_registry_gets_a_hash_instead_of_the_password(client, services, sign_in):
    services.perform("registry", "register_resident", RESIDENT)
    form = {"name": "张三", "phone": "13800000001", "password": "long enough"}

    assert client.post("/v1/residents", json=form, headers=sign_in("per_chen")).status_code == 201

    sent = services.calls[-1].kwargs
    assert "long enough" not in str(sent)
    assert passwords.verify_password("long enough", sent["password_hash"])


def test_a_founded_committee_person_has_a_password_hash(client, services, sign_in):
    founded = {"id": "com_1", "name": "昌宁社区", "district": None, "committee_person_id": "per_1"}
    services.perform("registry", "found_community", founded)
    committee = {"name": "何", "phone": "13800000001", "password": "long enough"}

    answer = client.post(
        "/v1/communities", json={"name": "昌宁社区", "committee": committee}, headers=sign_in("per_chen")
    )

    assert (answer.status_code, answer.json) == (201, founded)
    assert set(services.calls[-1].kwargs["committee"]) == {"name", "phone", "password_hash"}


def test_a_correction_passes_on_only_the_given_fields(client, services, sign_in):
    services.perform("registry", "correct_resident", RESIDENT)

    client.put("/v1/residents/per_1", json={"phone": None}, headers=sign_in("per_chen"))

    assert {"actor", "resident_id", "phone"} == set(services.calls[-1].kwargs)


def test_an_invitation_code_is_returned_and_stored_encrypted_with_the_idempotency_key(client, services, sign_in):
    services.perform("registry", "invite_resident", {"resident_id": "per_1", "expires_at": "2026-11-30T00:00:00Z"})

    answer = client.post("/v1/residents/per_1/invitations", headers=sign_in("per_chen") | {"Idempotency-Key": "k"})

    sent = services.calls[-1]
    assert answer.json["invite_code"] == sent.kwargs["code"]
    assert sent.context["idempotency"]["key"] == "k"
    assert sent.kwargs["code"] not in sent.kwargs["sealed"]


@pytest.mark.parametrize("to", [{}, {"courtyard_id": "cty_1", "household_id": "hou_1"}, {"left_community": False}])
def test_a_move_has_one_destination(client, sign_in, to):
    answer = client.post("/v1/residents/per_1/moves", json={"on": "2026-11-20", "to": to}, headers=sign_in("per_chen"))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith("/to")


@pytest.mark.parametrize(
    ("query", "method"), [("", "import_roster"), ("?dry_run=false", "import_roster"), ("?dry_run=true", "check_roster")]
)
def test_a_roster_file_is_passed_on_as_rows(client, services, sign_in, query, method):
    counts = dict.fromkeys(("lines", "grids", "courtyards", "households", "residents", "heads"), 0)
    report = counts | {"errors": [], "notes": []}
    services.perform("registry", "import_roster", report)
    services.answer("registry", "check_roster", report)
    services.answer("registry", "roster_columns", COLUMNS)
    file = workbook(["姓名", "入住日期"], ["张三", datetime(2024, 3, 1)])

    answer = client.post(
        f"/v1/rosters{query}", data={"file": (io.BytesIO(file), "r.xlsx")}, headers=sign_in("per_chen")
    )

    assert (answer.status_code, answer.json) == (200, report | {"columns": ["姓名", "入住日期"], "flawed_lines": []})
    assert services.calls[-1].method == method
    assert services.calls[-1].kwargs["columns"] == ["姓名", "入住日期"]
    assert services.calls[-1].kwargs["rows"] == [["张三", "2024-03-01"]]
    assert services.calls[-1].kwargs["first_row"] == 2


def test_a_title_above_the_roster_is_passed_over_and_rows_keep_their_numbers(client, services, sign_in):
    services.answer("registry", "roster_columns", COLUMNS)
    services.perform("registry", "import_roster", {"errors": [], "notes": []})
    file = workbook(["长安社区花名册"], [], ["名 字*", "备注"], ["张三", "x"])

    client.post("/v1/rosters", data={"file": (io.BytesIO(file), "r.xlsx")}, headers=sign_in("per_chen"))

    given = services.calls[-1].kwargs
    assert (given["columns"], given["rows"], given["first_row"]) == (["姓名", "备注"], [["张三", "x"]], 4)


def test_a_report_has_the_lines_whose_cells_are_wrong(client, services, sign_in):
    flaw = {"row": 3, "column": "入住日期", "cell": "B3", "detail": "应为日期"}
    counts = dict.fromkeys(("lines", "grids", "courtyards", "households", "residents", "heads"), 0)
    services.answer("registry", "check_roster", counts | {"errors": [flaw, flaw], "notes": []})
    services.answer("registry", "roster_columns", COLUMNS)
    file = workbook(["姓名", "入住日期"], ["张三", "2024-03-01"], ["李四", "昨天"])

    answer = client.post(
        "/v1/rosters?dry_run=true", data={"file": (io.BytesIO(file), "r.xlsx")}, headers=sign_in("per_chen")
    )

    assert answer.json["columns"] == ["姓名", "入住日期"]
    assert answer.json["flawed_lines"] == [{"row": 3, "cells": ["李四", "昨天"]}]


def test_the_template_has_every_column_with_an_example(client, services, sign_in):
    services.answer("registry", "roster_columns", COLUMNS[:1])

    answer = client.get("/v1/rosters/template", headers=sign_in("per_chen"))

    assert answer.mimetype == MEDIA_TYPE
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert list(sheet.values) == [("姓名",), ("张三",)]


def test_numbers_stay_whole_and_empty_rows_stay_in_place(decoding):
    file = workbook(["手机号", "院落号"], [13800000001, 12.0], [None, None], ["1", True], [None])

    assert read_sheets("roster", file, decoding) == [
        Sheet("Sheet", [["手机号", "院落号"], [13800000001, 12], [], ["1", True]])
    ]


def test_every_sheet_is_read_and_merged_cells_are_filled_downwards(decoding):
    book = Workbook()
    book.active.append(["请按说明填写"])
    sheet = book.create_sheet("名单")
    for row in (["户号", "姓名"], ["1", "张三"], [None, "李四"], ["2", "王五"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)

    assert read_sheets("roster", file.getvalue(), decoding)[1] == Sheet(
        "名单", [["户号", "姓名"], ["1", "张三"], ["1", "李四"], ["2", "王五"]]
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_text_file_is_read_in_any_usual_form(encoding, separator, line_end, decoding):
    text = line_end.join([f"姓名{separator}户号", f"张三{separator}1", ""])

    assert read_sheets("roster", text.encode(encoding), decoding) == [Sheet("", [["姓名", "户号"], ["张三", "1"]])]


def test_a_cell_may_be_longer_than_the_csv_modules_limit(decoding):
    (sheet,) = read_sheets("roster", f"姓名,户号\n{'长' * 140_000},1\n".encode(), decoding)

    assert (len(sheet.rows[1][0]), sheet.rows[1][1]) == (200, "1")


@pytest.mark.parametrize("content", [b"", b"PK not a workbook", b'"open', b"\n" * 3, b"a\n" * 20_030])
def test_a_file_that_is_not_a_table_is_refused(content, decoding):
    with pytest.raises(RosterInvalid):
        read_sheets("roster", content, decoding)


def test_a_new_card_returns_its_pin_and_passes_it_on_only_hashed_or_encrypted(client, services, sign_in):
    issued = {"household_id": "hou_1", "since": "2026-11-20", "issued_by_id": "per_wang"}
    services.perform("registry", "issue_card", issued)

    answer = client.post("/v1/households/hou_1/cards", headers=sign_in("per_wang") | {"Idempotency-Key": "k"})

    assert answer.status_code == 201
    sent = services.calls[-1]
    code = cards.normalize(answer.json["card_code"])
    assert code == sent.kwargs["code"]
    assert passwords.verify_password(cards.pin_secret(code, answer.json["pin"]), sent.kwargs["pin_hash"])
    assert "pin" not in sent.kwargs
    assert answer.json["pin"] not in sent.kwargs["sealed"]


def test_a_card_is_printed_with_its_code_and_without_a_pin(client, services, sign_in):
    card = {"community_name": "昌宁社区", "household_code": "02-012-2", "since": "2026-11-20", "row": None}
    services.answer("registry", "printed_card", card | {"courtyard_number": None, "code": "7K3M9QRTXW2EH5NA4BCD"})

    answer = client.get("/v1/households/hou_1/card.pdf", headers=sign_in("per_wang"))

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    [page] = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert "7K3M-9QRT-XW2E-H5NA-4BCD" in page.extract_text()


@pytest.mark.parametrize("name", ["\u200b", "张\u202e三", "张\n三", "\ue000", "王\u2066五"])
def test_a_name_with_what_cannot_be_seen_is_refused_by_its_place(client, sign_in, name):
    answer = client.put("/v1/residents/per_1", json={"name": name}, headers=sign_in("per_chen"))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/name")
    assert "个字符是" in answer.json["errors"][0]["detail"]


def test_names_and_phone_numbers_are_passed_on_in_one_spelling(client, services, sign_in):
    services.perform("registry", "correct_resident", lambda **given: {})

    client.put(
        "/v1/residents/per_1",
        json={"name": " 阿卜杜拉 • 买买提", "phone": "+86 139-0000-0001"},
        headers=sign_in("per_chen"),
    )

    given = services.calls[-1].kwargs
    assert (given["name"], given["phone"]) == ("阿卜杜拉·买买提", "13900000001")


def test_the_publicity_report_lists_names_that_cannot_be_printed(client, services, sign_in, app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], font_folder=""))
    lines = [{"person_id": person, "courtyard_id": "cty_1", "lines": 1} for person in ("per_li", "per_long")]
    report = {"lines": 2, "residents": 40, "masked": True, "day": "2026-11-30", "options": []}
    services.answer("review", "list_lines_of_people", lines)
    services.answer("registry", "publicity_report", report)
    services.answer("registry", "names", {"per_li": "李四", "per_long": "龙𪚥"})

    shown = client.get("/v1/communities/com_changning/publicity-report?period=2026-11", headers=sign_in()).json

    assert shown["unprintable_names"] == [{"person_id": "per_long", "person_name": "龙𪚥", "characters": "𪚥"}]
