"""Evidence is deleted when its retention has ended, and the deletion is reported (R10, R42)."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from contracts import registry
from contracts.errors import NotFound, RoleMissing
from contracts.policy import Policy
from contracts.review import ClaimRefused, EntryApproved, EntryFinalized
from services.claims.domain.retention import RetentionLimits, RetentionRun
from tests.services.claims.conftest import COMMUNITY, ClaimsHarness, actor

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_the_limits_follow_the_policy():
    limits = RetentionLimits.of(Policy(upload_retention_days=3, evidence_retention_days=60), NOW)

    assert (limits.uploads, limits.evidence) == (NOW - timedelta(days=3), NOW - timedelta(days=60))


@pytest.mark.parametrize(
    ("hours", "complete", "done"), [(1, True, True), (1, False, False), (13, True, False), (48, True, False)]
)
def test_a_complete_run_ends_the_day_in_shanghai(hours: int, complete: bool, done: bool):
    run = RetentionRun(community="com_1", at=NOW, uploads=0, evidence=0, complete=complete)

    assert run.is_of_today(NOW + timedelta(hours=hours)) is done


def left(service: ClaimsHarness, ids: Collection[str]) -> set[str]:
    """Return those uploads that the working group can still open."""
    found = set()
    for id in ids:
        try:
            found.add(service.call("open_evidence", actor=actor("chen"), evidence_id=id)["id"])
        except NotFound:
            continue
    return found


def run(service: ClaimsHarness) -> list[tuple[int, int]]:
    """Let the timer run and return the report."""
    service.tick("delete_expired_evidence")
    found = service.call("list_retention_runs", actor=actor("lin"))["data"]
    return [(each["uploads"], each["evidence"]) for each in found]


def test_an_upload_that_no_claim_names_is_deleted_after_its_days(service: ClaimsHarness):
    service.adopt_rulebook()
    unused, used = service.upload(), service.upload(sha256="b" * 64)
    service.submit(item="cleanup", evidence_ids=[used])

    service.later(days=6)
    assert run(service) == [(0, 0)]
    service.later(days=2)
    assert run(service) == [(1, 0), (0, 0)]
    assert run(service) == [(1, 0), (0, 0)]

    assert left(service, {unused, used}) == {used}
    assert service.call("files_to_delete") == [[COMMUNITY, unused]]


def test_photos_of_inspectors_are_kept_as_evidence(service: ClaimsHarness):
    of_office, of_share, forgotten = (
        service.upload(by, sha256=digit * 64) for by, digit in (("zhou", "a"), ("wu", "b"), ("wu", "c"))
    )
    service.call("keep_uploads", actor=actor("wu"), evidence_ids=[of_share, of_office])
    service.call("keep_uploads", actor=actor("sun"), evidence_ids=[forgotten])

    service.later(days=8)
    assert run(service) == [(1, 0)]

    assert left(service, {of_office, of_share, forgotten}) == {of_office, of_share}
    service.later(days=730)
    assert run(service)[0] == (0, 2)


@pytest.mark.parametrize(("decided", "deleted"), [("final", True), ("refused", True), ("approved", False)])
def test_evidence_is_deleted_after_its_claims_were_decided_for_long_enough(
    service: ClaimsHarness, decided: str, deleted: bool
):
    service.adopt_rulebook()
    service.handle(registry.PolicySet(community=COMMUNITY, settings={"evidence_retention_days": 60}, sequence=9))
    proof = service.upload()
    claim = service.submit(item="cleanup", evidence_ids=[proof])["id"]
    service.later(days=50)
    kinds = {"final": (EntryApproved, EntryFinalized), "refused": (ClaimRefused,), "approved": (EntryApproved,)}
    for sequence, kind in enumerate(kinds[decided], 2):
        service.review_event(claim, kind, by="per_chen", sequence=sequence, at=NOW + timedelta(days=50))

    service.later(days=20)
    assert run(service) == [(0, 0)]
    service.later(days=50)

    assert run(service)[0] == (0, int(deleted))
    assert left(service, {proof}) == (set() if deleted else {proof})
    shown = service.get_claim(claim, "li")
    assert (shown["evidence_ids"], len(shown["evidence"])) == ([proof], int(not deleted))


def test_evidence_that_an_undecided_claim_names_too_is_kept(service: ClaimsHarness):
    service.adopt_rulebook()
    service.handle(registry.PolicySet(community=COMMUNITY, settings={"evidence_retention_days": 60}, sequence=9))
    proof = service.upload()
    refused = service.submit(item="cleanup", evidence_ids=[proof])["id"]
    service.submit(item="cleanup", evidence_ids=[proof])
    service.review_event(refused, ClaimRefused, by="per_chen", sequence=2)

    service.later(days=200)

    assert run(service) == [(0, 0)]
    assert left(service, {proof}) == {proof}


def test_the_report_is_for_the_offices(service: ClaimsHarness):
    with pytest.raises(RoleMissing):
        service.call("list_retention_runs", actor=actor("wang"))
