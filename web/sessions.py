"""Sessions in a cookie: encrypted, authenticated, out of reach of scripts, kept as long as a sign-in lasts."""

import base64
import binascii
import json
from datetime import timedelta
from time import time
from typing import Any

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SecureCookieSession, SessionInterface

from encryption import Cipher, InvalidTag

LIFETIME = timedelta(days=30)
_PURPOSE = b"desk session"
_COOKIE_BYTES = 4000  # browsers keep 4,096 with name and attributes


class SessionTooLarge(Exception):
    """More was stored in a session than a cookie holds."""


class EncryptedSessions(SessionInterface):
    """Reads and writes the session of a request; what somebody changed or is too old counts as none."""

    def __init__(self, secret: str) -> None:
        self._cipher = Cipher.derive(secret, "desk sessions")

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return the session of the request's cookie, empty without a valid one."""
        return SecureCookieSession(self._read(request.cookies.get(self.get_cookie_name(app), "")))

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Send the session's cookie if it changed. Raise SessionTooLarge."""
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        cookie: dict[str, Any] = {
            "path": self.get_cookie_path(app),
            "secure": current_request.is_secure,
            "samesite": "Lax",
        }
        name = self.get_cookie_name(app)
        if not session:
            response.delete_cookie(name, httponly=True, **cookie)
            return
        value = self._write(dict(session))
        response.set_cookie(name, value, max_age=LIFETIME, httponly=True, **cookie)

    def _read(self, cookie: str) -> dict[str, Any]:
        try:
            stored = json.loads(self._cipher.decrypt(base64.urlsafe_b64decode(cookie), _PURPOSE))
        except (binascii.Error, InvalidTag, ValueError):
            return {}
        content: dict[str, Any] = stored["content"] if stored["at"] > time() - LIFETIME.total_seconds() else {}
        return content

    def _write(self, content: dict[str, Any]) -> str:
        stored = json.dumps({"at": int(time()), "content": content}, separators=(",", ":")).encode()
        value = base64.urlsafe_b64encode(self._cipher.encrypt(stored, _PURPOSE)).decode()
        if len(value) > _COOKIE_BYTES:
            raise SessionTooLarge(f"{len(value)} bytes")
        return value
