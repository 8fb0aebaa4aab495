"""Uploads, and when and where their pictures were taken."""

from collections.abc import Mapping

from contracts.calls import claims as calls
from contracts.instants import instant
from services.claims.domain.evidence import Evidence, Origin


def evidence(found: Evidence) -> calls.Evidence:
    """Return what everybody who may open an upload may know of it."""
    return {
        "id": found.id,
        "media_type": found.media_type,
        "size": found.size,
        "width": found.width,
        "height": found.height,
        "sha256": found.sha256,
        "uploaded_by_id": found.uploaded_by,
        "uploaded_at": instant(found.uploaded_at),
    }


def evidence_file(found: Evidence) -> calls.EvidenceFile:
    """Return an upload with its community, by which the gateway finds its file."""
    return {**evidence(found), "community_id": found.community}


def own_upload(found: Evidence, origins: Mapping[str, Origin]) -> calls.OwnUpload:
    """Return an upload for its owner's export, with what the camera said."""
    where = origins.get(found.id)
    return {**evidence(found), "origin": origin(where) if where else None}


def origin(found: Origin) -> calls.EvidenceOrigin:
    return {"captured_at": found.captured_at, "latitude": found.latitude, "longitude": found.longitude}


def origin_of(form: calls.EvidenceOrigin | None) -> Origin | None:
    """Return the origin that a form describes, if any."""
    if form is None:
        return None
    return Origin(captured_at=form.get("captured_at"), latitude=form.get("latitude"), longitude=form.get("longitude"))
