"""What courtyards are to correct after a round, and re-inspections, at the desk (R19)."""

import re
from typing import Any

import pytest

from tests.web.conftest import ROUND as CLOSED
from tests.web.conftest import ROUND_PLACE, Api, Desk, problem
from tests.web.desk.test_recording import COURTYARDS, CRITERIA, ROUND, SCORE
from tests.web.samples import NO_MORE

LIST = "/desk/rectifications/"
PAGE = "/desk/rectifications/ins_1/cty_2"
PATH = "/v1/inspections/ins_1/courtyards/cty_2"
ORDERED: dict[str, Any] = {
    "id": "rct_1",
    "inspection_id": "ins_1",
    "courtyard_id": "cty_2",
    "reason": "清理门前杂物",
    "due": "2026-11-20",
    "state": "ordered",
    "overdue": True,
    "ordered_by_id": "per_1",
    "ordered_at": "2026-11-06T01:00:00Z",
    "ordered_by_name": "李建国",
    "reinspection": None,
}
RECORD = {"inspection": ROUND, "criteria": CRITERIA, "score": SCORE, "rectification": None}
SHEET = {"version": "1", "mark.yard": "9", "note": "已清理", "passed": "yes"}


@pytest.fixture
def officer(desk: Desk, api: Api) -> Desk:
    desk.sign_in("grid_officer")
    others = ROUND_PLACE | {"courtyard_id": "cty_2", "number": 13, "score": 60.0, "rectification": None}
    api.answers |= {
        "/v1/rankings": {"data": [CLOSED], **NO_MORE},
        "/v1/inspections/ins_1/ranking": CLOSED | {"community_id": "com_1", "ranking": [ROUND_PLACE, others]},
        "/v1/courtyards/cty_2": COURTYARDS[1],
        PATH: RECORD,
    }
    return desk


def test_courtyards_with_an_order_stand_first_then_those_with_the_lowest_scores(officer: Desk) -> None:
    text = officer.get(LIST).text

    assert text.index("12 号院") < text.index("13 号院")
    assert "要求整改" in text


def test_a_fault_is_to_be_corrected_by_a_day(officer: Desk, api: Api) -> None:
    api.answers[f"PUT {PATH}/rectification"] = ORDERED

    answer = officer.post(f"{PAGE}/order", page=PAGE, reason="清理门前杂物", due="2026-11-20")

    assert api.sent("PUT", f"{PATH}/rectification") == [{"reason": "清理门前杂物", "due": "2026-11-20"}]
    assert answer.headers["Location"] == PAGE


def test_a_refused_order_keeps_what_was_typed(officer: Desk, api: Api) -> None:
    api.answers[f"PUT {PATH}/rectification"] = problem(422, "invalid", due="须在今天以后")

    answer = officer.post(f"{PAGE}/order", page=PAGE, reason="清理", due="2020-01-01")

    assert answer.status_code == 422
    assert "清理</textarea>" in answer.text
    assert '<small class="wrong" id="e-due">须在今天以后</small>' in answer.text


def test_a_re_inspection_is_recorded_with_its_verdict(officer: Desk, api: Api) -> None:
    api.answers[PATH] = RECORD | {"rectification": ORDERED}
    api.answers[f"PUT {PATH}/reinspection"] = ORDERED | {"state": "passed"}
    assert "逾期" in officer.get(PAGE).text

    officer.post(f"{PAGE}/reinspection", page=PAGE, **SHEET)

    sheet = {"version": 1, "marks": {"yard": 9}, "evidence_ids": [], "note": "已清理", "passed": True}
    assert api.sent("PUT", f"{PATH}/reinspection") == [sheet]


def test_the_next_re_inspection_has_the_next_version_and_the_marks_of_the_last(officer: Desk, api: Api) -> None:
    ordered = ORDERED | {"state": "failed", "reinspection": SCORE | {"version": 2, "passed": False}}
    api.answers[PATH] = RECORD | {"rectification": ordered}

    text = officer.get(PAGE).text

    assert 'name="version" value="3"' in text
    assert re.search(r'name="mark.yard" type="number" value="8"', text)


def test_before_a_fault_is_named_there_is_nothing_to_re_inspect(officer: Desk) -> None:
    assert 'name="passed"' not in officer.get(PAGE).text


def test_heads_order_nothing(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get(LIST).status_code == 403
