"""Pages that everybody may read (R14)."""

import re

import httpx
import pytest
from flask.testing import FlaskClient

from tests.web.conftest import ACTIVITY, COMMUNITY, LINE, POST, PUBLICATION, Api, problem
from web.app import create_app
from web.settings import WebSettings

PATHS = [
    "/",
    "/c/com_1",
    "/c/com_1/publications",
    "/c/com_1/publications/pub_1",
    "/c/com_1/boards/households",
    "/c/com_1/boards/residents",
    "/c/com_1/boards/courtyards?period=2026-10&category=charity",
    "/c/com_1/rankings",
    "/c/com_1/rankings/ins_1",
    "/c/com_1/activities",
    "/c/com_1/activities/atv_1",
    "/c/com_1/posts",
    "/c/com_1/posts?list=overdue",
    "/c/com_1/posts/pst_1",
    "/c/com_1/announcements",
    "/c/com_1/calendar",
    "/check",
    "/screen/com_1",
]


BLOCK = {"number": 7, "hash": "b" * 64, "previous_hash": "a" * 64, "root": "c" * 64, "size": 3}
BLOCK |= {"sealed_at": "2099-11-30T01:00:00Z", "community_id": "com_1"}
ENTRY = {"entry": "ent_7", "size": 2, "ticket": "0" * 64, "outcome": "confirmed"}
DRAW = {"activity_id": "atv_1", "state": "held", "method": "seed", "closed_at": "2099-11-30T00:30:00Z", "block": BLOCK}
DRAW |= {"falls_back_at": "2099-11-30T12:30:00Z", "held_at": "2099-11-30T01:00:05Z", "places": 20, "entries": [ENTRY]}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_complete_without_scripts_of_its_own(pages: FlaskClient, path: str) -> None:
    answer = pages.get(path)

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert not re.search(r"\son\w+=", answer.text), "an event handler in the page"
    assert "None" not in answer.text


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/check"])
def test_a_page_is_kept_and_asked_for_again_by_its_etag(pages: FlaskClient, path: str) -> None:
    first = pages.get(path)
    again = pages.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=30"
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_is_rendered_once_for_many_readers(pages: FlaskClient, api: Api) -> None:
    first = pages.get("/c/com_1").text
    asked = len(api.requests)

    again = pages.get("/c/com_1?unknown=1").text

    assert again == first
    assert len(api.requests) == asked


def test_a_kept_page_is_sent_with_all_headers_of_the_first(pages: FlaskClient) -> None:
    first, again = pages.get("/c/com_1"), pages.get("/c/com_1")

    assert again.headers.to_wsgi_list() == first.headers.to_wsgi_list()
    assert again.data == first.data


def test_other_ways_to_write_an_address_displace_no_page(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.kept._MOST_BYTES", 64 * 1024)
    pages = create_app(WebSettings(), lambda: httpx.MockTransport(api)).test_client()
    pages.get("/c/com_1/rankings")
    asked = len(api.requests)

    for number in range(1, 64):
        pages.get("/c/com_1?" + "&" * number)
    requests_for_them = len(api.requests) - asked
    pages.get("/c/com_1/rankings")

    assert len(api.requests) == asked + requests_for_them


def test_a_kept_page_is_refused_to_a_strange_host(pages: FlaskClient) -> None:
    pages.get("/c/com_1")

    assert pages.get("/c/com_1", headers={"Host": "evil.example"}).status_code == 400


def test_an_error_is_not_kept(pages: FlaskClient, api: Api) -> None:
    found, api.answers["/v1/communities/com_1"] = api.answers["/v1/communities/com_1"], None
    assert pages.get("/c/com_1").status_code == 404
    api.answers["/v1/communities/com_1"] = found

    assert pages.get("/c/com_1").status_code == 200


def test_a_parameter_that_a_page_does_not_declare_is_not_in_it(pages: FlaskClient) -> None:
    assert "evil" not in pages.get("/c/com_1/publications/pub_1?period=evil").text


def test_a_page_is_kept_for_each_value_of_its_parameters(pages: FlaskClient, api: Api) -> None:
    pages.get("/c/com_1/boards/households?period=2026-10")
    asked = len(api.requests)

    pages.get("/c/com_1/boards/households?period=2026-09")

    assert len(api.requests) > asked


def test_the_notice_board_shows_the_newest_list_boards_and_the_red_list(pages: FlaskClient) -> None:
    text = pages.get("/c/com_1").text

    assert "2026 年 10 月积分公示" in text
    assert "2099 年 11 月 8 日 09:00 前可提异议" in text
    assert "张*" in text
    assert "<td>12 号院</td>" in text
    assert "96.5 分" in text


def test_announced_settings_and_exceptions_are_on_the_notice_board(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/communities/com_1"] |= {
        "office_exceptions": [["branch", "committee"]],
        "announced_settings": [{"settings": {}, "takes_effect_at": "2026-12-01T00:00:00+00:00"}],
    }

    text = pages.get("/c/com_1").text

    assert "小区党支部与社区党委" in text
    assert "自 2026 年 12 月 1 日 08:00 起生效" in text


def test_a_line_shows_its_objection_and_its_present_points(pages: FlaskClient) -> None:
    text = pages.get("/c/com_1/publications/pub_1").text

    assert "<del>5</del> 3" in text
    assert "异议：成立（只到了一半）" in text
    assert "更正为 3 分（只到了一半）" in text
    assert 'href="?cursor=next"' in text


def test_text_of_others_is_text(pages: FlaskClient, api: Api) -> None:
    line = LINE | {"item_title": "<script>alert(1)</script>"}
    api.answers["/v1/publications/pub_1"] = PUBLICATION | {"data": [line], "has_more": False, "next_cursor": None}

    text = pages.get("/c/com_1/publications/pub_1").text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_list_of_another_community_is_not_found(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/communities/com_2"] = {"id": "com_2", "name": "别的社区"}

    answer = pages.get("/c/com_2/publications/pub_1")

    assert (answer.status_code, "没有这一页" in answer.text) == (404, True)


def test_a_ranking_of_another_community_is_not_found(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/communities/com_2"] = {"id": "com_2", "name": "别的社区"}

    assert pages.get("/c/com_2/rankings/ins_1").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/c/%00",
        "/c/%0a",
        "/c/%7f",
        "/c/%ff",
        "/c/com_1/../..",
        "/c/com_1%2F..",
        "/check?entry=%00",
        "/check?entry=%ff",
        "/check?entry=a%0d%0ab",
        "/check?entry=x/../trf_1",
        "/check?entry=../../me%23",
        "/screen/%E4%BD%A0",
    ],
)
def test_what_is_no_id_is_never_sent_on(pages: FlaskClient, api: Api, path: str) -> None:
    assert pages.get(path).status_code == 404
    assert api.requests == []


def test_a_request_id_of_other_characters_is_left_out(pages: FlaskClient, api: Api) -> None:
    assert pages.get("/", headers={"Request-Id": "你".encode().decode("latin-1")}).status_code == 200
    assert "Request-Id" not in api.requests[0].headers


def test_limits_count_the_reader_behind_a_trusted_proxy(api: Api) -> None:
    pages = create_app(WebSettings(trusted_proxies=1), lambda: httpx.MockTransport(api)).test_client()

    pages.get("/", headers={"X-Forwarded-For": "198.51.100.7"})

    assert api.requests[0].headers["X-Forwarded-For"] == "198.51.100.7"


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (httpx.ConnectError("refused"), 503),
        (httpx.Response(503, text="not JSON"), 503),
        (httpx.Response(404, json={"detail": "没有这个社区"}), 404),
        (httpx.Response(429, json={"detail": "请求过于频繁"}), 429),
    ],
)
def test_a_refusal_of_the_platform_is_a_page_that_is_not_kept(
    pages: FlaskClient, api: Api, failure: object, status: int
) -> None:
    api.answers["/v1/communities/com_1"] = failure

    answer = pages.get("/c/com_1")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
    assert "回到首页" in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/c/com_1/boards/nobody", "/c/com_1/nothing"])
def test_an_unknown_address_is_a_page_in_chinese(pages: FlaskClient, path: str) -> None:
    answer = pages.get(path)

    assert (answer.status_code, "没有找到" in answer.text) == (404, True)


def test_a_foreign_host_is_refused(pages: FlaskClient) -> None:
    assert pages.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_every_page_forbids_foreign_scripts_and_frames(pages: FlaskClient) -> None:
    for path in ("/", "/nothing"):
        policy = pages.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


def test_static_files_are_kept_for_a_year_under_their_hash(pages: FlaskClient) -> None:
    address = re.search(r'href="(/static/shanzhi.css\?v=[0-9a-f]{12})"', pages.get("/").text)

    assert address
    with pages.get(address[1]) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_check_page_shows_what_ids_of_entries_begin_with(pages: FlaskClient) -> None:
    assert 'placeholder="tra_…"' in pages.get("/check").text


def test_the_calendar_separates_what_is_to_come_from_what_is_over(pages: FlaskClient) -> None:
    text = pages.get("/c/com_1/calendar").text

    ahead, past = text.split("过去两个月")
    assert '<a href="/c/com_1/publications/pub_1">2026 年 10 月异议期</a>' in ahead
    assert "2099 年 11 月 5 日 星期四" in ahead
    assert "计划" in ahead
    assert '<a href="/c/com_1/rankings/ins_1">2026 年 10 月卫生检查</a>' in past


def test_the_calendar_is_a_file_for_phones_that_stays_the_same_until_something_changes(pages: FlaskClient) -> None:
    answer = pages.get("/c/com_1/calendar.ics")

    assert answer.mimetype == "text/calendar"
    lines = answer.text.split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "DTSTART;VALUE=DATE:20261002" in lines
    assert "DTEND;VALUE=DATE:20261006" in lines, "the first day that is not part of the round"
    assert "SUMMARY:2099 年 10 月公示（计划）" in lines
    assert "DTSTAMP:20261002T000000Z" in lines


def test_long_lines_of_the_calendar_are_folded(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/communities/com_1"] = COMMUNITY | {"name": "昌宁,社区；" * 12}

    lines = pages.get("/c/com_1/calendar.ics").text.split("\r\n")

    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = "\n".join(lines).replace("\n ", "")
    assert "X-WR-CALNAME:" + "昌宁\\,社区；" * 12 in unfolded


def test_the_calendar_names_an_activity_by_its_own_title(pages: FlaskClient) -> None:
    assert '<a href="/c/com_1/activities/atv_1">清理河道</a>' in pages.get("/c/com_1/calendar").text
    assert "SUMMARY:清理河道\r\n" in pages.get("/c/com_1/calendar.ics").text


def test_the_notice_board_shows_the_next_activities_first(pages: FlaskClient, api: Api) -> None:
    later = ACTIVITY | {"id": "atv_2", "title": "重阳联欢", "starts_at": "2099-12-05T00:30:00Z"}
    api.answers["/v1/calendar/activities"] = {"data": [later, ACTIVITY], "has_more": False, "next_cursor": None}

    text = pages.get("/c/com_1").text

    assert 0 < text.index("清理河道") < text.index("重阳联欢")


def test_an_activity_says_how_many_places_are_taken(pages: FlaskClient) -> None:
    assert "20 人，已占 20 人，3 人候补" in pages.get("/c/com_1/activities/atv_1").text


def test_an_activity_of_another_community_is_not_shown_here(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/calendar/activities/atv_1"] = ACTIVITY | {"community_id": "com_2"}

    assert pages.get("/c/com_1/activities/atv_1").status_code == 404


def test_a_draw_shows_all_that_is_needed_to_replay_it(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/calendar/activities/atv_1"] = ACTIVITY | {"allocation": "draw", "phase": "closed"}
    api.answers["/v1/calendar/activities/atv_1/draw"] = DRAW

    text = pages.get("/c/com_1/activities/atv_1").text

    assert "b" * 64 in text
    assert "ent_7" in text
    assert "0" * 64 in text


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_english_and_leads_to_the_other_language(pages: FlaskClient, path: str) -> None:
    english = pages.get(f"/en{path}")
    links = re.findall(r'href="(/[^"]*)"', english.text)
    own = [link for link in links if not link.startswith(("/static/", "/v1/", "/app/"))]

    assert english.status_code == 200
    assert '<html lang="en"' in english.text
    assert all(link.startswith("/en") or link == path.replace("&", "&amp;") for link in own), own
    if not path.startswith("/screen"):
        assert f'href="{path.replace("&", "&amp;")}" lang="zh"' in english.text
        assert f'href="/en{path.replace("&", "&amp;")}" lang="en"' in pages.get(path).text


def test_days_places_and_titles_are_in_english_there(pages: FlaskClient) -> None:
    assert "Points of 2026-10" in pages.get("/en/c/com_1").text
    assert "row 2" in pages.get("/en/c/com_1").text
    assert "Thursday 2099-11-05" in pages.get("/en/c/com_1/calendar").text
    assert "Objection: " in pages.get("/en/c/com_1/publications/pub_1").text


def test_an_address_of_elsewhere_never_becomes_a_link(pages: FlaskClient) -> None:
    text = pages.get("/en//elsewhere.example/x").text

    assert "elsewhere.example" not in text
    assert 'href="/" lang="zh"' in text


def test_the_platform_is_asked_for_refusals_in_the_language_of_the_page(pages: FlaskClient, api: Api) -> None:
    pages.get("/en/c/com_9")
    assert api.requests[-1].headers["Accept-Language"] == "en"
    pages.get("/c/com_9")
    assert "Accept-Language" not in api.requests[-1].headers


def test_the_notice_board_shows_the_spread_of_points_where_it_is_public(pages: FlaskClient, api: Api) -> None:
    assert "基尼系数" not in pages.get("/c/com_1").text
    spread = {"households": 40, "with_points": 30, "points": 300, "median": 5.5, "gini": 0.412, "top_tenth": 0.333}
    api.answers["/v1/communities/com_1/spread"] = spread | {"first": "2025-12", "last": "2026-11"}

    text = pages.get("/en/c/com_1").text

    assert "0.412" in text
    assert "33%" in text


def test_suggestions_without_an_answer_in_time_stand_on_the_notice_board(pages: FlaskClient, api: Api) -> None:
    text = pages.get("/c/com_1").text

    assert "逾期未答复的建议" in text
    assert "路灯不亮" in text
    [asked] = [each.url.params for each in api.requests if each.url.path == "/v1/posts"]
    assert asked["overdue"] == "true"


def test_a_suggestion_shows_its_course_and_comments_without_ids(pages: FlaskClient) -> None:
    text = pages.get("/c/com_1/posts/pst_1").text

    assert "已转路灯班" in text
    assert "我家门口也是" in text
    assert "cmt_1" not in text


def test_a_post_of_another_community_is_not_shown_here(pages: FlaskClient, api: Api) -> None:
    api.answers["/v1/posts/pst_1"] = POST | {"community_id": "com_2"}

    assert pages.get("/c/com_1/posts/pst_1").status_code == 404


def test_announcements_stand_first_on_the_notice_board(pages: FlaskClient) -> None:
    text = pages.get("/c/com_1").text

    assert 0 < text.index("周六上午停水") < text.index("排行榜 <small>")


@pytest.mark.parametrize("path", ["/v1/notice-board/announcements", "/v1/posts", "/v1/calendar/activities"])
def test_the_notice_board_is_shown_while_the_service_of_one_part_is_down(
    pages: FlaskClient, api: Api, path: str
) -> None:
    api.answers[path] = problem(503, "temporarily_unavailable")

    answer = pages.get("/c/com_1")

    assert answer.status_code == 200
    assert "排行榜" in answer.text


def test_the_screen_asks_for_nothing_that_it_does_not_show(pages: FlaskClient, api: Api) -> None:
    pages.get("/screen/com_1")

    asked = {each.url.path for each in api.requests}
    assert asked.isdisjoint({"/v1/posts", "/v1/calendar/activities", "/v1/notice-board/announcements"})
