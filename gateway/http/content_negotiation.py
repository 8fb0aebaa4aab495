"""Chooses between JSON, PDF and xlsx by the `Accept` header."""

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from gateway import pdf
from gateway.spreadsheets import xlsx

_FORMATS = {"application/json": "json", pdf.MEDIA_TYPE: "pdf", xlsx.MEDIA_TYPE: "xlsx"}
_FILE_TYPES = (pdf.MEDIA_TYPE, xlsx.MEDIA_TYPE)


def preferred_format(accept: str) -> str:
    """Return `json`, `pdf` or `xlsx` for an `Accept` header; `json` unless it names one of the others."""
    if not any(media_type in accept for media_type in _FILE_TYPES):
        return "json"
    best = parse_accept_header(accept, MIMEAccept).best_match(_FORMATS, default="application/json")
    return _FORMATS[best]
