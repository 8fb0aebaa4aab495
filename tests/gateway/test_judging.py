"""Reviews, months, published lists and objections at the door (R12–R16)."""

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

REVIEW = {
    "id": "rev_1",
    "origin": "claim",
    "source_id": "clm_1",
    "book": "household",
    "person_id": "per_li",
    "household_id": "hou_1",
    "courtyard_id": "cty_1",
    "day": "2026-11-03",
    "item": "cleanup",
    "category": "living_environment",
    "points": 5,
    "period": "2026-11",
    "stage": "first",
    "level": "head",
    "flagged": False,
    "system_made": False,
    "endorsed_by_id": None,
    "opened_at": "2026-11-03T04:00:00+00:00",
    "changed_at": "2026-11-03T04:00:00+00:00",
    "waiting_days": 2,
    "overdue": False,
}
LINE = {name: REVIEW[name] for name in ("origin", "courtyard_id", "day", "item", "category", "book", "points")} | {
    "id": "ent_1",
    "person_id": "per_li",
    "courtyard_number": 12,
    "position": 1,
    "state": "published",
    "current_points": 2,
    "objections": [],
    "corrections": [],
}
PUBLICATION = {
    "id": "pub_1",
    "community_id": "com_1",
    "period": "2026-11",
    "state": "published",
    "entries": 1,
    "points": 5,
    "masked": True,
    "published_at": "2026-11-23T04:00:00+00:00",
    "window_closes_at": "2026-11-28T04:00:00+00:00",
    "settled_at": None,
    "ledger_root": "9f2c" * 16,
    "ledger_block": 7,
}


def names(ids, masked):
    return dict.fromkeys(ids, "李*" if masked else "李四")


def test_a_judge_sees_names_and_the_claimants_words_beside_the_case(client, services, sign_in):
    services.answer("review", "list_reviews", {"data": [REVIEW], "next_cursor": None})
    services.answer("claims", "summaries", {"clm_1": {"title": "参加环境卫生整治", "cause": "清理垃圾"}})
    services.answer("registry", "names", names)

    reply = client.get("/v1/reviews?stage=first", headers=sign_in())

    assert reply.status_code == 200
    [row] = reply.json["data"]
    assert (row["person_name"], row["claim"]["cause"]) == ("李四", "清理垃圾")
    assert reply.json["has_more"] is False


def test_what_is_overdue_is_asked_for_by_a_word(client, services, sign_in):
    late = REVIEW | {"overdue": True, "waiting_days": 5}
    services.answer("review", "list_overdue_reviews", {"data": [late], "next_cursor": None})
    services.answer("claims", "summaries", {})
    services.answer("registry", "names", names)

    [row] = client.get("/v1/reviews?overdue=true", headers=sign_in()).json["data"]
    refused = client.get("/v1/reviews?overdue=true&stage=final", headers=sign_in())

    assert (row["waiting_days"], row["overdue"]) == (5, True)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/stage")


def test_one_or_two_thousand_are_decided_and_not_one_more(client, services, sign_in):
    services.perform("review", "decide_many", {"data": []})
    said = [{"review_id": f"rev_{number}", "decision": "approve"} for number in range(2001)]

    assert client.post("/v1/reviews/decisions", json={"decisions": said[:2000]}, headers=sign_in()).status_code == 200
    refused = client.post("/v1/reviews/decisions", json={"decisions": said}, headers=sign_in())

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/decisions"


def test_a_decision_of_another_word_is_refused_at_the_door(client, sign_in):
    reply = client.post("/v1/reviews/rev_1/decision", json={"decision": "perhaps"}, headers=sign_in())

    assert (reply.status_code, reply.json["errors"][0]["pointer"]) == (422, "/decision")


def test_a_published_list_is_for_everybody_with_masked_names_and_no_ids_of_people(client, services):
    services.answer("review", "get_publication", PUBLICATION | {"data": [LINE], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "names", names)

    [line] = client.get("/v1/publications/pub_1").json["data"]
    sheet = client.get("/v1/publications/pub_1?format=xlsx")

    assert (line["person_name"], line["item_title"]) == ("李*", "参加环境卫生整治")
    assert "person_id" not in line
    heading, row = load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True)
    assert heading[:4] == ("序号", "院落", "姓名", "日期")
    assert row == (1, 12, "李*", "2026-11-03", "人居环境", "参加环境卫生整治", 5, 2, "公示中")


def test_a_list_is_printed_for_the_notice_board_with_its_dates_and_the_ledgers_seal(client, services):
    corrected = LINE | {"id": "ent_2", "position": 2, "courtyard_number": 13, "state": "frozen"}
    services.answer("review", "get_publication", PUBLICATION | {"data": [LINE, corrected], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "names", names)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    asked = client.get("/v1/publications/pub_1?format=pdf")
    by_header = client.get("/v1/publications/pub_1", headers={"Accept": "application/pdf"})
    as_json = client.get("/v1/publications/pub_1", headers={"Accept": "application/json"})

    assert asked.mimetype == by_header.mimetype == "application/pdf"
    assert as_json.json["id"] == "pub_1"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(asked.data)).pages).replace(" ", "")
    for shown in ("昌宁社区积分公示", "2026年11月28日12:00", "12号院", "13号院", "李*", "更正为2分", "异议处理中"):
        assert shown in text
    assert "第1页，共1页" in text
    assert "9f2c" * 16 in text.replace("\n", "")


def test_a_list_too_long_for_paper_is_offered_as_a_sheet(client, services):
    long = PUBLICATION | {"entries": 4_001, "data": [LINE], "next_cursor": None}
    services.answer("review", "get_publication", long)
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "names", names)

    refused = client.get("/v1/publications/pub_1?format=pdf")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/format")
    assert client.get("/v1/publications/pub_1?format=xlsx").status_code == 200


def test_a_long_list_is_printed_in_parts_each_with_its_number_and_the_ledgers_seal(client, services):
    asked = []

    def get_publication(publication_id, courtyard_id, limit, cursor):
        asked.append((courtyard_id, limit, cursor))
        first = int(cursor) + 1
        data = [LINE | {"position": number} for number in range(first, min(first + limit, 4_502))]
        return PUBLICATION | {"entries": 4_501, "data": data, "next_cursor": None}

    services.answer("review", "get_publication", get_publication)
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "names", names)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    paper = client.get("/v1/publications/pub_1?format=pdf&part=5")
    behind = client.get("/v1/publications/pub_1?format=pdf&part=6")

    assert asked == [(None, 1_000, "4000"), (None, 1_000, "5000")]
    pages = [page.extract_text().replace(" ", "") for page in PdfReader(io.BytesIO(paper.data)).pages]
    assert "第5册，共5册" in pages[0]
    assert "其中501条" in pages[0]
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in text
        assert f"总账第7块{'9f2c' * 16}" in text
    assert "4501" in pages[-1]
    assert (behind.status_code, behind.json["errors"][0]["pointer"], behind.json["facts"]["parts"]) == (422, "/part", 5)


def test_a_courtyards_own_notice_board_gets_its_own_lines(client, services):
    services.answer("review", "get_publication", PUBLICATION | {"entries": 4_001, "data": [LINE], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "names", names)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    paper = client.get("/v1/publications/pub_1?format=pdf&courtyard_id=cty_12")

    text = PdfReader(io.BytesIO(paper.data)).pages[0].extract_text().replace(" ", "")
    assert "12号院" in text
    assert "其中1条" in text
    assert services.calls[0].kwargs["courtyard_id"] == "cty_12"


@pytest.mark.parametrize("query", ["part=1", "part=1&format=xlsx", "part=1&format=pdf&courtyard_id=cty_12"])
def test_parts_are_of_the_whole_list_and_on_paper(client, services, query):
    refused = client.get(f"/v1/publications/pub_1?{query}")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/part")
    assert services.calls == []


def test_an_objection_says_what_it_objects_to_and_why(client, services, sign_in):
    for wrong in (
        {},
        {"entry_id": "ent_1"},
        {"entry_id": "pub_1", "reason": "?"},
        {"entry_id": "ent_1", "reason": " "},
    ):
        assert client.post("/v1/objections", json=wrong, headers=sign_in()).status_code == 422
    assert client.post("/v1/objections", json={"entry_id": "ent_1", "reason": "未参加"}).status_code == 401
    assert services.calls == []
