"""Evidence: uploads, and the bytes for those who may see them (R10)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask import Response, current_app
from flask.views import MethodView

from contracts.calls.claims import Evidence, EvidenceFile
from contracts.errors import DecodingBusy, EvidenceUnusable, FileLimitExceeded, NotFound, Unavailable
from contracts.instants import instant
from gateway.blueprint import Blueprint
from gateway.decoding.pool import decoding_pool
from gateway.evidence import FileStore, ThumbnailSize, examine, make_thumbnails
from gateway.http import idempotency
from gateway.http.public_cache import make_conditional
from gateway.http.request_context import public_origin
from gateway.openapi.client_generators import header_references
from gateway.schemas.claims.evidence import EvidenceForm, EvidenceLink, EvidenceLinks
from gateway.security.auth import actor, checked_first, signed_in
from gateway.security.rate_limits import limit_refused_uploads
from gateway.services import claims

blp = Blueprint("evidence", __name__, description="Proof of what was done")

_LINK_LIFE = timedelta(minutes=5)
_LIST_LINK_STEP = timedelta(minutes=10)
"""Links in lists end at multiples of this, so that a list read again has the same links and pictures stay cached."""
_AUDIENCE = "evidence"
_BYTES = {
    "200": {
        "headers": header_references("ETag", "Cache-Control"),
        "description": "The file",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "application/pdf")
        },
    },
    "304": {"description": "The file has that ETag"},
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
        community, files = str(who["community"]), file_store()
        files.save(community, known["id"], proof.content)
        files.save_thumbnails(community, known["id"], proof.thumbnails)
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
        """The file of a link or its thumbnail, until the link expires; links are in lists of claims and reviews."""
        try:
            what = jwt.decode(token, _secret(), ["HS256"], audience=_AUDIENCE, options={"require": ["exp", "evd"]})
        except jwt.InvalidTokenError as error:
            raise NotFound("链接无效或已过期") from error
        remaining = datetime.fromtimestamp(what["exp"], UTC) - datetime.now(UTC)
        if size := what.get("siz"):
            return _thumbnail(what["com"], what["evd"], size, remaining)
        return _file(what["com"], what["evd"], what["typ"], remaining)


def file_of(found: EvidenceFile) -> Response:
    """Return the file of an upload."""
    return _file(found["community_id"], found["id"], found["media_type"])


def link_to(found: EvidenceFile) -> EvidenceLink:
    """Return a link to an upload that expires in five minutes."""
    expires_at = datetime.now(UTC).replace(microsecond=0) + _LINK_LIFE
    return {"url": _url(found, expires_at), "expires_at": _instant(expires_at)}


def links_of_claims(claim_ids: Sequence[str]) -> dict[str, list[EvidenceLinks]]:
    """Return links to the evidence of those claims that the caller may see, by claim. They expire in 10 to 20 minutes.

    A link is the same for all who read the list within ten minutes, so that a browser shows the picture it has.
    """
    opened = claims.open_evidence_of_claims(actor=actor(), claim_ids=list(claim_ids)) if claim_ids else {}
    expires_at = _end_of_list_links()
    return {claim: [_links(each, expires_at) for each in found] for claim, found in opened.items()}


def with_evidence_links(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows that are claims with `evidence_links`."""
    shown = list(rows)
    links = links_of_claims([row["id"] for row in shown if row["evidence_ids"]])
    return [{**row, "evidence_links": links.get(row["id"], [])} for row in shown]


def links_of_uploads(uploaders: dict[str, str]) -> dict[str, EvidenceLinks]:
    """Return links to uploads, given as id → uploader, that the caller has been let see; by id, as above.

    Those that were deleted are left out, and all of them while claims is unavailable.
    """
    try:
        found = claims.open_uploads_of(actor=actor(), uploaders=uploaders) if uploaders else []
    except Unavailable:
        return {}
    expires_at = _end_of_list_links()
    return {each["id"]: _links(each, expires_at) for each in found}


def _end_of_list_links() -> datetime:
    step = int(_LIST_LINK_STEP.total_seconds())
    return datetime.fromtimestamp((int(datetime.now(UTC).timestamp()) // step + 2) * step, UTC)


def _links(found: EvidenceFile, expires_at: datetime) -> EvidenceLinks:
    pictured = found["media_type"] == "image/jpeg"
    return {
        "evidence_id": found["id"],
        "media_type": found["media_type"],
        "url": _url(found, expires_at),
        "small_url": _url(found, expires_at, "small") if pictured else None,
        "large_url": _url(found, expires_at, "large") if pictured else None,
        "expires_at": _instant(expires_at),
    }


def _url(found: EvidenceFile, expires_at: datetime, size: ThumbnailSize | None = None) -> str:
    """Return the address of a file, or of its thumbnail, which nothing else can be opened with."""
    what = {"com": found["community_id"], "evd": found["id"], "typ": found["media_type"]}
    if size:
        what["siz"] = size
    token = jwt.encode(what | {"aud": _AUDIENCE, "exp": expires_at}, _secret(), "HS256")
    return f"{public_origin()}/v1/evidence/links/{token}"


def _instant(at: datetime) -> str:
    return instant(at)


def _thumbnail(community: str, evidence: str, size: ThumbnailSize, fresh: timedelta) -> Response:
    """Return a thumbnail; of a picture from before they were made at upload it is made now.

    Where that fails or too many are being made, the answer is the picture itself, which is not to be cached.
    """
    files = file_store()
    content = files.read_thumbnail(community, evidence, size)
    if content is None:
        try:
            made = make_thumbnails(files.read(community, evidence), decoding_pool())
        except (DecodingBusy, EvidenceUnusable, FileLimitExceeded):
            whole = _file(community, evidence, "image/jpeg")
            whole.headers["Cache-Control"] = "no-store"
            return whole
        files.save_thumbnails(community, evidence, made)
        content = made[size]
    return _protected(content, "image/jpeg", f"{evidence}-{size}", fresh)


def _file(community: str, evidence: str, media_type: str, fresh: timedelta = _LINK_LIFE) -> Response:
    """Return a file of evidence."""
    return _protected(file_store().read(community, evidence), media_type, evidence, fresh)


def _protected(content: bytes, media_type: str, etag: str, fresh: timedelta) -> Response:
    """Return a file for the browser's private cache only, with headers that keep its content from being executed."""
    answer = Response(content, content_type=media_type)
    answer.set_etag(etag)
    answer.headers |= {
        "Cache-Control": f"private, max-age={max(0, int(fresh.total_seconds()))}",
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
