"""Which kind of document a caller wants by his Accept header: JSON, unless he asks for a file we make."""

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from gateway import pdf
from gateway.spreadsheets import xlsx

_KINDS = {"application/json": "json", pdf.MEDIA_TYPE: "pdf", xlsx.MEDIA_TYPE: "xlsx"}
_FILES = (pdf.MEDIA_TYPE, xlsx.MEDIA_TYPE)


def preferred_format(header: str) -> str:
    """`json`, `pdf` or `xlsx`."""
    if not any(media_type in header for media_type in _FILES):
        return "json"
    best = parse_accept_header(header, MIMEAccept).best_match(_KINDS, default="application/json")
    return _KINDS[best]
