"""WeChat for development: answers `jscode2session` as WeChat does, for accounts anybody can invent.

    WECHAT_BASE_URL=http://127.0.0.1:8100 and gunicorn --no-control-socket --bind 127.0.0.1:8100 deploy.fake_wechat:app

The code `fake-<name>` signs in the account `<name>`, as often as one likes; `used-<anything>` is a code already used.
"""

import hashlib
from typing import Any

from flask import Flask, request

app = Flask(__name__)


@app.get("/sns/jscode2session")
def jscode2session() -> dict[str, Any]:
    """The openid behind a login code, or WeChat's error; always with status 200."""
    code = request.args.get("js_code", "")
    kind, _, name = code.partition("-")
    if kind == "used":
        return {"errcode": 40163, "errmsg": "code been used"}
    if kind != "fake" or not name or request.args.get("grant_type") != "authorization_code":
        return {"errcode": 40029, "errmsg": "invalid code"}
    return {"openid": f"o{_digest(name)[:27]}", "session_key": _digest(f"key of {name}")[:24]}


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
