"""Courses over HTTP: prepared, learned also without network, passed, and credited (R30, R33)."""

from functools import partial

from deploy.demo import pictures
from deploy.demo.api_client import retry_until_known, wait_for
from deploy.demo.ordinary_month import upload_evidence
from tests.flows.community import Community, Json, expect_refused
from tests.flows.samples import course_form, publish_course


def test_r30_progress_never_falls_and_a_passed_quiz_completes_a_course_and_earns(community: Community) -> None:
    course, member = publish_course(community, item="training"), community["张三"]
    path = f"/v1/courses/{course}"
    retry_until_known(partial(member.get, path))
    assert member.post(f"{path}/progress", {"data": [{"unit": 0, "percent": 80}]})["percent"] == 80
    assert member.post(f"{path}/progress", {"data": [{"unit": 0, "percent": 30}]})["percent"] == 80
    assert member.get(path)["quiz"][0]["answers"] is None
    assert member.post(f"{path}/quiz-attempts", {"answers": [[0]]})["passed"] is False
    passed = member.post(f"{path}/quiz-attempts", {"answers": [[1]]})
    assert (passed["passed"], passed["percent"]) == (True, 100)

    def act() -> Json | None:
        found = community["组长"].get("/v1/acts")["data"]
        return next((each for each in found if each["cause"] == "完成课程：急救入门"), None)

    assert wait_for("the act", act)["person_name"] == "张三"
    assert member.get("/v1/me/courses")["data"][0]["completed_at"] == passed["completed_at"]


def test_r30_a_course_s_pictures_are_seen_by_who_learns_it(community: Community) -> None:
    picture = upload_evidence(community["组长"], pictures.photo(4))
    unit = {"title": "按压", "picture_ids": [picture]}
    course = publish_course(community, units=[unit])
    [seen] = community["李四"].get(f"/v1/courses/{course}")["units"]
    assert len(seen["picture_links"]) == 1


def test_r30_a_published_course_and_the_attempts_of_a_day_are_fixed(community: Community) -> None:
    course = publish_course(community, attempts_a_day=1)
    with expect_refused("wrong_state", 409):
        community["组长"].put(f"/v1/courses/{course}", course_form())
    community["李四"].post(f"/v1/courses/{course}/quiz-attempts", {"answers": [[0]]})
    with expect_refused("quiz_attempts_used", 422):
        community["李四"].post(f"/v1/courses/{course}/quiz-attempts", {"answers": [[1]]})
