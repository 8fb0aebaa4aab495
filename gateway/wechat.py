"""WeChat's `jscode2session`: a mini-program's login code becomes the account's openid. The session key goes nowhere."""

import httpx
import structlog

from contracts.errors import InvalidCredentials, Unavailable

log = structlog.get_logger("gateway.wechat")

_CODE_REFUSED = {40029, 40163, 40226}


class WeChat:
    """The endpoints of one mini-program, at `base_url`."""

    def __init__(self, base_url: str, appid: str, secret: str, *, timeout: float = 4.0) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=timeout)
        self._who = {"appid": appid, "secret": secret, "grant_type": "authorization_code"}

    def openid(self, code: str) -> str:
        """The account that got `code` from `wx.login`.

        `InvalidCredentials` for a code that is wrong, used or expired; `Unavailable` when WeChat does not answer.
        """
        try:
            answer = self._client.get("/sns/jscode2session", params=self._who | {"js_code": code})
            answer.raise_for_status()
            body = answer.json()
        except (httpx.HTTPError, ValueError) as exc:
            log.warning("wechat_unanswered", why=repr(exc))
            raise Unavailable("微信登录暂时不可用，请稍后重试") from exc
        if body.get("errcode") in _CODE_REFUSED:
            raise InvalidCredentials("微信登录凭证无效或已过期，请重新进入小程序")
        if not body.get("openid"):
            log.error("wechat_refused", errcode=body.get("errcode"), errmsg=body.get("errmsg"))
            raise Unavailable("微信登录暂时不可用，请稍后重试")
        return str(body["openid"])
