"""Evidence: uploads, and the bytes for those who may see them (R10)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask import Response, current_app
from flask.views import MethodView

from contracts.calls.claims import Evidence, EvidenceFile
from contracts.errors import NotFound
from gateway.blueprint import Blueprint
from gateway.decoding.pool import decoding_pool
from gateway.evidence import FileStore, examine
from gateway.http import idempotency
from gateway.http.public_cache import make_conditional
from gateway.http.request_context import public_origin
from gateway.schemas.claims.evidence import EvidenceForm, EvidenceLink
from gateway.security.auth import actor, checked_first, signed_in
from gateway.security.rate_limits import limit_refused_uploads
from gateway.services import claims

blp = Blueprint("evidence", __name__, description="Proof of what was done")

_LINK_LIFE = timedelta(minutes=5)
_AUDIENCE = "evidence"
_BYTES = {
    "200": {
        "description": "The file",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "application/pdf")
        },
    }
}


def _require_uploading() -> None:
    """Raise what claims would raise. A repeat by its key is let through: it gets its first answer (R10)."""
    if idempotency.key_of_request() is None:
        claims.require_uploading(actor=actor())


@blp.route("/v1/evidence")
class Uploads(MethodView):
    @signed_in
    @limit_refused_uploads
    @checked_first(_require_uploading)
    @blp.arguments(EvidenceForm, location="files")
    @blp.response(201, Evidence)
    def post(self, form: EvidenceForm) -> Any:
        """Upload a picture or document; its id then goes into a claim.

        A picture has at most 25 megapixels; a PDF at most 100 pages, 20,000 objects and 64 MB when inflated.
        `file_limit_exceeded` names what decoding it would take too much of, `upload_quota_reached` what one person may
        upload in a day.
        """
        who = actor()
        proof = examine(form["file"].read(), decoding_pool())
        known = claims.register_evidence(actor=who, **proof.metadata())
        file_store().save(str(who["community"]), known["id"], proof.content)
        return known


@blp.route("/v1/evidence/<evidence_id>")
class OneUpload(MethodView):
    @signed_in
    @blp.doc(responses=_BYTES)
    def get(self, evidence_id: str) -> Response:
        """The file itself, for its uploader, the claimant, and the claim's reviewers."""
        return file_of(claims.open_evidence(actor=actor(), evidence_id=evidence_id))


@blp.route("/v1/evidence/<evidence_id>/link")
class UploadLink(MethodView):
    @signed_in
    @blp.response(201, EvidenceLink)
    def post(self, evidence_id: str) -> EvidenceLink:
        """A link that opens the file for five minutes, for places that cannot sign in (an <image>)."""
        return link_to(claims.open_evidence(actor=actor(), evidence_id=evidence_id))


@blp.route("/v1/evidence/links/<token>")
class LinkedUpload(MethodView):
    @blp.doc(responses=_BYTES)
    def get(self, token: str) -> Response:
        """The file of a link, until the link expires."""
        try:
            what = jwt.decode(token, _secret(), ["HS256"], audience=_AUDIENCE, options={"require": ["exp", "evd"]})
        except jwt.InvalidTokenError as error:
            raise NotFound("链接无效或已过期") from error
        return _file(what["com"], what["evd"], what["typ"])


def file_of(found: EvidenceFile) -> Response:
    """Return the file of an upload."""
    return _file(found["community_id"], found["id"], found["media_type"])


def link_to(found: EvidenceFile) -> EvidenceLink:
    """Return a link to an upload that expires in five minutes."""
    expires_at = datetime.now(UTC).replace(microsecond=0) + _LINK_LIFE
    what = {"com": found["community_id"], "evd": found["id"], "typ": found["media_type"]}
    token = jwt.encode(what | {"aud": _AUDIENCE, "exp": expires_at}, _secret(), "HS256")
    return {
        "url": f"{public_origin()}/v1/evidence/links/{token}",
        "expires_at": expires_at.isoformat().replace("+00:00", "Z"),
    }


def _file(community: str, evidence: str, media_type: str) -> Response:
    """Return a file for the browser's private cache only, with headers that keep its content from being executed."""
    answer = Response(file_store().read(community, evidence), content_type=media_type)
    answer.set_etag(evidence)
    answer.headers |= {
        "Cache-Control": f"private, max-age={int(_LINK_LIFE.total_seconds())}",
        "Vary": "Authorization",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": "attachment; filename=evidence.pdf" if media_type.endswith("pdf") else "inline",
    }
    return make_conditional(answer)


def file_store() -> FileStore:
    """Return the store of evidence files."""
    if "evidence" not in current_app.extensions:
        current_app.extensions["evidence"] = FileStore(current_app.config["SETTINGS"].evidence_url)
    return current_app.extensions["evidence"]  # type: ignore[no-any-return]


def _secret() -> str:
    return str(current_app.config["SETTINGS"].jwt_secret)
