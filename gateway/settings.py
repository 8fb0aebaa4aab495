"""Deployment settings, read once from environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlsplit

SERVICES = ("registry", "claims", "review", "inspection", "aggregation", "exchange", "engagement", "publicity")


class SettingsError(Exception):
    """A setting is missing or invalid."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the gateway; each field is read from the environment variable of the same name in capitals."""

    jwt_secret: str = field(repr=False)
    amqp_uri: str = field(default="amqp://guest:guest@127.0.0.1:5672/", repr=False)
    amqp_ca_file: str = ""
    "For amqps://: the certificates that are trusted, by default those of the system."
    rpc_deadline: float = 4.0
    "Seconds for one call, connecting included; keeps a whole request under 5 s."
    rpc_lines: int = 8
    "Size of the pool of broker connections, which is the number of concurrent calls; gunicorn's number of threads."
    access_token_seconds: int = 900
    revocation_seconds: float = 2.0
    "Time between two questions to the registry which sessions were closed; their access tokens end then."
    wechat_base_url: str = "https://api.weixin.qq.com"
    wechat_appid: str = ""
    wechat_secret: str = field(default="", repr=False)
    content_check: str = "words"
    "Who checks texts of residents: `words`, the list of words alone, or `wechat`, WeChat beside it."
    content_words: str = ""
    "File with the list of words; by default the one of this package."
    json_limit: int = 512 * 1024  # 2,000 decisions, each with a reason
    upload_limit: int = 12 * 1024 * 1024
    client_seconds: float = 10.0
    "Seconds for a client to send a request or to read a response; renewed as long as the client keeps the rate below."
    client_bytes_per_second: int = 4096
    "Least rate of longer bodies and responses, over `client_seconds` each time."
    evidence_url: str = ".local/evidence"
    "Folder or bucket for uploads: a path, file://…, s3://…"
    font_folder: str = "/usr/share/fonts/truetype/hanazono"
    "Folder with HanaMinA and HanaMinB for rare characters of names; PDFs print a box for one that no font has."
    decoding_processes: int = 2
    "Uploads decoded at once by one gateway process, each in a process of its own."
    decoding_queue: int = 4
    "Further uploads that wait."
    decoding_wait_seconds: float = 10.0
    decoding_memory_mb: int = 400
    "Private memory of a process that decodes; enough for 25 megapixels, of a WebP for some 18."
    decoding_cpu_seconds: int = 10
    decoding_seconds: int = 20
    "Wall-clock time for decoding one upload."
    document_processes: int = 1
    "PDFs and workbooks made at once by one gateway process, each in a process of its own."
    document_queue: int = 3
    "Further requests for them that wait. This and the three counts above: less than gunicorn's number of threads."
    document_wait_seconds: float = 10.0
    document_memory_mb: int = 600
    "Private memory of a process that makes one document; enough for a PDF of 4,000 lines."
    document_cpu_seconds: int = 60
    document_seconds: int = 70
    "Wall-clock time for making one document."
    refused_upload_limit: str = "60/hour"
    "Uploads of one person that are refused after decoding; then further ones are refused before they are read."
    export_limit: str = "20/hour"
    "Exports of one person's own data."
    ratelimit_storage_uri: str = ""
    "The Redis in which several gateways count requests and attempts."
    counters_file: str = ""
    "File in which the processes of this gateway count without a Redis or while it is down; gunicorn makes one."
    rate_limit: str = "600/minute"
    key_rate_limit: str = "1200/minute"
    "Per merchant key; requests with invalid keys are counted by address against `session_rate_limit`."
    session_rate_limit: str = "20/minute"
    "Sign-ins and bindings by address."
    account_rate_limit: str = "10/15 minutes"
    "Wrong passwords and codes of one account, whatever the address."
    public_url: str = ""
    "The public origin, as https://api.example.org: in links, and in the signatures of merchants."
    allowed_hosts: str = ""
    "Further host names of the gateway, by commas, `.example.org` with its subdomains; others are refused."
    metrics_port: int = 0
    "A second port, for operators only, with /metrics and the details of /readyz; 0 for none."
    trusted_proxies: int = 0
    "Number of reverse proxies whose X-Forwarded-For is trusted."
    https: bool = False
    "Whether to send Strict-Transport-Security."

    def __post_init__(self) -> None:
        if len(self.jwt_secret.encode()) < 32:
            raise SettingsError("JWT_SECRET must be set, to 32 bytes or more")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings from `env`. Raise SettingsError for an invalid value."""
        given: dict[str, Any] = {}
        for setting in fields(cls):
            if (text := env.get(setting.name.upper())) is not None:
                given[setting.name] = _parse(setting.type, setting.name, text)
        given.setdefault("jwt_secret", "")
        return cls(**given)

    @property
    def host_names(self) -> list[str]:
        """The host names that a request may have: this machine's, that of `public_url`, and `allowed_hosts`."""
        given = (urlsplit(self.public_url).hostname or "", *self.allowed_hosts.split(","))
        return ["localhost", "127.0.0.1", *(name.strip() for name in given if name.strip())]

    def copy_with(self, **changes: Any) -> "Settings":
        """Return a copy with some settings changed."""
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
