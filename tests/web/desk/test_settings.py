"""The community's settings: what the form shows, what it sends, what waits for approval."""

import re
from typing import Any

import httpx
import pytest

from contracts.policy import DEFAULT
from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

PATH = "/v1/communities/com_1/settings"
PAGE = "/desk/settings/"
FORM: dict[str, Any] = {
    "objection_window_days": "5",
    "ruling_days": "7",
    "reply_days": "7",
    "cut_off_day": "3",
    "publication_day": "5",
    "late_declaration_days": "31",
    "suspend_after_false_claims": "0",
    "suspension_days": "30",
    "reminder_days": "3",
    "attendance_earns": "yes",
    "courses_earn": "yes",
    "suggestions_earn": "yes",
    "approval_quorum": "1",
    "adjustment_bound": "2",
    "daily_approval_points": "20000",
    "daily_correction_points": "500",
    "daily_proxy_points": "300",
    "inspection_rank_points": "10 10\n30 5\n60 2",
    "inspection_red_places": "10",
    "inspection_black_places": "5",
    "expiry": "none",
    "voucher_days": "30",
    "voucher_reminder_days": "30",
    "card_daily_points": "200",
    "redemption_undo_minutes": "15",
    "point_value_fen": "100",
    "consent_hours": "72",
    "spending_wait_days": "7",
    "mask_names": "yes",
    "public_place": "row",
    "public_deed": "item",
    "public_min_residents": "5",
    "reach_target_percent": "100",
    "evidence_retention_days": "730",
    "upload_retention_days": "7",
}
"""What a browser sends of the form of the default settings."""


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers[PATH] = DEFAULT.settings
    return desk


def test_every_setting_is_a_field_with_its_bounds_and_whether_it_waits_for_approval(committee: Desk) -> None:
    text = committee.get(PAGE).text

    for name in DEFAULT.settings:
        assert f'id="f-{name}"' in text
    assert re.search(r'name="approval_quorum"[^>]*value="1"[^>]*min="1" max="50"', text)
    assert "可填 1 至 50。默认：1 人。须批准：调低。" in text
    assert re.search(r'id="f-mask_names"[^>]* checked', text)
    assert not re.search(r'id="f-calendar"[^>]* checked', text)


def test_the_form_sends_every_setting_as_it_stands(committee: Desk, api: Api) -> None:
    api.answers[f"PUT {PATH}"] = DEFAULT.settings | {"proposal_id": None}

    answer = committee.post(PAGE, **FORM)

    assert answer.headers["Location"] == PAGE
    assert api.sent("PUT", PATH) == [DEFAULT.settings]


def test_changes_are_sent_with_lists_and_switches(committee: Desk, api: Api) -> None:
    api.answers[f"PUT {PATH}"] = DEFAULT.settings | {"proposal_id": None}
    changed = {"calendar": "yes", "inspection_rank_points": "5 8", "office_exceptions": ["branch+committee"]}

    committee.post(PAGE, **FORM | changed | {"objection_window_days": "3.5"})

    sent = api.sent("PUT", PATH)[0]
    assert sent["calendar"] is True
    assert sent["inspection_rank_points"] == [[5, 8]]
    assert sent["office_exceptions"] == [["branch", "committee"]]
    assert sent["objection_window_days"] == 3.5


def test_a_looser_rule_becomes_a_proposal(committee: Desk, api: Api) -> None:
    api.answers[f"PUT {PATH}"] = DEFAULT.settings | {"proposal_id": "ppl_1"}
    api.answers["/v1/communities/com_1/proposals"] = {"data": [], **NO_MORE}

    answer = committee.post(PAGE, **FORM | {"daily_approval_points": "30000"})

    assert answer.headers["Location"] == "/desk/proposals/"
    assert "由党支部或平台批准" in committee.get("/desk/proposals/").text


@pytest.mark.parametrize(
    "refusal",
    [
        problem(409, "wrong_state"),
        problem(
            422, "invalid", **{"publication_day": "公示日必须晚于审核截止日", "inspection_rank_points/0/0": "名次过大"}
        ),
        httpx.ConnectError("refused"),
    ],
    ids=["409", "422", "unreachable"],
)
def test_a_refusal_keeps_what_was_typed(committee: Desk, api: Api, refusal: Any) -> None:
    api.answers[f"PUT {PATH}"] = refusal

    answer = committee.post(PAGE, **FORM | {"cut_off_day": "9", "calendar": "yes"})

    assert answer.status_code in (409, 422, 503)
    assert re.search(r'name="cut_off_day"[^>]*value="9"', answer.text)
    assert re.search(r'id="f-calendar"[^>]* checked', answer.text)
    if answer.status_code == 422:
        assert '<small class="wrong" id="e-publication_day">公示日必须晚于审核截止日</small>' in answer.text
        assert '<small class="wrong" id="e-inspection_rank_points">名次过大</small>' in answer.text


def test_ranks_that_are_no_pairs_of_numbers_are_refused_before_they_are_sent(committee: Desk, api: Api) -> None:
    answer = committee.post(PAGE, **FORM | {"inspection_rank_points": "十名 10"})

    assert answer.status_code == 422
    assert "每行写两个数" in answer.text
    assert "十名 10</textarea>" in answer.text
    assert api.sent("PUT", PATH) == []


def test_only_the_committee_changes_settings(desk: Desk) -> None:
    desk.sign_in("branch")

    assert desk.get(PAGE).status_code == 403


@pytest.mark.parametrize(("stored", "shown"), [("none", "不到期"), ("year_end", "年底"), ("12", "12")])
def test_when_points_expire_is_written_in_words(committee: Desk, api: Api, stored: str, shown: str) -> None:
    api.answers[PATH] = DEFAULT.settings | {"expiry": stored}
    api.answers[f"PUT {PATH}"] = DEFAULT.settings | {"proposal_id": None}

    assert re.search(rf'name="expiry"[^>]*value="{shown}"', committee.get(PAGE).text)
    committee.post(PAGE, **FORM | {"expiry": shown})

    assert api.sent("PUT", PATH)[0]["expiry"] == stored


def test_a_fraction_is_shown_as_exactly_as_it_is_stored(committee: Desk, api: Api) -> None:
    api.answers[PATH] = DEFAULT.settings | {"objection_window_days": 20 / 86_400}

    found = re.search(r'name="objection_window_days"[^>]*value="([^"]*)"', committee.get(PAGE).text)

    assert found is not None
    assert float(found[1]) == 20 / 86_400


def test_a_short_objection_window_is_said_in_words(committee: Desk, api: Api) -> None:
    path = "/v1/communities/com_1/settings"
    api.answers[path] = api.answers[path] | {"objection_window_days": 20 / 86_400}

    assert "现在：20 秒。" in committee.get("/desk/settings/").text
