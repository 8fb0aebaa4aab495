"""Consents given on paper, recorded at the desk (R42)."""

from typing import Any

import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.desk.test_people import HOME, HOUSEHOLD, RESIDENT

PAGE = "/desk/residents/per_2/consents"
PATH = "/v1/residents/per_2/consents"
UNDECIDED: dict[str, Any] = {"given": None, "by_id": None, "guardian_id": None, "at": None}
CONSENTS: dict[str, Any] = {
    "person_id": "per_2",
    "guardian_needed": False,
    "data": [
        UNDECIDED | {"purpose": "scheme", "given": True, "by_id": "per_1", "at": "2026-11-03T02:00:00Z"},
        UNDECIDED | {"purpose": "public_name"},
        UNDECIDED | {"purpose": "photos", "given": False, "by_id": "per_1", "at": "2026-11-03T02:00:00Z"},
    ],
}


@pytest.fixture
def head(desk: Desk, api: Api) -> Desk:
    desk.sign_in("head")
    api.answers |= {"/v1/residents/per_2": RESIDENT | {"homes": [HOME]}, PATH: CONSENTS}
    return desk


def test_every_purpose_is_shown_with_the_latest_decision(head: Desk) -> None:
    text = head.get(PAGE).text

    assert text.count("<section") == 3
    for word in ("同意", "还没决定", "不同意"):
        assert word in text


@pytest.mark.parametrize(("button", "given"), [("yes", True), ("no", False)])
def test_a_decision_on_paper_is_recorded(head: Desk, api: Api, button: str, given: bool) -> None:
    api.answers[f"PUT {PATH}/photos"] = CONSENTS

    answer = head.post(PAGE, purpose="photos", given=button)

    assert api.sent("PUT", f"{PATH}/photos") == [{"given": given, "guardian_id": None}]
    assert answer.headers["Location"] == PAGE


def test_a_guardian_is_chosen_for_a_child(head: Desk, api: Api) -> None:
    api.answers[PATH] = CONSENTS | {"guardian_needed": True}
    household = RESIDENT["household_id"]
    api.answers[f"/v1/households/{household}"] = HOUSEHOLD
    api.answers[f"PUT {PATH}/scheme"] = problem(422, "guardian_required", guardian_id="须由监护人决定")

    answer = head.post(PAGE, purpose="scheme", given="yes", guardian_id="")

    assert answer.status_code == 422
    assert "须由监护人决定" in answer.text
    assert 'name="guardian_id"' in answer.text


def test_the_branch_records_no_consents(desk: Desk) -> None:
    desk.sign_in("branch")

    assert desk.get(PAGE).status_code == 403
