"""A fake WeChat API for development, with any accounts and phone numbers.

    WECHAT_BASE_URL=http://127.0.0.1:8100 and gunicorn --no-control-socket --bind 127.0.0.1:8100 deploy.fake_wechat:app

The login code `fake-<name>` belongs to the account `<name>`, the code `phone-<number>` to that mainland number and
`phone-+<country>-<number>` to one of another country; they can be used repeatedly. `used-<anything>` is a code that was
already used.

Texts with `风险` are risky, with `复审` to be reviewed, with `超时` never answered (errcode -1); all others pass.
"""

import hashlib
from typing import Any

from flask import Flask, request

app = Flask(__name__)


@app.get("/sns/jscode2session")
def jscode2session() -> dict[str, Any]:
    """Return the openid of a login code, or WeChat's error; always with status 200."""
    code = request.args.get("js_code", "")
    kind, _, name = code.partition("-")
    if kind == "used":
        return {"errcode": 40163, "errmsg": "code been used"}
    if kind != "fake" or not name or request.args.get("grant_type") != "authorization_code":
        return {"errcode": 40029, "errmsg": "invalid code"}
    return {"openid": f"o{_digest(name)[:27]}", "session_key": _digest(f"key of {name}")[:24]}


@app.post("/cgi-bin/stable_token")
def stable_token() -> dict[str, Any]:
    """Return the access token for calls of the mini-program's server."""
    form = request.get_json()
    if form.get("grant_type") != "client_credential":
        return {"errcode": 40002, "errmsg": "invalid grant_type"}
    return {"access_token": _token(), "expires_in": 7200}


@app.post("/wxa/business/getuserphonenumber")
def getuserphonenumber() -> dict[str, Any]:
    """Return the phone number of a `getPhoneNumber` code."""
    if request.args.get("access_token") != _token():
        return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
    kind, _, number = request.get_json().get("code", "").partition("-")
    if kind != "phone" or not number:
        return {"errcode": 40029, "errmsg": "invalid code"}
    country, _, pure = number.rpartition("-")
    country = country.removeprefix("+") or "86"
    phone = {
        "phoneNumber": pure if country == "86" else f"+{country}{pure}",
        "purePhoneNumber": pure,
        "countryCode": country,
    }
    return {"errcode": 0, "errmsg": "ok", "phone_info": phone}


@app.post("/wxa/msg_sec_check")
def msg_sec_check() -> dict[str, Any]:
    """Return what is suggested for a text of an account, as version 2 of the check does."""
    if request.args.get("access_token") != _token():
        return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
    form = request.get_json()
    if not str(form.get("openid", "")).startswith("o") or form.get("version") != 2:
        return {"errcode": 40003, "errmsg": "invalid openid"}
    content = form.get("content", "")
    if "超时" in content:
        return {"errcode": -1, "errmsg": "system error"}
    suggest, label = (
        ("risky", 20006) if "风险" in content else ("review", 21000) if "复审" in content else ("pass", 100)
    )
    return {
        "errcode": 0,
        "errmsg": "ok",
        "result": {"suggest": suggest, "label": label},
        "detail": [],
        "trace_id": _digest(content)[:24],
    }


def _token() -> str:
    return _digest("token")


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
