"""Delete evidence whose retention has ended, once a day and community, and report it (R10, R42)."""

from contracts.calendar import day_of
from services.claims.domain.evidence import Evidence
from services.claims.domain.retention import RetentionLimits, RetentionRun
from services.claims.store import ClaimsScope, ClaimsTransaction

_BATCH = 500
"""Files of each kind that one run deletes."""


def delete_expired(tx: ClaimsTransaction) -> None:
    """Delete a batch in each community where today's deletion is not complete."""
    for community in tx.communities():
        scope = tx.scope_of(community)
        latest = scope.retention.latest()
        if latest is None or not latest.is_of_today(tx.now):
            _delete(scope)


def uploaded_in_office(scope: ClaimsScope, upload: Evidence) -> bool:
    """Return whether the uploader held an office that day: an inspector's photos belong to the community."""
    roles = scope.directory.roles_of(upload.uploaded_by, day_of(upload.uploaded_at))
    return bool(roles.grids or roles.offices)


def _delete(scope: ClaimsScope) -> None:
    limits = RetentionLimits.of(scope.policy, scope.now)
    unnamed = scope.retention.unnamed_uploads(limits, _BATCH)
    of_office = {upload.id for upload in unnamed if uploaded_in_office(scope, upload)}
    if of_office:
        scope.retention.keep(of_office)
    uploads = {upload.id for upload in unnamed} - of_office
    decided = scope.retention.decided_evidence(limits, _BATCH)
    evidence = {each.id for each in decided} - uploads
    scope.evidence.delete(uploads | evidence, scope.now)
    scope.retention.add(
        RetentionRun(
            community=scope.community,
            at=scope.now,
            uploads=len(uploads),
            evidence=len(evidence),
            complete=max(len(unnamed), len(decided)) < _BATCH,
        )
    )
