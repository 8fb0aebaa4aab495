"""Configuration of the pages, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


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

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read `API_URL` (default: `PUBLIC_URL`), `ALLOWED_HOSTS`, separated by commas, and `TRUSTED_PROXIES`."""
        public = environ.get("PUBLIC_URL", cls.api_url)
        hosts = [host.strip() for host in environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
        host = public.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
        return cls(
            api_url=environ.get("API_URL", public),
            trusted_hosts=(*cls.trusted_hosts, host, *hosts),
            trusted_proxies=int(environ.get("TRUSTED_PROXIES", "0")),
        )
