"""A bare Flask application with one JSON route: what the gateway's public answers are measured against."""

import json
import os
from pathlib import Path

from flask import Flask, Response, jsonify

app = Flask("bare")
_BOARD = json.loads(Path(os.environ["BARE_ANSWER"]).read_text())


@app.get("/board")
def board() -> Response:
    return jsonify(_BOARD)
