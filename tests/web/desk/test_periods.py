"""The months: what a list needs, what it would show, its publication and settlement."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import PUBLICATION, Api, Desk, problem
from tests.web.samples import NO_MORE

PREPARATION: dict[str, Any] = {
    "refusal": None,
    "first_reviews": 3,
    "final_approvals": 7,
    "unnamed_entries": 2,
    "cut_off_on": None,
    "publishes_on": None,
}
PERIOD: dict[str, Any] = {
    "period": "2026-10",
    "state": "open",
    "publication_id": None,
    "published_at": None,
    "window_closes_at": None,
    "settled_at": None,
    "entries": 812,
    "points": 4060,
    "frozen": 0,
    "final_entries": 0,
    "final_points": 0,
    "corrections": 0,
}
OPEN = PERIOD | {"preparation": PREPARATION}
PUBLISHED = PERIOD | {"state": "published", "publication_id": "pub_1", "frozen": 1, "preparation": None}
PUBLISHED |= {"published_at": "2026-11-03T01:00:00Z", "window_closes_at": "2026-11-08T01:00:00Z"}
OPTION = {
    "public_place": "row",
    "public_min_residents": 5,
    "fits_one": 0,
    "fewest": 5,
    "with_courtyard": 0,
    "with_row": 700,
    "with_name": 100,
    "without_name": 12,
    "chosen": True,
}
REPORT: dict[str, Any] = {
    "lines": 812,
    "residents": 900,
    "masked": True,
    "day": "2026-10-31",
    "options": [OPTION, OPTION | {"public_place": "courtyard", "chosen": False, "fits_one": 44}],
    "period": "2026-10",
    "unprintable_names": [{"person_id": "per_7", "person_name": "王㙦", "characters": "㙦"}],
}
MONTH = "/desk/months/2026-10"


@pytest.fixture
def group(desk: Desk, api: Api) -> Desk:
    desk.sign_in("working_group_chair")
    api.answers |= {
        "/v1/periods": {"data": [PERIOD], **NO_MORE},
        "/v1/periods/2026-10": OPEN,
        "/v1/communities/com_1/publicity-report": REPORT,
        "POST /v1/periods/2026-10/publish": PUBLICATION,
        "POST /v1/periods/2026-10/settle": PUBLICATION | {"state": "settled"},
    }
    return desk


def test_the_months_are_listed_with_their_figures(group: Desk) -> None:
    text = group.get("/desk/months/").text

    assert "2026 年 10 月" in text
    assert "4,060" in text
    assert 'href="/desk/months/2026-10"' in text


def test_before_publication_a_month_says_what_it_needs_and_what_it_would_show(group: Desk) -> None:
    text = group.get(MONTH).text

    assert "这个月还有 7 条等终审" in text
    assert "这个月还有 3 条等初审" in text
    assert "2 条不公开的事" in text
    assert "王㙦" in text
    assert "700" in text
    assert "确认公示" in text
    assert "凭姓名和住处只能是一个人" not in text, "that is another setting's"


def test_lines_that_fit_one_resident_are_a_warning(group: Desk, api: Api) -> None:
    api.answers["/v1/communities/com_1/publicity-report"] = REPORT | {"options": [OPTION | {"fits_one": 44}]}

    assert "有 44 条凭姓名和住处只能是一个人" in group.get(MONTH).text


def test_who_approved_alone_reads_why_they_do_not_publish(group: Desk, api: Api) -> None:
    refusal = "名单中有您独自审核的条目，请由其他成员公示"
    api.answers["/v1/periods/2026-10"] = OPEN | {"preparation": PREPARATION | {"refusal": refusal}}

    text = group.get(MONTH).text

    assert refusal in text
    assert "确认公示" not in text


def test_the_calendar_says_when_a_month_is_published_by_itself(group: Desk, api: Api) -> None:
    preparation = PREPARATION | {"cut_off_on": "2026-11-03", "publishes_on": "2026-11-05"}
    api.answers["/v1/periods/2026-10"] = OPEN | {"preparation": preparation}

    assert "11 月 3 日 截止审核，11 月 5 日 自动公示" in group.get(MONTH).text


def test_a_report_that_cannot_be_made_now_keeps_the_page(group: Desk, api: Api) -> None:
    api.answers["/v1/communities/com_1/publicity-report"] = problem(503, "temporarily_unavailable")

    text = group.get(MONTH).text

    assert "现在算不出名单会显示什么" in text
    assert "确认公示" in text


def test_a_month_is_published(group: Desk, api: Api) -> None:
    answer = group.post(f"{MONTH}/publish", page=MONTH)

    assert (answer.status_code, answer.headers["Location"]) == (303, MONTH)
    assert [each.url.path for each in api.requests if each.method == "POST"][-1] == "/v1/periods/2026-10/publish"
    assert "名单已公示" in group.get(MONTH).text


REFUSALS: list[Any] = [
    (problem(409, "period_already_published", "这个月已经公示"), 409, "这个月已经公示"),
    (problem(503, "temporarily_unavailable", "服务暂时不可用"), 503, "服务暂时不可用"),
    (httpx.ConnectError("refused"), 503, "平台暂时没有答复"),
]


@pytest.mark.parametrize(("refusal", "status", "said"), REFUSALS, ids=["409", "503", "unreachable"])
@pytest.mark.parametrize("step", ["publish", "settle"])
def test_a_step_that_is_refused_is_said_on_the_months_page(
    group: Desk, api: Api, step: str, refusal: Any, status: int, said: str
) -> None:
    if step == "settle":
        api.answers["/v1/periods/2026-10"] = PUBLISHED
    api.answers[f"POST /v1/periods/2026-10/{step}"] = refusal

    answer = group.post(f"{MONTH}/{step}", page=MONTH)

    assert (answer.status_code, said in answer.text) == (status, True)


def test_a_published_month_settles_once_its_window_is_over(group: Desk, api: Api) -> None:
    api.answers["/v1/periods/2026-10"] = PUBLISHED
    assert "确认结算" in group.get(MONTH).text

    answer = group.post(f"{MONTH}/settle", page=MONTH)

    assert answer.status_code == 303
    api.answers["/v1/periods/2026-10"] = PUBLISHED | {"window_closes_at": "2099-11-08T01:00:00Z"}
    text = group.get(MONTH).text
    assert "过后才能结算" in text
    assert "确认结算" not in text


def test_a_list_that_is_being_written_renews_its_page(group: Desk, api: Api) -> None:
    api.answers["/v1/periods/2026-10"] = PUBLISHED | {"state": "publishing"}

    text = group.get(MONTH).text

    assert f'hx-get="{MONTH}"' in text
    assert "确认结算" not in text


def test_the_months_are_for_the_working_group(desk: Desk) -> None:
    desk.sign_in("committee")

    assert desk.get("/desk/months/").status_code == 403


@pytest.mark.parametrize("text", ["2026-13", "202610", "..", "1026-01x"])
def test_what_is_no_month_has_no_page(group: Desk, text: str) -> None:
    assert group.get(f"/desk/months/{text}").status_code == 404
