"""征求意见表 over HTTP: answered once a household, online or on paper; results without small cells (R32)."""

from deploy.demo import pictures
from deploy.demo.ordinary_month import upload_evidence
from tests.flows.community import Community, expect_refused
from tests.flows.samples import open_survey


def test_r32_a_survey_is_answered_once_a_household_online_or_on_paper(community: Community) -> None:
    survey = open_survey(community, anonymous=True)
    path = f"/v1/surveys/{survey}"
    first = {"items": [{"question": 1, "choices": [1]}]}
    community["王院长"].put(f"{path}/answers/mine", first)
    community["王嫂"].put(f"{path}/answers/mine", {"items": [{"question": 1, "choices": [2]}]})
    head = community["王院长"]
    scan = upload_evidence(head, pictures.photo(31))
    paper = first | {"respondent_id": community.household_ids["1-2"], "evidence_id": scan}
    assert head.post(f"{path}/answers", paper)["on_paper"] is True
    with expect_refused("already_answered", 409):
        head.post(f"{path}/answers", paper)
    with expect_refused("role_missing", 403):
        head.post(f"{path}/answers", paper | {"respondent_id": community.household_ids["2-2"]})
    silent = head.get(f"{path}/silent")["data"]
    assert [each["person_name"] for each in silent] == ["李四"]
    shown = community["李四"].get(path)
    assert (shown["answered"], shown["expected"], shown["state"]) == (2, 10, "open")
    with expect_refused("wrong_state", 409):
        community["组长"].get(f"{path}/results")
    for name in ("李四", "赵六", "钱七", "孙八", "周九"):
        community[name].put(f"{path}/answers/mine", first)
    community["组长"].post(f"{path}/close")
    found = community["李四"].get(f"{path}/results")
    assert (found["answered"], found["expected"]) == (7, 10)
    assert {cell["count"] for cell in found["questions"][0]["cells"]} == {None}
    with expect_refused("survey_not_open", 409):
        community["李四"].put(f"{path}/answers/mine", first)
    with expect_refused("not_found", 404):
        community["李四"].get(f"{path}/answers/mine")


def test_r32_every_fault_of_an_answer_has_a_pointer(community: Community) -> None:
    survey = open_survey(community)
    items = [{"question": 1, "choices": [3]}, {"question": 2, "text": "无"}]
    answer = community["李四"].send("PUT", f"/v1/surveys/{survey}/answers/mine", json={"items": items})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/items/0/choices", "/items/1/question"]
