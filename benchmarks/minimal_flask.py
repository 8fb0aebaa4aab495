"""A minimal Flask app with one route that returns a document, as a reference for the gateway."""

import os
from pathlib import Path

from flask import Flask, Response

app = Flask(__name__)
_document = Path(os.environ["DOCUMENT"]).read_bytes() if "DOCUMENT" in os.environ else b""
_type = os.environ.get("DOCUMENT_TYPE", "application/json")


@app.get("/")
def document() -> Response:
    """Return the document."""
    return Response(_document, content_type=_type)
