"""Calls about evidence (R10)."""

from typing import Unpack

from contracts.calls import claims as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from messaging import command, query
from services.claims.domain.evidence import UploadQuota
from services.claims.schemas import evidence as schemas
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import evidence as use_cases


class EvidenceCalls:
    upload_quota: UploadQuota

    @query
    def require_uploading(self, tx: ClaimsTransaction, *, actor: Caller) -> None:
        use_cases.require_uploading(tx.scope(actor), self.upload_quota)

    @command
    def register_evidence(
        self, tx: ClaimsTransaction, *, actor: Caller, **file: Unpack[calls.EvidenceMetadata]
    ) -> calls.Evidence:
        return schemas.evidence(use_cases.register_evidence(tx.scope(actor), file, self.upload_quota))

    @query
    def list_own_uploads(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.OwnUpload]:
        scope = tx.scope(actor)
        found = scope.evidence.uploads_of(scope.person, limit + 1, cursor)
        origins = scope.evidence.origins_of(each.id for each in found)
        return page_of(found, limit, lambda each: schemas.own_upload(each, origins), lambda each: each.id)

    @command
    def open_evidence(self, tx: ClaimsTransaction, *, actor: Caller, evidence_id: str) -> calls.EvidenceFile:
        return schemas.evidence_file(use_cases.open_evidence(tx.scope(actor), evidence_id))

    @command
    def open_evidence_of_claims(
        self, tx: ClaimsTransaction, *, actor: Caller, claim_ids: list[str]
    ) -> dict[str, list[calls.EvidenceFile]]:
        found = use_cases.open_evidence_of_claims(tx.scope(actor), claim_ids)
        return {claim: [schemas.evidence_file(each) for each in uploads] for claim, uploads in found.items()}

    @query
    def open_evidence_of(
        self, tx: ClaimsTransaction, *, actor: Caller, evidence_id: str, uploaded_by_id: str
    ) -> calls.EvidenceFile:
        return schemas.evidence_file(use_cases.open_evidence_of(tx.scope(actor), evidence_id, uploaded_by_id))

    @query
    def open_uploads_of(
        self, tx: ClaimsTransaction, *, actor: Caller, uploaders: dict[str, str]
    ) -> list[calls.EvidenceFile]:
        found = tx.scope(actor).evidence.get_many(uploaders)
        return [schemas.evidence_file(each) for id, each in found.items() if each.uploaded_by == uploaders[id]]
