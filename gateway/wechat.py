"""What WeChat tells us of a mini-program's user: who he is, and which phone number he lets us know.

A login code becomes the account's openid, the code of a `getPhoneNumber` button a number that WeChat has verified. The
session key goes nowhere.
"""

import threading
import time
from typing import Any

import httpx
import structlog

from contracts.errors import InvalidCredentials, Unavailable

log = structlog.get_logger("gateway.wechat")

_CODE_REFUSED = {40029, 40163, 40226}
_TOKEN_REFUSED = {40001, 40014, 42001}
_SPARE_SECONDS = 300
"""A token that ends sooner is fetched anew."""


class WeChat:
    """The endpoints of one mini-program, at `base_url`."""

    def __init__(self, base_url: str, appid: str, secret: str, *, timeout: float = 4.0) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=timeout)
        self._who = {"appid": appid, "secret": secret}
        self._token, self._token_ends = "", 0.0
        self._one_fetches = threading.Lock()

    def openid(self, code: str) -> str:
        """The account that got `code` from `wx.login`.

        `InvalidCredentials` for a code that is wrong, used or expired; `Unavailable` when WeChat does not answer.
        """
        asked = self._who | {"grant_type": "authorization_code", "js_code": code}
        body = self._ask("GET", "/sns/jscode2session", params=asked)
        return str(self._told(body, "openid"))

    def phone(self, code: str) -> str:
        """The mainland number behind `code` from `bindgetphonenumber`, eleven digits; refused like `openid`."""
        body = self._phone(code)
        if body.get("errcode") in _TOKEN_REFUSED:
            self._token_ends = 0.0
            body = self._phone(code)
        return str(self._told(body, "phone_info")["purePhoneNumber"])

    def _phone(self, code: str) -> dict[str, Any]:
        path = "/wxa/business/getuserphonenumber"
        return self._ask("POST", path, params={"access_token": self._access_token()}, json={"code": code})

    def _access_token(self) -> str:
        """WeChat's token for calls of ours; the stable kind, which several gateways may fetch side by side."""
        with self._one_fetches:
            if time.monotonic() > self._token_ends - _SPARE_SECONDS:
                asked = self._who | {"grant_type": "client_credential"}
                body = self._ask("POST", "/cgi-bin/stable_token", json=asked)
                self._token = str(self._told(body, "access_token"))
                self._token_ends = time.monotonic() + int(body.get("expires_in", 0))
            return self._token

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **request)
            answer.raise_for_status()
            body: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as exc:
            log.warning("wechat_unanswered", path=path, why=type(exc).__name__)
            raise Unavailable("微信服务暂时不可用，请稍后重试") from exc
        return body

    def _told(self, body: dict[str, Any], name: str) -> Any:
        if body.get("errcode") in _CODE_REFUSED:
            raise InvalidCredentials("微信凭证无效或已过期，请重新进入小程序")
        if not body.get(name):
            log.error("wechat_refused", errcode=body.get("errcode"), errmsg=body.get("errmsg"))
            raise Unavailable("微信服务暂时不可用，请稍后重试")
        return body[name]
