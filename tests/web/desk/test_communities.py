"""The platform's communities and founding one."""

import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

FORM = {"name": "新村社区", "district": "", "committee.name": "赵主任", "committee.phone": "13800000009"}


@pytest.fixture
def administrator(desk: Desk, api: Api) -> Desk:
    desk.sign_in("platform")
    listed = {"id": "com_2", "name": "昌宁社区", "district": "离石区"}
    api.answers["/v1/communities"] = {"data": [listed], **NO_MORE}
    return desk


def test_every_community_leads_to_its_proposals(administrator: Desk) -> None:
    text = administrator.get("/desk/communities/").text

    assert "昌宁社区" in text
    assert 'href="/desk/communities/com_2/proposals/"' in text


def test_a_community_is_founded_with_its_first_person(administrator: Desk, api: Api) -> None:
    founded = {"id": "com_3", "name": "新村社区", "district": None, "committee_person_id": "per_9"}
    api.answers["POST /v1/communities"] = founded

    answer = administrator.post("/desk/communities/new", **FORM, **{"committee.password": "first-password"})

    assert answer.headers["Location"] == "/desk/communities/"
    person = {"name": "赵主任", "phone": "13800000009", "password": "first-password"}
    assert api.sent("POST", "/v1/communities") == [{"name": "新村社区", "district": None, "committee": person}]


@pytest.mark.parametrize(
    "refusal",
    [
        problem(409, "already_exists", "已有同名社区"),
        problem(422, "invalid", **{"committee/phone": "应为手机号"}),
        httpx.ConnectError("x"),
    ],
    ids=["409", "422", "unreachable"],
)
def test_a_refused_community_keeps_all_but_the_password(administrator: Desk, api: Api, refusal: Any) -> None:
    api.answers["POST /v1/communities"] = refusal

    answer = administrator.post("/desk/communities/new", **FORM, **{"committee.password": "first-password"})

    assert answer.status_code in (409, 422, 503)
    assert re.search(r'name="committee.name"[^>]*value="赵主任"', answer.text)
    assert "first-password" not in answer.text
    if answer.status_code == 422:
        assert '<small class="wrong" id="e-committee.phone">应为手机号</small>' in answer.text


def test_only_the_platform_founds_communities(desk: Desk) -> None:
    desk.sign_in("committee")

    assert desk.get("/desk/communities/").status_code == 403
    assert desk.get("/desk/communities/new").status_code == 403
