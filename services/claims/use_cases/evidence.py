"""Storing the metadata of uploads, and opening them (R10)."""

from collections.abc import Sequence

from contracts import ids
from contracts.calendar import start_of
from contracts.calls.claims import EvidenceMetadata
from contracts.errors import NotFound
from services.claims import permissions
from services.claims.domain.evidence import Evidence, UploadQuota
from services.claims.schemas.evidence import origin_of
from services.claims.store import ClaimsScope

_MOST_CLAIMS = 100
"""As many as a page of a list has at most."""


def require_uploading(scope: ClaimsScope, quota: UploadQuota, size: int = 1) -> None:
    """Raise `NotFound` for somebody who was erased, `UploadQuotaReached` when `size` more bytes are too many today."""
    permissions.require_not_erased(scope)
    quota.require_room_for(size, scope.evidence.uploads_since(scope.person, start_of(scope.today)))


def register_evidence(scope: ClaimsScope, file: EvidenceMetadata, quota: UploadQuota) -> Evidence:
    """Store the metadata of the caller's upload.

    Raises `NotFound` for somebody who was erased, `UploadQuotaReached`.
    """
    scope.evidence.lock_uploads_of(scope.person)
    require_uploading(scope, quota, file["size"])
    evidence = Evidence(
        community=scope.community,
        id=ids.new("evd"),
        uploaded_by=scope.person,
        uploaded_at=scope.now,
        sha256=file["sha256"],
        media_type=file["media_type"],
        size=file["size"],
        width=file.get("width"),
        height=file.get("height"),
    )
    scope.evidence.add(evidence, origin_of(file.get("origin")), file.get("looks", []))
    return evidence


def open_evidence(scope: ClaimsScope, evidence_id: str) -> Evidence:
    """Return an upload that the caller may see, and store that they saw it (R42). Raises `NotFound`."""
    evidence = scope.evidence.get(evidence_id)
    permissions.require_open(scope, evidence)
    people = {claim.person for claim in scope.evidence.claims_with(evidence.id)}
    for person in sorted(people or {evidence.uploaded_by}):
        scope.accesses.record(person, "evidence_opened", evidence.id)
    return evidence


def open_evidence_of_claims(scope: ClaimsScope, claim_ids: Sequence[str]) -> dict[str, list[Evidence]]:
    """Return the uploads that the claims `claim_ids` carry and the caller may see, by claim, in the claim's order.

    Stores that they saw them, as `open_evidence` does (R42): a list of claims shows pictures.
    """
    claims = scope.claims.list_visible(scope.reader, claim_ids[:_MOST_CLAIMS])
    uploads = scope.evidence.get_many({id for claim in claims for id in claim.evidence})
    opened: dict[str, list[Evidence]] = {}
    for claim in claims:
        carried = [uploads[id] for id in claim.evidence if id in uploads]
        opened[claim.id] = [each for each in carried if permissions.may_open_in(scope, each, claim)]
    seen = {(claim.person, each.id) for claim in claims for each in opened[claim.id]}
    scope.accesses.record_many(sorted(seen), "evidence_opened")
    return opened


def open_evidence_of(scope: ClaimsScope, evidence_id: str, uploader: str) -> Evidence:
    """Return an upload of `uploader`, whose permission to be seen another service has checked. Raises `NotFound`."""
    evidence = scope.evidence.get(evidence_id)
    if evidence.uploaded_by != uploader:
        raise NotFound("没有此证明材料")
    return evidence
