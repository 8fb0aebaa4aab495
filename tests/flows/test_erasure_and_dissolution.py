"""Erasure of a person and dissolution of a courtyard over HTTP: what is deleted, what stays (R1, R2, R10, R18)."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from contracts import calendar
from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, ApiError, wait_for
from tests.flows.community import Community, Json, expect_refused
from tests.flows.samples import CHECKLIST


def test_r6_erasure_deletes_texts_and_evidence_everywhere_but_not_points_or_publications(
    new_community: Callable[..., Community],
) -> None:
    community = new_community("忘村")
    final = community.submit_claim("张三", "clean_up", photo=pictures.photo(21), place="张家门口", cause="扫雪")
    community.decide("王院长", final, "endorse")
    review = community.decide("组长", final, "approve", points=4, reason="张三只扫了一半")
    publication = community.publish_month()
    community.settle_month(publication["period"])
    wait_for("the points", lambda: community.passbook("张三")["available"] == 4)
    waiting = community.submit_claim("张三", "clean_up", photo=pictures.photo(22), place="张家门口", cause="又扫雪")
    community.wait_for_review("王院长", waiting)
    links = [
        community["张三"].post(f"/v1/evidence/{claim['evidence_ids'][0]}/link")["url"] for claim in (final, waiting)
    ]
    published = _published_rows(community, publication)

    proposed = community.committee.send("DELETE", f"/v1/residents/{community.person_ids['张三']}").json()
    assert proposed["state"] == "proposed"
    community.approve(proposed["proposal_id"])

    redacted = wait_for("the redaction", lambda: _if_redacted(community, final))
    assert (redacted["status"], redacted["awarded_points"], redacted["evidence"]) == ("final", 4, [])
    assert {step["reason"] for step in redacted["timeline"]} == {""}
    wait_for("the redaction of the reasons", lambda: not any(each["reason"] for each in _decisions(community, review)))
    assert community.wait_for_status(waiting, "withdrawn")["cause"] == ""
    wait_for("the end of the review", lambda: waiting["id"] not in community.open_reviews("王院长"))
    for claim, link in zip((final, waiting), links, strict=True):
        with expect_refused("not_found", 404):
            community["组长"].read(f"/v1/evidence/{claim['evidence_ids'][0]}")
        wait_for("the deletion of the file", partial(_is_gone, community.public, link))
    wait_for("the end of their session", lambda: community["张三"].send("GET", "/v1/me").status_code == 401)
    assert _published_rows(community, publication) == published
    assert community.passbook("张三")["available"] == 4
    assert community.committee.get(f"/v1/residents/{community.person_ids['张三']}")["name"] == "已注销"


def _if_redacted(community: Community, claim: Json) -> Json | None:
    current: Json = community["组长"].get(f"/v1/claims/{claim['id']}")
    return current if (current["place"], current["cause"]) == ("", "") else None


def _is_gone(client: ApiClient, path: str) -> bool:
    return client.send("GET", path).status_code == 404


def _decisions(community: Community, review: Json) -> list[Json]:
    decisions: list[Json] = community["组长"].get(f"/v1/reviews/{review['id']}")["decisions"]
    return decisions


def _published_rows(community: Community, publication: Json) -> list[tuple[str, int, str]]:
    """Return the rows of the public list."""
    rows = community.public.get(f"/v1/publications/{publication['id']}")["data"]
    return [(row["id"], row["points"], row["day"]) for row in rows]


def test_r1_an_empty_courtyard_is_dissolved_and_keeps_its_points(
    new_community: Callable[..., Community],
) -> None:
    community = new_community("迁村")
    community.credit_points(周九=10)
    courtyard, today = community.courtyard_ids[4], calendar.day_of(datetime.now(UTC)).isoformat()
    path, committee, chair = f"/v1/courtyards/{courtyard}/dissolve", community.committee, community["组长"]
    with expect_refused("courtyard_in_use", 409):
        committee.post(path)
    chair.put("/v1/checklist", CHECKLIST)
    inspection = chair.post("/v1/inspections", {"period": today[:7]})["id"]
    score_path = f"/v1/inspections/{inspection}/courtyards/{courtyard}"
    chair.put(score_path, {"version": 1, "marks": {"yard": 9}})

    for name, to in (("周九", {"courtyard_id": community.courtyard_ids[3]}), ("杨院长", {"left_community": True})):
        committee.post(f"/v1/residents/{community.person_ids[name]}/moves", {"on": today, "to": to})
    [head] = committee.all("/v1/appointments", role="head", scope_id=courtyard)
    committee.post(f"/v1/appointments/{head['id']}/end")
    assert committee.post(path)["dissolved_on"] == today

    assert courtyard not in [each["id"] for each in committee.all("/v1/courtyards")]
    assert [each["number"] for each in committee.all("/v1/courtyards", dissolved="true")] == [4]
    with expect_refused("courtyard_dissolved", 409):
        committee.post("/v1/households", {"courtyard_id": courtyard})
    wait_for("the refusal of a late score", lambda: _error_code_of_score(chair, score_path) == "courtyard_dissolved")
    progress = chair.get(f"/v1/inspections/{inspection}")
    assert (progress["total"], [each["number"] for each in progress["missing"]]) == (3, [1, 2, 3])
    ranking = chair.post(f"/v1/inspections/{inspection}/close", {"accept_missing": True})["ranking"]
    assert ranking == []
    board = community.public.get("/v1/boards/courtyards", community_id=community.id, period="all")["data"]
    assert [(row["number"], row["points"]) for row in board] == [(4, 10)]
    earlier = community.submit_claim("周九", "council", day=9)
    assert earlier["courtyard_id"] == courtyard
    assert community.wait_for_review("二网格员", earlier)["level"] == "officer"


def _error_code_of_score(client: ApiClient, path: str) -> str | None:
    """Upload a later version of a score; return the code of its refusal, or None if it was accepted."""
    try:
        client.put(path, {"version": 2, "marks": {"yard": 8}})
    except ApiError as error:
        return error.code
    return None
