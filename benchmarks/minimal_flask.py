"""The least Flask can do: one route that writes the JSON document it was given."""

import json
import os
from pathlib import Path

from flask import Flask, Response, jsonify

app = Flask(__name__)
_document = json.loads(Path(os.environ["DOCUMENT"]).read_text()) if "DOCUMENT" in os.environ else None


@app.get("/")
def document() -> Response:
    """The document."""
    return jsonify(_document)
