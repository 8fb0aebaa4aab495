"""Configuration of the pages, from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

_SECRET_BYTES = 32


class SettingsError(Exception):
    """A setting is missing or invalid."""


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """Where the platform's API is, and which hosts the pages answer for."""

    api_url: str = "http://127.0.0.1:8000"
    """Origin of the API, without a path."""
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    trusted_proxies: int = 0
    """Proxies in front, whose X-Forwarded-For names the reader."""
    cache_seconds: int = 30
    """How long a public page may be shown before it is asked for again."""
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """What sessions of the desk are encrypted with; the same in every process. By default one of this process."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read `API_URL` (default: `PUBLIC_URL`), `ALLOWED_HOSTS` by commas, `TRUSTED_PROXIES`, `WEB_SECRET`.

        `WEB_SECRET` is `JWT_SECRET` by default, from which a key of its own is derived. Raise SettingsError if it is
        shorter than 32 bytes.
        """
        public = environ.get("PUBLIC_URL", cls.api_url)
        hosts = [host.strip() for host in environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
        host = public.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
        secret = environ.get("WEB_SECRET") or environ.get("JWT_SECRET", "")
        if len(secret.encode()) < _SECRET_BYTES:
            raise SettingsError(f"WEB_SECRET must be set, to {_SECRET_BYTES} bytes or more, the same in every process")
        return cls(
            api_url=environ.get("API_URL", public),
            trusted_hosts=(*cls.trusted_hosts, host, *hosts),
            trusted_proxies=int(environ.get("TRUSTED_PROXIES", "0")),
            secret=secret,
        )
