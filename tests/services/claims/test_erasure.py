"""Erasure of personal data: what goes, and what stays (R10, R15)."""

from typing import Any

import pytest
from sqlalchemy import text

from contracts import errors, registry
from contracts.claims import ClaimWithdrawn
from contracts.review import ClaimRefused, ClaimReturned, EntryApproved, EntryCorrected, EntryFinalized, ObjectionRuled
from messaging.transaction import Idempotency
from tests.services.claims.conftest import COMMUNITY, NOW, ClaimsHarness, actor, on

TEXTS = ("李家门前", "帮王奶奶搬柴", "照片看不清", "多记了一小时")


@pytest.fixture
def service(service: ClaimsHarness) -> ClaimsHarness:
    service.adopt_rulebook()
    return service


def erase(service: ClaimsHarness, name: str = "li") -> None:
    service.handle(registry.ResidentErased(community=COMMUNITY, person=f"per_{name}", sequence=9))


def declared(service: ClaimsHarness, by: str = "li", **chosen: Any) -> dict[str, Any]:
    """Submit a claim with texts of its own and a photo."""
    photo = service.upload(by, sha256=chosen.pop("sha256", "b" * 64), looks=["1" * 144])
    return service.submit(by, place=TEXTS[0], cause=TEXTS[1], evidence_ids=[photo], **chosen)


def all_rows(service: ClaimsHarness) -> str:
    """Return all rows of the store as text."""
    with service.transaction() as tx:
        tables = tx.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [tx.session.scalars(text(f"SELECT t::text FROM {table} t")).all() for table in tables]
    return "\n".join(row for table in rows for row in table)


def files(service: ClaimsHarness) -> list[str]:
    return [evidence for _, evidence in service.call("files_to_delete")]


def test_no_row_contains_texts_or_evidence_of_an_erased_person(service: ClaimsHarness) -> None:
    key = Idempotency(caller="per_li", key="k", digest="d")
    photo = service.upload(sha256="c" * 64, looks=["1" * 144], origin={"latitude": 37.51, "longitude": 111.14})
    deed = {"item": "volunteer", "happened_at": on(23), "place": TEXTS[0], "cause": TEXTS[1]}
    claim = service.call("submit_claim", actor=actor("li"), idempotency=key, **deed, evidence_ids=[photo])
    service.review_event(claim["id"], ClaimReturned, reason=TEXTS[2], sequence=2)
    assert all(each in all_rows(service) for each in (TEXTS[0], TEXTS[1], TEXTS[2], "c" * 64, "37.51"))

    erase(service)

    for each in (*TEXTS, "c" * 64, "1" * 144, "37.51"):
        assert each not in all_rows(service)


def test_deeds_points_and_decisions_stay(service: ClaimsHarness) -> None:
    claim = declared(service)
    service.review_event(claim["id"], EntryApproved, points=1, sequence=3)
    service.review_event(claim["id"], EntryFinalized, points=1, sequence=4)

    erase(service)

    left = service.get_claim(claim["id"], by="chen")
    assert (left["status"], left["points"], left["awarded_points"], left["day"]) == ("final", 1, 1, "2026-11-23")
    assert (left["place"], left["cause"], left["evidence"], left["person_id"]) == ("", "", [], "per_li")
    assert [step["step"] for step in left["timeline"]] == ["submitted", "approved", "final"]


@pytest.mark.parametrize("returned", [True, False])
def test_undecided_claims_are_withdrawn(service: ClaimsHarness, returned: bool) -> None:
    claim = declared(service)
    if returned:
        service.review_event(claim["id"], ClaimReturned, reason=TEXTS[2], sequence=2)

    erase(service)

    event = service.emitted[-1]
    assert (type(event), event.claim, event.by) == (ClaimWithdrawn, claim["id"], "per_li")
    assert service.get_claim(claim["id"], by="chen")["status"] == "withdrawn"


def test_evidence_is_gone_at_once_and_its_file_is_listed_for_deletion(service: ClaimsHarness) -> None:
    claim = declared(service)
    [photo] = claim["evidence_ids"]

    erase(service)

    for reader in ("li", "chen", "wang"):
        with pytest.raises(errors.NotFound):
            service.call("open_evidence", actor=actor(reader), evidence_id=photo)
    assert files(service) == [photo]


def test_evidence_that_others_uploaded_for_them_goes_unless_another_claim_carries_it(service: ClaimsHarness) -> None:
    mine, shared = service.upload("wang", sha256="c" * 64), service.upload("wang", sha256="d" * 64)
    service.submit("wang", person_id="per_li", evidence_ids=[mine, shared])
    other = service.submit("wang", person_id="per_zhao", evidence_ids=[shared])
    loose = service.upload("wang", sha256="e" * 64)

    erase(service)

    assert files(service) == [mine]
    assert [piece["id"] for piece in service.get_claim(other["id"], by="zhao")["evidence"]] == [shared]
    assert service.call("open_evidence", actor=actor("wang"), evidence_id=loose)["id"] == loose


def test_claims_declared_and_reviewed_for_others_stay(service: ClaimsHarness) -> None:
    claim = declared(service, "wang", person_id="per_zhao")
    service.review_event(claim["id"], ClaimRefused, reason=TEXTS[2], sequence=2, by="per_wang")

    erase(service, "wang")

    theirs = service.get_claim(claim["id"], by="zhao")
    assert (theirs["cause"], len(theirs["evidence"]), theirs["timeline"][-1]["reason"]) == (TEXTS[1], 1, TEXTS[2])


def test_unused_uploads_go_except_those_of_office_holders(service: ClaimsHarness) -> None:
    loose, of_a_round = service.upload("li", sha256="c" * 64), service.upload("zhou", sha256="d" * 64)

    erase(service)
    erase(service, "zhou")

    assert files(service) == [loose]
    assert service.call("open_evidence_of", actor=actor("chen"), evidence_id=of_a_round, uploaded_by_id="per_zhou")


def test_reasons_that_arrive_after_the_erasure_are_not_stored(service: ClaimsHarness) -> None:
    claim = declared(service)
    service.review_event(claim["id"], EntryApproved, points=1, sequence=3)
    erase(service)

    service.review_event(claim["id"], EntryCorrected, points=1, sequence=4, reason=TEXTS[3], correction="cor_1")
    ruled = {"objection": "obj_1", "entry": "ent_1", "upheld": True, "by": "per_he", "reason": TEXTS[3], "at": NOW}
    service.handle(ObjectionRuled(community=COMMUNITY, **ruled))

    steps = service.get_claim(claim["id"], by="chen")["timeline"]
    assert [(step["step"], step["reason"]) for step in steps[-2:]] == [("corrected", ""), ("objection_ruled", "")]


def test_nothing_new_is_stored_of_an_erased_person(service: ClaimsHarness) -> None:
    erase(service)

    for attempt in (
        lambda: service.submit("li"),
        lambda: service.submit("wang", person_id="per_li"),
        lambda: service.upload("li"),
        lambda: service.call(
            "suspend_person", actor=actor("chen"), person_id="per_li", until="2026-12-24", reason=TEXTS[2]
        ),
    ):
        with pytest.raises(errors.NotFound):
            attempt()
    acts = {"item": "learning", "happened_at": on(23), "place": TEXTS[0], "cause": TEXTS[1]}
    [answer] = service.call("record_acts", actor=actor("chen"), person_ids=["per_li"], **acts)["data"]
    assert (answer["act_id"], answer["code"]) == (None, "not_found")


def test_data_of_requests_under_way_is_erased_by_the_repetition(service: ClaimsHarness) -> None:
    claim = declared(service)
    with service.transaction() as tx:
        late = "SELECT place, cause, evidence FROM claims"
        place, cause, evidence = tx.session.execute(text(late)).one()
    erase(service)
    with service.transaction() as tx:
        again = text("UPDATE claims SET place = :place, cause = :cause, evidence = :evidence")
        tx.session.execute(again, {"place": place, "cause": cause, "evidence": evidence})

    service.tick("forget_again")
    assert service.get_claim(claim["id"], by="he")["cause"] == TEXTS[1]
    service.later(minutes=3).tick("forget_again")

    assert service.get_claim(claim["id"], by="he")["cause"] == ""


def test_an_erasure_is_idempotent_and_may_come_first(service: ClaimsHarness) -> None:
    declared(service)
    erase(service)
    before = all_rows(service)

    service.handle(registry.ResidentErased(community="com_2", person="per_li", sequence=9))
    erase(service)
    erase(service, "unknown")

    def claim_rows(store: str) -> set[str]:
        return {line for line in store.splitlines() if "clm_" in line}

    assert claim_rows(all_rows(service)) == claim_rows(before)


def test_a_file_is_deleted_at_once_and_again_for_an_upload_under_way(service: ClaimsHarness) -> None:
    [photo] = declared(service)["evidence_ids"]
    erase(service)
    for minutes in (0, 3):
        service.later(minutes=minutes)
        assert files(service) == [photo]
        service.call("files_deleted", files=[[COMMUNITY, photo]])
        assert files(service) == []

    service.later(days=1)
    assert files(service) == []
