"""A minimal Flask app with one route that returns a JSON document, as a reference for the gateway."""

import json
import os
from pathlib import Path

from flask import Flask, Response, jsonify

app = Flask(__name__)
_document = json.loads(Path(os.environ["DOCUMENT"]).read_text()) if "DOCUMENT" in os.environ else None


@app.get("/")
def document() -> Response:
    """Return the document."""
    return jsonify(_document)
