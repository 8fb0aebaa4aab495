"""WeChat for development: answers as WeChat does, for accounts and phones anybody can invent.

    WECHAT_BASE_URL=http://127.0.0.1:8100 and gunicorn --no-control-socket --bind 127.0.0.1:8100 deploy.fake_wechat:app

The login code `fake-<name>` signs in the account `<name>`, and the code `phone-<number>` lets us know that number, both
as often as one likes; `used-<anything>` is a code already used.
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


@app.post("/cgi-bin/stable_token")
def stable_token() -> dict[str, Any]:
    """The token for calls by the mini-program's own server."""
    asked = request.get_json()
    if asked.get("grant_type") != "client_credential":
        return {"errcode": 40002, "errmsg": "invalid grant_type"}
    return {"access_token": _token(), "expires_in": 7200}


@app.post("/wxa/business/getuserphonenumber")
def getuserphonenumber() -> dict[str, Any]:
    """The phone number behind the code of a `getPhoneNumber` button."""
    if request.args.get("access_token") != _token():
        return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
    kind, _, number = request.get_json().get("code", "").partition("-")
    if kind != "phone" or not number:
        return {"errcode": 40029, "errmsg": "invalid code"}
    phone = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86"}
    return {"errcode": 0, "errmsg": "ok", "phone_info": phone}


def _token() -> str:
    return _digest("token")


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
