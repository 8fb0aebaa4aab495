"""Uploads, and links that open them (R10)."""

from typing import Annotated, TypedDict

from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from contracts.calls.claims import MediaType
from contracts.schema import Doc, Instant


class EvidenceForm(TypedDict):
    file: Annotated[FileStorage, Upload(), Doc("JPEG, PNG, WebP, HEIC or PDF, at most 10 MB")]


class EvidenceLink(TypedDict):
    url: Annotated[str, Doc("Opens without signing in, until it expires")]
    expires_at: Instant


class EvidenceLinks(TypedDict):
    """Addresses of one upload that open without signing in until `expires_at`; pictures have two thumbnails."""

    evidence_id: str
    media_type: MediaType
    url: Annotated[str, Doc("The whole file")]
    small_url: Annotated[str | None, Doc("JPEG of some 320 × 240 pixels; null for documents")]
    large_url: Annotated[str | None, Doc("JPEG of some 1280 × 960 pixels; null for documents")]
    expires_at: Annotated[
        Instant, Doc("In 10 to 20 minutes; the same for lists read within ten minutes, so that pictures stay cached")
    ]
