"""A month's inspection over HTTP, from its checklist to the points for its ranks (R18, R19), and proofs (R20)."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from PIL import Image

from contracts import calendar
from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, wait_for
from deploy.demo.ordinary_month import upload_evidence
from tests.flows.community import Community, Json, expect_refused

CRITERIA = [
    {"code": "yard", "title": "院内整洁", "weight": 2, "max_mark": 10},
    {"code": "gate", "title": "门前三包", "weight": 1, "max_mark": 10},
]


@pytest.fixture(scope="module")
def community(new_community: Callable[..., Community]) -> Community:
    return new_community("卫生村", inspection_red_places=1, inspection_black_places=1)


@pytest.fixture(scope="module")
def chair(community: Community) -> ApiClient:
    chair = community["组长"]
    chair.put("/v1/checklist", {"criteria": CRITERIA})
    return chair


def _score(mark: int, version: int = 1, *photos: str) -> Json:
    return {"version": version, "marks": {"yard": mark, "gate": mark}, "evidence_ids": list(photos), "note": ""}


def test_r18_r19_an_inspection_is_assigned_scored_closed_ranked_and_rectified(
    community: Community, chair: ApiClient
) -> None:
    inspection = chair.post("/v1/inspections", {"period": community.months[1]})["id"]
    path = f"/v1/inspections/{inspection}"
    _assign_inspectors(community, path)
    photo = _upload_scores(community, path)
    _check_readers(community, path, photo)
    _close(community, path)
    _check_ranking(community, path, inspection)
    _rectify(community, path)
    _check_awards(community)


def _assign_inspectors(community: Community, path: str) -> None:
    """Assign the rows to two officers, and two courtyards to a resident who lives in one of them."""
    courtyards, helper = community.courtyard_ids, community["孙八"]
    assignments = [
        {"inspector_id": community.person_ids["一网格员"], "rows": [1]},
        {"inspector_id": community.person_ids["二网格员"], "grid_ids": [community.grid_ids["二网格"]]},
        {"inspector_id": community.person_ids["孙八"], "courtyard_ids": [courtyards[4], courtyards[3]]},
    ]
    assigned = community["组长"].put(f"{path}/assignments", {"assignments": assignments})
    assert [share["total"] for share in assigned["assignments"]] == [2, 2, 2]
    with expect_refused("role_missing"):
        community["张三"].put(f"{path}/courtyards/{courtyards[2]}", _score(10))
    with expect_refused("recused"):
        helper.put(f"{path}/courtyards/{courtyards[3]}", _score(10))


def _upload_scores(community: Community, path: str) -> str:
    """Score all courtyards but the third, with repeated and late uploads, and return the id of a photo."""
    courtyards, officer = community.courtyard_ids, community["一网格员"]
    photo = upload_evidence(officer, pictures.photo(7))
    first = officer.put(f"{path}/courtyards/{courtyards[1]}", _score(9, 1, photo))
    assert officer.put(f"{path}/courtyards/{courtyards[1]}", _score(9, 1, photo)) == first
    assert officer.put(f"{path}/courtyards/{courtyards[1]}", _score(8, 2, photo))["score"] == 80.0
    with expect_refused("stale_version", 409):
        community["二网格员"].put(f"{path}/courtyards/{courtyards[1]}", _score(3, 2))
    officer.put(f"{path}/courtyards/{courtyards[2]}", _score(8))
    community["孙八"].put(f"{path}/courtyards/{courtyards[4]}", _score(10))
    return photo


def _check_readers(community: Community, path: str, photo: str) -> None:
    """Check who may read the score of the first courtyard and its photo."""
    score_path = f"{path}/courtyards/{community.courtyard_ids[1]}"
    photo_path = f"{score_path}/photos/{photo}"
    for reader in ("二网格员", "王院长", "张三"):
        read = community[reader].get(score_path)
        assert read["score"]["marks"] == {"yard": 8, "gate": 8}
        assert (read["score"]["inspector_name"], read["score"]["evidence_ids"]) == ("一网格员", [photo])
        assert read["criteria"] == community["二网格员"].get(path)["criteria"] == CRITERIA
        assert community[reader].read(photo_path)[:2] == b"\xff\xd8"
        [links] = read["score"]["evidence_links"]
        assert links["evidence_id"] == photo
        small = httpx.get(links["small_url"])
        assert (small.status_code, small.headers["Content-Type"]) == (200, "image/jpeg")
        with Image.open(io.BytesIO(small.content)) as picture:
            assert picture.width * picture.height <= 320 * 240
    shown = {score["courtyard_id"]: score["evidence_links"] for score in community["二网格员"].get(path)["scores"]}
    assert [links["evidence_id"] for links in shown[community.courtyard_ids[1]]] == [photo]
    with expect_refused("not_found"):
        community["赵六"].get(score_path)
    with expect_refused("not_found"):
        community["赵六"].read(photo_path)


def _close(community: Community, path: str) -> None:
    """Close the inspection, which is possible once and only when all courtyards have a score."""
    chair, officer, last = community["组长"], community["二网格员"], community.courtyard_ids[3]
    progress = officer.get(path)
    assert ([missing["number"] for missing in progress["missing"]], progress["total"]) == ([3], 4)
    with expect_refused("courtyards_missing", 409):
        chair.post(f"{path}/close", {})
    officer.put(f"{path}/courtyards/{last}", _score(2))
    chair.post(f"{path}/close", {})
    with expect_refused("inspection_closed", 409):
        chair.post(f"{path}/close", {})
    with expect_refused("inspection_closed", 409):
        officer.put(f"{path}/courtyards/{last}", _score(9, 2))


def _check_ranking(community: Community, path: str, inspection: str) -> None:
    """Check that equal scores share a rank, and that the public reads masked names."""
    public = community.public
    ranking = public.get(f"{path}/ranking")["ranking"]
    ranks = sorted((place["rank"], place["number"]) for place in ranking)
    assert [(number, rank) for rank, number in ranks] == [(4, 1), (1, 2), (2, 2), (3, 4)]
    assert {place["head_name"] for place in ranking} == {"王*", "刘*", "陈*", "杨*"}
    assert [place["number"] for place in public.get(f"{path}/ranking", listed="black")["ranking"]] == [3]
    assert public.get("/v1/rankings", community_id=community.id)["data"][0]["id"] == inspection


def _rectify(community: Community, path: str) -> None:
    """Order and pass a rectification of the last courtyard, which does not change its rank."""
    courtyard, head = community.courtyard_ids[3], community["陈院长"]
    due = (calendar.day_of(datetime.now(UTC)) + timedelta(days=7)).isoformat()
    community["组长"].put(f"{path}/courtyards/{courtyard}/rectification", {"reason": "清理杂物", "due": due})
    community["二网格员"].put(f"{path}/courtyards/{courtyard}/reinspection", _score(10) | {"passed": True})

    def rectified() -> Json | None:
        [place] = community.public.get(f"{path}/ranking", listed="black")["ranking"]
        return place if place["rectification"] else None

    place = wait_for("the result of the rectification", rectified)
    assert (place["rectification"]["state"], place["rectification"]["score"]) == ("passed", 100.0)
    assert (place["rank"], place["score"]) == (4, 20.0)
    assert head.get(f"/v1/courtyards/{courtyard}/inspections")["data"][0]["rank"] == 4
    ordered = head.get(f"{path}/courtyards/{courtyard}")["rectification"]
    assert (ordered["reason"], ordered["reinspection"]["passed"]) == ("清理杂物", True)


def _check_awards(community: Community) -> None:
    """Check that the points for ranks wait for final approval by somebody else than who closed the round."""
    member, chair = community["组员"], community["组长"]

    def awards() -> list[Json] | None:
        waiting = [review for review in member.all("/v1/reviews", stage="final") if review["origin"] == "award"]
        return waiting if len(waiting) == 4 else None

    waiting = wait_for("the awards", awards)
    assert {award["points"] for award in waiting} == {10}
    decision = f"/v1/reviews/{waiting[0]['id']}/decision"
    with expect_refused("recused"):
        chair.post(decision, {"decision": "approve"})
    assert member.post(decision, {"decision": "approve"})["stage"] == "approved"


def test_r20_the_owner_of_a_transfer_can_prove_it_to_anybody(community: Community) -> None:
    community.credit_points(孙八=5)
    passbook = f"/v1/passbooks/{community.household_id_of('孙八')}"
    client = community["孙八"]
    transfer = client.get(f"{passbook}/entries/{client.get(f'{passbook}/entries')['data'][0]['id']}")

    def proof() -> Json | None:
        blocks = community.public.get("/v1/ledger/blocks", community_id=community.id)["data"]
        return community.public.get(f"/v1/ledger/entries/{transfer['id']}/proof") if blocks else None

    proven = wait_for("the block", proof)

    assert proven["block"]["community_id"] == community.id
    assert transfer["content"] not in str(proven)
    period = calendar.period_of(calendar.day_of(datetime.now(UTC)))
    assert client.get(f"{passbook}/statements/{period}")["closing"] == client.get(passbook)["posted"]
    assert community.committee.get("/v1/budget")["outstanding_fen"] == 500
