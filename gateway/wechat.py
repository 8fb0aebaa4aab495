"""Client of WeChat's mini-program API: login codes, verified phone numbers, checks of texts.

A login code is exchanged for the account's openid, the code of a `getPhoneNumber` button for a verified number. The
session key in WeChat's response is discarded.
"""

import threading
import time
from typing import Any

import httpx
import structlog

from contracts.errors import InvalidCredentials, PhoneCountryUnsupported, Unavailable

log = structlog.get_logger("gateway.wechat")

_INVALID_CODE = {40029, 40163, 40226}
_MAINLAND = "86"
_INVALID_TOKEN = {40001, 40014, 42001}
_SCENE_FORUM = 3
_MOST_CHECKED = 2500
"""Characters of a text that WeChat checks at once; ours are shorter."""
_RENEWAL_MARGIN_SECONDS = 300
"""An access token is renewed this long before it expires."""


class WeChat:
    """The API of one mini-program, at `base_url`."""

    def __init__(self, base_url: str, appid: str, secret: str, *, timeout: float = 4.0) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=timeout)
        self._credentials = {"appid": appid, "secret": secret}
        self._token, self._token_expires_at = "", 0.0
        self._token_lock = threading.Lock()

    def openid(self, code: str) -> str:
        """Return the openid of the account that got `code` from `wx.login`.

        Raise InvalidCredentials when the code is wrong, used or expired, Unavailable when WeChat does not answer.
        """
        params = self._credentials | {"grant_type": "authorization_code", "js_code": code}
        body = self._request("GET", "/sns/jscode2session", params=params)
        return str(self._required(body, "openid"))

    def phone(self, code: str) -> str:
        """Return the eleven-digit mainland number for `code` from `getPhoneNumber`.

        Raises PhoneCountryUnsupported for a number of another country, whose digits may be somebody's here; otherwise
        like `openid`.
        """
        body = self._fetch_phone(code)
        if body.get("errcode") in _INVALID_TOKEN:
            self._token_expires_at = 0.0
            body = self._fetch_phone(code)
        number = self._required(body, "phone_info")
        if str(number.get("countryCode")) != _MAINLAND:
            raise PhoneCountryUnsupported
        return str(number["purePhoneNumber"])

    def check_text(self, text: str, openid: str) -> str:
        """Return what WeChat suggests for a text of this account: `pass`, `review` or `risky` (msg_sec_check 2.0).

        Raises Unavailable when WeChat does not answer, or does not know the account as a recent user.
        """
        body = self._check_text(text, openid)
        if body.get("errcode") in _INVALID_TOKEN:
            self._token_expires_at = 0.0
            body = self._check_text(text, openid)
        return str(self._required(body, "result").get("suggest"))

    def _check_text(self, text: str, openid: str) -> dict[str, Any]:
        form = {"version": 2, "scene": _SCENE_FORUM, "openid": openid, "content": text[:_MOST_CHECKED]}
        return self._request("POST", "/wxa/msg_sec_check", params={"access_token": self._access_token()}, json=form)

    def _fetch_phone(self, code: str) -> dict[str, Any]:
        path = "/wxa/business/getuserphonenumber"
        return self._request("POST", path, params={"access_token": self._access_token()}, json={"code": code})

    def _access_token(self) -> str:
        """Return the stable access token, which several gateways may fetch without invalidating each other's."""
        with self._token_lock:
            if time.monotonic() > self._token_expires_at - _RENEWAL_MARGIN_SECONDS:
                form = self._credentials | {"grant_type": "client_credential"}
                body = self._request("POST", "/cgi-bin/stable_token", json=form)
                self._token = str(self._required(body, "access_token"))
                self._token_expires_at = time.monotonic() + int(body.get("expires_in", 0))
            return self._token

    def _request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, **options)
            response.raise_for_status()
            body: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as exc:
            log.warning("wechat_request_failed", path=path, error=type(exc).__name__)
            raise Unavailable("微信服务暂时不可用，请稍后重试") from exc
        return body

    def _required(self, body: dict[str, Any], key: str) -> Any:
        if body.get("errcode") in _INVALID_CODE:
            raise InvalidCredentials("微信凭证无效或已过期，请重新进入小程序")
        if not body.get(key):
            log.error("wechat_error_response", errcode=body.get("errcode"), errmsg=body.get("errmsg"))
            raise Unavailable("微信服务暂时不可用，请稍后重试")
        return body[key]
