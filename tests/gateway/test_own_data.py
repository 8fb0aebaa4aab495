"""One's own data over HTTP (R42)."""

import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts.errors import NotFound


def access(number: int, action: str) -> dict[str, Any]:
    return {
        "id": f"acs_{number}",
        "by_id": "per_wang",
        "action": action,
        "subject_id": "evd_1",
        "at": "2026-11-20T01:00:00+00:00",
    }


def test_accesses_of_all_services_are_one_list_by_time(client, services, sign_in):
    services.answer("registry", "names", lambda ids, masked: dict.fromkeys(ids, "王院长"))
    read = [access(number, "record_read") for number in (5, 1)]
    opened = [access(number, "evidence_opened") for number in (4, 3, 2)]

    def pages(rows):
        def page(limit: int, cursor: str | None, **_: Any) -> dict[str, Any]:
            left = [row for row in rows if cursor is None or row["id"] < cursor]
            return {"data": left[:limit], "next_cursor": left[limit - 1]["id"] if len(left) > limit else None}

        return page

    services.answer("registry", "list_accesses", pages(read))
    services.answer("claims", "list_accesses", pages(opened))

    seen, cursor = [], ""
    while True:
        answer = client.get(f"/v1/me/accesses?limit=2{cursor}", headers=sign_in()).json
        seen += answer["data"]
        if not answer["has_more"]:
            break
        cursor = f"&cursor={answer['next_cursor']}"

    assert [each["id"] for each in seen] == [f"acs_{number}" for number in (5, 4, 3, 2, 1)]
    assert seen[0]["by_name"] == "王院长"
    assert client.get("/v1/me/accesses").status_code == 401


EMPTY = {"data": [], "next_cursor": None}


@pytest.fixture
def stored(services, monkeypatch):
    """A person with two claims on two pages, one of them with a picture, and whose other upload is gone."""
    services.answer("registry", "me", {"passbooks": ["hou_1"]})
    services.answer("registry", "own_record", {"id": "per_chen", "name": "=陈", "phone": "13800000001"})
    pages = {None: {"data": [{"id": "clm_1"}], "next_cursor": "clm_1"}, "clm_1": {"data": [{"id": "clm_2"}]}}
    services.answer("claims", "list_claims", lambda cursor, **_: {"next_cursor": None} | pages[cursor])
    services.perform(
        "claims", "get_claim", lambda claim_id, **_: {"id": claim_id, "evidence_ids": ["evd_1"], "timeline": [{}]}
    )
    uploads = [{"id": "evd_1", "origin": {"latitude": 37.5}}, {"id": "evd_2", "origin": None}]
    services.answer("claims", "list_own_uploads", {"data": uploads, "next_cursor": None})
    services.perform(
        "claims",
        "open_evidence",
        lambda evidence_id, **_: {"id": evidence_id, "community_id": "com_1", "media_type": "image/jpeg"},
    )
    others = [{"person_id": "per_chen"}, {"person_id": "per_x"}]
    services.answer("claims", "list_suspensions", {"data": others, "next_cursor": None})
    objections = [{"objector_id": "per_x"}, {"objector_id": "per_chen"}]
    services.answer("review", "list_objections", {"data": objections, "next_cursor": None})
    services.answer("aggregation", "get_passbook", {"account_id": "hou_1", "available": 5})
    for service, method in (
        ("aggregation", "list_passbook_entries"),
        ("exchange", "list_orders"),
        ("exchange", "list_payments"),
        ("exchange", "list_own_honours"),
        ("exchange", "list_priority_checks"),
        ("engagement", "list_own_signups"),
        ("engagement", "list_own_posted_texts"),
        ("engagement", "list_own_attendance"),
        ("engagement", "list_own_courses"),
        ("publicity", "list_inbox"),
        ("registry", "list_accesses"),
        ("claims", "list_accesses"),
    ):
        services.answer(service, method, EMPTY)

    class Files:
        def read(self, community: str, name: str) -> bytes:
            if name == "evd_2":
                raise NotFound
            return b"a picture"

    monkeypatch.setattr("gateway.resources.registry.own_data.file_store", Files)
    return services


def test_an_export_has_everything_of_the_caller_and_nothing_of_others(client, stored, sign_in):
    answer = client.get("/v1/me/export", headers=sign_in())

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert answer.json["record"][0]["phone"] == "13800000001"
    assert [claim["id"] for claim in answer.json["claims"]] == ["clm_1", "clm_2"]
    assert answer.json["suspensions"] == [{"person_id": "per_chen"}]
    assert answer.json["objections"] == [{"objector_id": "per_chen"}]
    assert all(call.kwargs["actor"]["person"] == "per_chen" for call in stored.calls)
    assert client.get("/v1/me/export").status_code == 401


def test_an_export_is_a_workbook_with_a_sheet_a_part(client, stored, sign_in):
    answer = client.get("/v1/me/export?format=xlsx", headers=sign_in())

    book = load_workbook(io.BytesIO(answer.data))
    assert {"record", "claims", "passbooks", "accesses"} <= set(book.sheetnames)
    assert (book["record"]["B2"].value, book["record"]["B2"].data_type) == ("=陈", "s")


def test_an_export_as_zip_has_the_files_that_still_exist(client, stored, sign_in):
    with client.get("/v1/me/export?format=zip", headers=sign_in()) as answer:
        packed = zipfile.ZipFile(io.BytesIO(answer.data))

    assert packed.namelist() == ["data.json", "data.xlsx", "files/evd_1.jpg"]
    assert json.loads(packed.read("data.json"))["uploads"][0]["origin"] == {"latitude": 37.5}
    assert packed.read("files/evd_1.jpg") == b"a picture"


def test_consents_are_recorded_for_oneself_and_for_others(client, services, sign_in):
    row = {"purpose": "photos", "given": False, "by_id": "per_chen", "guardian_id": None, "at": None}
    consents = {"person_id": "per_chen", "guardian_needed": False, "data": [row]}
    services.perform("registry", "record_consent", consents)

    own = client.put("/v1/me/consents/photos", json={"given": False}, headers=sign_in())
    child = client.put(
        "/v1/residents/per_1/consents/scheme", json={"given": True, "guardian_id": "per_chen"}, headers=sign_in()
    )

    assert (own.status_code, own.json["data"][0]["given"], child.status_code) == (200, False, 200)
    assert services.calls[0].kwargs["person_id"] == "per_chen"
    assert (services.calls[1].kwargs["person_id"], services.calls[1].kwargs["guardian_id"]) == ("per_1", "per_chen")
    assert client.put("/v1/me/consents/fame", json={"given": True}, headers=sign_in()).status_code == 404
