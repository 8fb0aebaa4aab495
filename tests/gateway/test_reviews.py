"""Reviews, published lists and objections over HTTP (R12–R16)."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from contracts.errors import Unavailable

REVIEW = {
    "id": "rev_1",
    "origin": "claim",
    "source_id": "clm_1",
    "book": "household",
    "person_id": "per_li",
    "household_id": "hou_1",
    "courtyard_id": "cty_1",
    "courtyard_number": 1,
    "day": "2026-11-03",
    "item": "cleanup",
    "category": "living_environment",
    "points": 5,
    "public": True,
    "period": "2026-11",
    "stage": "first",
    "level": "head",
    "flagged": False,
    "system_made": False,
    "endorsed_by_id": None,
    "version": 1,
    "opened_at": "2026-11-03T04:00:00+00:00",
    "changed_at": "2026-11-03T04:00:00+00:00",
    "waiting_days": 2,
    "overdue": False,
}
LINE = {
    name: REVIEW[name] for name in ("origin", "courtyard_id", "day", "item", "category", "book", "points", "public")
} | {
    "id": "ent_1",
    "person_id": "per_li",
    "household_id": "hou_1",
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
    "public_place": "courtyard",
    "public_deed": "item",
    "public_min_residents": 5,
    "published_at": "2026-11-23T04:00:00+00:00",
    "window_closes_at": "2026-11-28T04:00:00+00:00",
    "settled_at": None,
    "ledger_root": "9f2c" * 16,
    "ledger_block": 7,
}


def names(ids, masked):
    return dict.fromkeys(ids, "李*" if masked else "李四")


def labels(subjects, **_):
    """Answer that the courtyard cty_1 has few people, whose lines show no place, and cty_2 enough."""
    numbers = {"cty_2": 12, "cty_3": 13}
    return [
        {
            "name": "李*",
            "place": "courtyard" if subject["courtyard_id"] in numbers else "none",
            "row": 3 if subject["courtyard_id"] in numbers else None,
            "courtyard_id": subject["courtyard_id"] if subject["courtyard_id"] in numbers else None,
            "courtyard_number": numbers.get(subject["courtyard_id"]),
        }
        for subject in subjects
    ]


def test_reviews_are_listed_with_names_and_claim_summaries(client, services, sign_in):
    services.answer("review", "list_reviews", {"data": [REVIEW], "next_cursor": None})
    services.answer("claims", "summaries", {"clm_1": {"title": "参加环境卫生整治", "cause": "清理垃圾"}})
    services.answer("registry", "names", names)

    reply = client.get("/v1/reviews?stage=first", headers=sign_in())

    assert reply.status_code == 200
    [row] = reply.json["data"]
    assert (row["person_name"], row["claim"]["cause"]) == ("李四", "清理垃圾")
    assert reply.json["has_more"] is False


def test_reviews_link_the_evidence_of_their_claims(client, services, sign_in):
    photo = {"id": "evd_1", "community_id": "com_changning", "media_type": "image/jpeg"}
    services.answer("review", "list_reviews", {"data": [REVIEW], "next_cursor": None})
    services.answer("claims", "summaries", {"clm_1": {"cause": "清理垃圾", "evidence_ids": ["evd_1"]}})
    services.perform("claims", "open_evidence_of_claims", lambda **_: {"clm_1": [photo]})
    services.answer("registry", "names", names)

    [row] = client.get("/v1/reviews?stage=first", headers=sign_in()).json["data"]

    [links] = row["claim"]["evidence_links"]
    assert links["evidence_id"] == "evd_1"
    assert all("/v1/evidence/links/" in links[name] for name in ("url", "small_url", "large_url"))


def test_filters_of_reviews_reach_the_service(client, services, sign_in):
    asked: list[dict] = []
    no_more = {"data": [], "next_cursor": None}
    services.answer("review", "list_reviews", lambda **given: asked.append(given) or no_more)
    chosen = {"count": 0, "points": 0, "version": "0" * 32, "reviews": []}
    services.answer("review", "select_reviews", lambda **given: asked.append(given) or chosen)
    filters = "period=2026-11&courtyard_id=cty_1&flagged=false&declarer=another&category=charity"

    listed = client.get(f"/v1/reviews?stage=final&waiting_for=others&{filters}", headers=sign_in())
    selected = client.get(f"/v1/reviews/selection?stage=final&{filters}", headers=sign_in())

    assert (listed.status_code, selected.json) == (200, chosen)
    assert asked[0]["matching"].pop("waiting_for") == "others"
    assert asked[0]["matching"] == asked[1]["matching"]
    given = {name: value for name, value in asked[0]["matching"].items() if value is not None}
    assert given == {
        "period": "2026-11",
        "courtyard_id": "cty_1",
        "flagged": False,
        "declarer": "another",
        "category": "charity",
    }


def test_overdue_reviews_are_listed_by_a_query_parameter(client, services, sign_in):
    late = REVIEW | {"overdue": True, "waiting_days": 5}
    services.answer("review", "list_overdue_reviews", {"data": [late], "next_cursor": None})
    services.answer("claims", "summaries", {})
    services.answer("registry", "names", names)

    [row] = client.get("/v1/reviews?overdue=true", headers=sign_in()).json["data"]
    refused = client.get("/v1/reviews?overdue=true&stage=final", headers=sign_in())

    assert (row["waiting_days"], row["overdue"]) == (5, True)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/stage")


def test_up_to_two_thousand_decisions_are_accepted(client, services, sign_in):
    services.perform("review", "decide_many", {"data": []})
    decisions = [{"review_id": f"rev_{number}", "decision": "approve"} for number in range(2001)]

    accepted = client.post("/v1/reviews/decisions", json={"decisions": decisions[:2000]}, headers=sign_in())
    refused = client.post("/v1/reviews/decisions", json={"decisions": decisions}, headers=sign_in())

    assert (accepted.status_code, refused.status_code) == (200, 422)
    assert refused.json["errors"][0]["pointer"] == "/decisions"


def test_an_unknown_decision_is_refused_before_the_service_is_called(client, sign_in):
    reply = client.post("/v1/reviews/rev_1/decision", json={"decision": "perhaps"}, headers=sign_in())

    assert (reply.status_code, reply.json["errors"][0]["pointer"]) == (422, "/decision")


def test_a_published_list_is_public_with_masked_names_and_without_ids_of_people(client, services):
    listed = LINE | {"courtyard_id": "cty_2"}
    services.answer("review", "get_publication", PUBLICATION | {"data": [listed], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)

    [line] = client.get("/v1/publications/pub_1").json["data"]
    sheet = client.get("/v1/publications/pub_1?format=xlsx")

    assert (line["person_name"], line["item_title"]) == ("李*", "参加环境卫生整治")
    assert not {"person_id", "household_id", "source_id", "book"} & line.keys()
    heading, row = load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True)
    assert heading[:5] == ("序号", "排", "院落", "姓名", "日期")
    assert row == (1, 3, 12, "李*", datetime(2026, 11, 3), "人居环境", "参加环境卫生整治", 5, 2, "公示中")


def test_a_line_that_fits_too_few_shows_no_place_and_is_in_no_courtyards_list(client, services):
    lines = [LINE, LINE | {"id": "ent_2", "position": 2, "courtyard_id": "cty_2"}]
    services.answer(
        "review",
        "get_publication",
        lambda courtyard_id, **_: (
            PUBLICATION | {"data": [x for x in lines if courtyard_id in (None, x["courtyard_id"])], "next_cursor": None}
        ),
    )
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "public_labels", labels)

    few, enough = client.get("/v1/publications/pub_1").json["data"]

    assert (few["courtyard_id"], few["courtyard_number"], few["row"]) == (None, None, None)
    assert (enough["courtyard_id"], enough["courtyard_number"]) == ("cty_2", 12)
    assert client.get("/v1/publications/pub_1?courtyard_id=cty_1").json["data"] == []
    [line] = client.get("/v1/publications/pub_1?courtyard_id=cty_2").json["data"]
    assert line["id"] == "ent_2"


def test_a_line_of_an_item_that_is_not_public_is_counted_without_name_and_place(client, services):
    line = LINE | {"courtyard_id": "cty_2", "public": False}
    services.answer("review", "get_publication", PUBLICATION | {"data": [line], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)

    [shown] = client.get("/v1/publications/pub_1").json["data"]

    assert (shown["person_name"], shown["row"], shown["courtyard_id"], shown["day"]) == (None, None, None, None)
    assert (shown["item_title"], shown["points"]) == ("参加环境卫生整治", 5)


def test_a_file_has_the_lines_of_every_page_of_the_service(client, services):
    def page(cursor, **_):
        line = LINE | {"id": "ent_2", "position": 2} if cursor == "1" else LINE
        return PUBLICATION | {"data": [line], "next_cursor": None if cursor == "1" else "1"}

    services.answer("review", "get_publication", page)
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "public_labels", labels)

    sheet = client.get("/v1/publications/pub_1?format=xlsx")

    assert [row[0] for row in load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True)][-2:] == [1, 2]


def test_pages_of_one_courtyard_tell_nothing_about_lines_that_do_not_show_it(client, services):
    few, shown = "per_few", "per_li"
    people = [few, shown, few, shown, shown]
    lines = [
        LINE | {"id": f"ent_{position}", "position": position, "person_id": person, "courtyard_id": "cty_2"}
        for position, person in enumerate(people, 1)
    ]
    services.answer("review", "get_publication", PUBLICATION | {"data": lines, "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": []})
    anonymous = dict.fromkeys(("name", "row", "courtyard_id", "courtyard_number")) | {"place": "none"}
    services.answer(
        "registry",
        "public_labels",
        lambda subjects, **_: [anonymous if x["person_id"] == few else labels([x])[0] for x in subjects],
    )
    url = "/v1/publications/pub_1?courtyard_id=cty_2&limit=2"

    first = client.get(url).json
    rest = client.get(f"{url}&cursor={first['next_cursor']}").json

    assert [line["position"] for line in first["data"]] == [2, 4]
    assert ([line["position"] for line in rest["data"]], rest["has_more"]) == ([5], False)


def test_a_list_without_courtyards_cannot_be_read_by_courtyard(client, services):
    listed = PUBLICATION | {"public_place": "row", "data": [LINE], "next_cursor": None}
    services.answer("review", "get_publication", listed)
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "public_labels", labels)

    refused = client.get("/v1/publications/pub_1?courtyard_id=cty_1")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/courtyard_id")
    assert client.get("/v1/publications/pub_1").status_code == 200


def test_a_list_may_show_categories_instead_of_items(client, services):
    listed = PUBLICATION | {"public_deed": "category", "data": [LINE], "next_cursor": None}
    services.answer("review", "get_publication", listed)
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)

    [line] = client.get("/v1/publications/pub_1").json["data"]

    assert (line["item"], line["item_title"]) == (None, "人居环境")


def test_a_list_shows_nothing_of_people_while_the_registry_is_down(client, services):
    services.answer("review", "get_publication", PUBLICATION | {"data": [LINE], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "public_labels", Unavailable())

    [line] = client.get("/v1/publications/pub_1").json["data"]

    assert (line["person_name"], line["courtyard_id"], line["points"]) == (None, None, 5)


def test_a_list_is_printed_as_pdf_with_its_dates_and_the_ledgers_seal(client, services):
    listed = LINE | {"courtyard_id": "cty_2"}
    corrected = LINE | {"id": "ent_2", "position": 2, "courtyard_id": "cty_3", "state": "frozen"}
    few = LINE | {"id": "ent_3", "position": 3}
    services.answer("review", "get_publication", PUBLICATION | {"data": [few, listed, corrected], "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    by_query = client.get("/v1/publications/pub_1?format=pdf")
    by_header = client.get("/v1/publications/pub_1", headers={"Accept": "application/pdf"})
    as_json = client.get("/v1/publications/pub_1", headers={"Accept": "application/json"})

    assert by_query.mimetype == by_header.mimetype == "application/pdf"
    assert as_json.json["id"] == "pub_1"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(by_query.data)).pages).replace(" ", "")
    for expected in (
        "昌宁社区积分公示",
        "2026年11月28日12:00",
        "12号院",
        "13号院",
        "本社区",
        "李*",
        "更正为2分",
        "异议处理中",
    ):
        assert expected in text
    assert "第1页，共2页" in text
    assert "9f2c" * 16 in text.replace("\n", "")


def test_a_printed_list_begins_with_a_summary_and_is_in_large_print_unless_compact(client, services):
    lines = [
        LINE | {"id": f"ent_{number}", "position": number, "courtyard_id": f"cty_{2 + number % 2}"}
        for number in range(1, 61)
    ]
    services.answer("review", "get_publication", PUBLICATION | {"entries": 60, "data": lines, "next_cursor": None})
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    large = PdfReader(io.BytesIO(client.get("/v1/publications/pub_1?format=pdf").data))
    compact = PdfReader(io.BytesIO(client.get("/v1/publications/pub_1?format=pdf&print=compact").data))
    refused = client.get("/v1/publications/pub_1?format=pdf&print=tiny")

    summary = large.pages[0].extract_text().replace(" ", "").replace("\n", "")
    for expected in ("怎样提出异议", "人居环境", "12号院30条150分", "13号院30条150分", "校验值"):
        assert expected in summary
    assert "序号" in large.pages[1].extract_text()
    assert len(compact.pages) < len(large.pages)
    assert large.metadata.title.startswith("昌宁社区 2026 年 ")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/print")


def test_a_list_too_long_for_one_pdf_is_downloaded_as_xlsx(client, services):
    long = PUBLICATION | {"entries": 4_001, "data": [LINE], "next_cursor": None}
    services.answer("review", "get_publication", long)
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "public_labels", labels)

    refused = client.get("/v1/publications/pub_1?format=pdf")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/format")
    assert client.get("/v1/publications/pub_1?format=xlsx").status_code == 200


def test_a_long_list_is_printed_in_numbered_parts_with_the_ledgers_seal(client, services):
    calls = []

    def get_publication(publication_id, courtyard_id, limit, cursor):
        calls.append((courtyard_id, limit, cursor))
        first = int(cursor) + 1
        data = [LINE | {"position": number} for number in range(first, min(first + limit, 4_502))]
        return PUBLICATION | {"entries": 4_501, "data": data, "next_cursor": None}

    services.answer("review", "get_publication", get_publication)
    services.answer("claims", "current_rulebook", {"items": [{"code": "cleanup", "title": "参加环境卫生整治"}]})
    services.answer("registry", "public_labels", labels)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    part = client.get("/v1/publications/pub_1?format=pdf&part=5")
    after_last = client.get("/v1/publications/pub_1?format=pdf&part=6")

    assert calls == [(None, 1_000, "4000"), (None, 1_000, "5000")]
    pages = [page.extract_text().replace(" ", "") for page in PdfReader(io.BytesIO(part.data)).pages]
    assert "第5册，共5册" in pages[0]
    assert "本件所列501条" in pages[0]
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in text
        assert f"总账第7块{'9f2c' * 16}" in text
    assert "4501" in pages[-1]
    assert (after_last.status_code, after_last.json["errors"][0]["pointer"], after_last.json["facts"]["parts"]) == (
        422,
        "/part",
        5,
    )


def test_the_lines_of_one_courtyard_are_printed(client, services):
    services.answer(
        "review",
        "get_publication",
        PUBLICATION | {"entries": 4_001, "data": [LINE | {"courtyard_id": "cty_2"}], "next_cursor": None},
    )
    services.answer("claims", "current_rulebook", {"items": []})
    services.answer("registry", "public_labels", labels)
    services.answer("registry", "get_community", {"name": "昌宁社区"})

    part = client.get("/v1/publications/pub_1?format=pdf&courtyard_id=cty_2")

    text = PdfReader(io.BytesIO(part.data)).pages[0].extract_text().replace(" ", "")
    assert "12号院" in text
    assert "本件所列1条" in text
    assert services.calls[0].kwargs["courtyard_id"] == "cty_2"


@pytest.mark.parametrize("query", ["part=1", "part=1&format=xlsx", "part=1&format=pdf&courtyard_id=cty_12"])
def test_parts_are_only_of_the_whole_list_as_pdf(client, services, query):
    refused = client.get(f"/v1/publications/pub_1?{query}")

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/part")
    assert services.calls == []


def test_an_objection_needs_an_entry_and_a_reason(client, services, sign_in):
    for wrong in (
        {},
        {"entry_id": "ent_1"},
        {"entry_id": "pub_1", "reason": "?"},
        {"entry_id": "ent_1", "reason": " "},
    ):
        assert client.post("/v1/objections", json=wrong, headers=sign_in()).status_code == 422
    assert client.post("/v1/objections", json={"entry_id": "ent_1", "reason": "未参加"}).status_code == 401
    assert services.calls == []


def test_a_report_on_self_dealing_takes_the_number_of_lines_from_its_address(client, services, sign_in):
    services.answer("review", "self_dealing", {"data": []})

    answer = client.get("/v1/self-dealing-report?limit=200", headers=sign_in("per_chen"))

    assert (answer.status_code, services.calls[-1].kwargs["limit"]) == (200, 200)
    assert client.get("/v1/self-dealing-report?limit=1001", headers=sign_in("per_chen")).status_code == 422
