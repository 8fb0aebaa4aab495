"""Honours: certificates as PDF, and priorities without points (R26)."""

import io

import pypdf

DECISION = {
    "id": "dec_1",
    "honour_id": "hon_1",
    "honour_name": "文明家庭",
    "kind": "title",
    "subject_kind": "household",
    "list_id": "cnd_1",
    "subject_id": "hou_1",
    "person_id": "per_li",
    "outcome": "granted",
    "reason": "邻里公认",
    "until": "2027-12-31",
    "votes": [{"by_id": "per_chair", "at": "2026-11-03T17:00:00+00:00", "reason": "邻里公认"}],
    "quorum": 1,
    "decided_at": "2026-11-03T17:00:00+00:00",
    "decided_by_id": "per_chair",
    "revoked_at": None,
    "revoked_because": None,
}


def test_a_certificate_names_subject_honour_community_and_local_day(client, services, sign_in):
    services.answer("exchange", "get_certificate", DECISION | {"community_id": "com_changning"})
    services.answer("registry", "names", {"per_li": "李四"})
    services.answer("registry", "get_community", {"id": "com_changning", "name": "昌宁社区"})

    answer = client.get("/v1/honours/hon_1/decisions/dec_1/certificate.pdf", headers=sign_in())

    assert answer.content_type == "application/pdf"
    document = pypdf.PdfReader(io.BytesIO(answer.data))
    [page] = document.pages
    assert document.metadata.title == "荣誉证书：李四家庭「文明家庭」"
    text = page.extract_text().replace(" ", "").replace("\n", "")
    for part in ("李四家庭", "盖章处", "文明家庭", "邻里公认", "昌宁社区", "2026年11月4日", "2027年12月31日"):
        assert part in text


def test_a_priority_check_returns_a_masked_name_and_the_priorities(client, services):
    key = {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}
    services.answer("exchange", "authenticate_key", key)
    services.answer("registry", "names", lambda ids, masked: dict.fromkeys(ids, "李*" if masked else "李四"))
    flag = {"honour_id": "hon_1", "honour_name": "就医优先", "until": None}
    services.perform("exchange", "check_priorities", {"person_id": "per_li", "priorities": [flag]})

    headers = {"Authorization": "Bearer sz_test_x", "Idempotency-Key": "1"}
    answer = client.post("/v1/merchant/priority-checks", json={"code": "87" + "0" * 16}, headers=headers)

    assert (answer.status_code, answer.json) == (201, {"holder": "李*", "priorities": [flag]})
    authenticated = next(call for call in services.calls if call.method == "authenticate_key")
    assert authenticated.kwargs["scopes"] == ["priorities"]


def test_a_priority_code_comes_with_its_qr_code_and_is_not_stored(client, services, sign_in):
    code = {"code": "87" + "1" * 16, "qr": "87" + "1" * 16, "expires_at": "2026-11-03T17:05:00+00:00"}
    services.perform("exchange", "issue_priority_code", code)
    answer = client.post("/v1/me/priority-code", headers=sign_in() | {"Idempotency-Key": "once"})
    assert answer.json["qr_png"].startswith("data:image/png")
    assert "idempotency" not in services.calls[-1].context
