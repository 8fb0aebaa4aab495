"""People's data over HTTP: what the public sees, who saw what, consent, export, erasure (R10, R14, R42)."""

import io
import json
import re
import zipfile
from collections.abc import Callable

from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, wait_for
from tests.flows.community import Community, Json, expect_refused

_PERSON_OR_HOUSEHOLD = re.compile(r"\b(per|hou)_[0-9a-z]{10,}")


def test_r14_public_answers_hold_no_ids_of_people_and_no_name_that_fits_too_few(
    new_community: Callable[..., Community],
) -> None:
    community = new_community("隐村", public_place="courtyard", public_min_residents=2)
    tip, open_claim = community.submit_claim("赵六", "tip"), community.submit_claim("赵六", "council")
    with expect_refused("not_found", 404):
        community["刘院长"].get(f"/v1/claims/{tip['id']}")
    community.decide("组员", tip, "endorse")
    community.decide("组长", tip, "approve")
    community.endorse_and_approve(open_claim, endorsed_by="刘院长")
    alone = community.submit_claim("钱七", "council")
    community.endorse_and_approve(alone, endorsed_by="刘院长")
    month = community.month
    report = community.committee.get(f"/v1/communities/{community.id}/publicity-report", period=month)
    publication = community.publish_month()
    community.settle_month(month)
    boards = [f"/v1/boards/{kind}" for kind in ("residents", "households", "courtyards")]
    scope = {"community_id": community.id, "period": month}
    wait_for("the board", lambda: community.public.get(boards[0], **scope)["data"])

    lines = community.public.get(f"/v1/publications/{publication['id']}")["data"]

    shown = {(line["item"], line["person_name"], line["courtyard_number"]) for line in lines}
    assert shown == {("tip", None, None), ("council", "赵*", 2), ("council", None, None)}
    raw = next(each for each in report["options"] if each["public_min_residents"] == 1)
    chosen = next(each for each in report["options"] if each["chosen"])
    assert (report["lines"], raw["fits_one"], chosen["fits_one"], chosen["without_name"]) == (2, 1, 0, 1)
    public = [community.public.get(path, **scope, limit=1) for path in boards]
    public += [lines, community.public.get("/v1/publications", community_id=community.id)]
    public += [community.public.get("/v1/rankings", community_id=community.id)]
    assert not _PERSON_OR_HOUSEHOLD.search(json.dumps(public))


def test_r42_a_resident_sees_who_saw_their_data_exports_it_and_has_it_erased(
    new_community: Callable[..., Community],
) -> None:
    community = new_community("知情村")
    claim = community.submit_claim("张三", "clean_up", photo=pictures.photo(31))
    resident, proof = community["张三"], claim["evidence_ids"][0]
    community.wait_for_review("王院长", claim)
    community["王院长"].read(f"/v1/evidence/{proof}")
    community["一网格员"].get(f"/v1/residents/{community.person_ids['张三']}")

    seen = resident.get("/v1/me/accesses")["data"]

    assert ("王院长", "evidence_opened", proof) in {(a["by_name"], a["action"], a["subject_id"]) for a in seen}
    assert ("一网格员", "record_read") in {(a["by_name"], a["action"]) for a in seen}
    assert community["李四"].get("/v1/me/accesses")["data"] != seen
    _export(resident, claim)
    resident.put("/v1/me/consents/public_name", {"given": False})
    consents = community["王院长"].get(f"/v1/residents/{community.person_ids['张三']}/consents")["data"]
    assert {each["purpose"]: each["given"] for each in consents}["public_name"] is False

    request = resident.post("/v1/me/erasure-requests", {"reason": "已搬走"})
    with expect_refused("already_exists", 409):
        resident.post("/v1/me/erasure-requests", {})
    with expect_refused("role_missing", 403):
        community["王院长"].get("/v1/erasure-requests")
    [waiting] = community.committee.get("/v1/erasure-requests", state="open")["data"]
    assert (waiting["id"], waiting["person_name"]) == (request["id"], "张三")
    erased = community.committee.send("DELETE", f"/v1/residents/{community.person_ids['张三']}").json()
    assert erased == {"state": "done", "proposal_id": None}
    [done] = community.committee.get("/v1/erasure-requests")["data"]
    assert (done["state"], done["reason"]) == ("done", "")
    assert community.committee.get("/v1/retention-runs")["data"] is not None


def _export(resident: ApiClient, claim: Json) -> None:
    data = resident.get("/v1/me/export")
    assert data["record"][0]["name"] == "张三"
    assert [each["id"] for each in data["claims"]] == [claim["id"]]
    assert data["claims"][0]["timeline"][0]["step"] == "submitted"
    archive = zipfile.ZipFile(io.BytesIO(resident.read("/v1/me/export", format="zip")))
    assert {"data.json", "data.xlsx", f"files/{claim['evidence_ids'][0]}.jpg"} <= set(archive.namelist())
