"""Uploads, and links that open them (R10)."""

from typing import Annotated, TypedDict

from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from contracts.schema import Doc, Instant


class EvidenceForm(TypedDict):
    file: Annotated[FileStorage, Upload(), Doc("JPEG, PNG, WebP, HEIC or PDF, at most 10 MB")]


class EvidenceLink(TypedDict):
    url: Annotated[str, Doc("Opens without signing in, until it expires")]
    expires_at: Instant
