"""One's own data over HTTP (R42)."""

from typing import Any


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
