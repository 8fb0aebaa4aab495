"""Which kind of document a caller wants by his Accept header: JSON, unless he asks for a file we make."""

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from gateway import paper, sheets

_KINDS = {"application/json": "json", paper.MEDIA_TYPE: "pdf", sheets.MEDIA_TYPE: "xlsx"}
_FILES = (paper.MEDIA_TYPE, sheets.MEDIA_TYPE)


def accepted(header: str) -> str:
    """`json`, `pdf` or `xlsx`."""
    if not any(media_type in header for media_type in _FILES):
        return "json"
    best = parse_accept_header(header, MIMEAccept).best_match(_KINDS, default="application/json")
    return _KINDS[best]
