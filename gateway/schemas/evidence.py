"""Uploads and what is told of them (R10)."""

import marshmallow as ma
from flask_smorest.fields import Upload

from gateway.schemas import Schema


class EvidenceForm(Schema):
    file = Upload(required=True, metadata={"description": "JPEG, PNG, WebP, HEIC or PDF, at most 10 MB"})


class Evidence(Schema):
    """A picture is kept as JPEG without metadata, whatever it came as."""

    id = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True, metadata={"enum": ["image/jpeg", "application/pdf"]})
    size = ma.fields.Integer(required=True, metadata={"description": "Bytes, as kept"})
    width = ma.fields.Integer(allow_none=True)
    height = ma.fields.Integer(allow_none=True)
    sha256 = ma.fields.String(required=True, metadata={"description": "Of the file as it came"})
    uploaded_by_id = ma.fields.String(required=True)
    uploaded_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class EvidenceLink(Schema):
    url = ma.fields.String(required=True, metadata={"description": "Opens without signing in, until it expires"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})
