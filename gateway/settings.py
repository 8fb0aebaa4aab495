"""What differs between deployments, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

SERVICES = ("registry", "claims", "review", "inspection", "aggregation", "exchange")


class SettingsError(Exception):
    """The environment lacks something the gateway cannot run without."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each field is the environment variable of the same name in capitals."""

    jwt_secret: str = field(repr=False)
    amqp_uri: str = field(default="amqp://guest:guest@127.0.0.1:5672/", repr=False)
    rpc_deadline: float = 4.0
    "Seconds for one call, connecting included; with the rest of a request it stays under 5 s."
    rpc_lines: int = 8
    "Calls under way at once; as many as gunicorn has threads."
    access_token_seconds: int = 900
    wechat_base_url: str = "https://api.weixin.qq.com"
    wechat_appid: str = ""
    wechat_secret: str = field(default="", repr=False)
    json_limit: int = 512 * 1024  # 2,000 decisions, each with a reason
    upload_limit: int = 12 * 1024 * 1024
    evidence_url: str = ".local/evidence"
    "Folder or bucket for uploads: a path, file://…, s3://…"
    ratelimit_storage_uri: str = "memory://"
    rate_limit: str = "600/minute"
    key_rate_limit: str = "1200/minute"
    "For each merchant's key; who shows keys that are none is counted by address, by `session_rate_limit`."
    session_rate_limit: str = "20/minute"
    public_url: str = ""
    "Where the world finds us, as https://api.example.org; needed if a proxy in front changes the Host header."
    trusted_proxies: int = 0
    "Reverse proxies in front whose X-Forwarded-For is believed."
    https: bool = False
    "Whether browsers are to be told to come back by https only."

    def __post_init__(self) -> None:
        if len(self.jwt_secret.encode()) < 32:
            raise SettingsError("JWT_SECRET must be set, to 32 bytes or more")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read every field from `env`, leaving the default where a variable is not set."""
        given: dict[str, Any] = {}
        for each in fields(cls):
            if (text := env.get(each.name.upper())) is not None:
                given[each.name] = _parse(each.type, each.name, text)
        given.setdefault("jwt_secret", "")
        return cls(**given)

    def but(self, **changes: Any) -> "Settings":
        """The same settings with some changed."""
        return replace(self, **changes)


def _parse(kind: Any, name: str, text: str) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                text.lower()
            ]
        return kind(text)
    except (KeyError, ValueError) as exc:
        raise SettingsError(f"{name.upper()}={text!r} is not a {kind.__name__}") from exc
