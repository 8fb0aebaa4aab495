"""Users of the broker: one for each process, with the least permissions it needs.

`python -m deploy.rabbitmq` creates or updates them at RABBITMQ_MANAGEMENT_URI, with the passwords in
REGISTRY_BROKER_PASSWORD and so on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from deploy import SERVICES

_CALLS = "nameko-rpc"
_REPLIES = r"rpc\.reply-.+"
_NOTHING = "^$"


@dataclass(frozen=True)
class Permissions:
    """Permissions of a user: patterns of names to configure, to write and to read, as RabbitMQ defines them."""

    configure: str
    write: str
    read: str


def _any_of(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"


def _service(name: str) -> Permissions:
    calls = (_CALLS, f"rpc-{name}")
    return Permissions(
        configure=_any_of(*calls),
        write=_any_of(*calls, r"retry\..+", "parked"),
        read=_any_of(*calls, rf"evt-.+--{re.escape(name)}\..+"),
    )


PERMISSIONS: Mapping[str, Permissions] = {
    **{name: _service(name) for name in SERVICES},
    "relay": Permissions(configure=_NOTHING, write=_any_of(r"[a-z]+\.events"), read=_NOTHING),
    "gateway": Permissions(
        configure=_any_of(_REPLIES), write=_any_of(_CALLS, _REPLIES), read=_any_of(_CALLS, _REPLIES)
    ),
}


def grant(management_uri: str, passwords: Mapping[str, str]) -> None:
    """Create or update the users in `passwords`, each with its permissions on the vhost `/`."""
    with httpx.Client(base_url=f"{management_uri}/api", timeout=10) as management:
        for name, password in passwords.items():
            permissions = PERMISSIONS[name]
            user = {"password": password, "tags": ""}
            management.put(f"/users/{name}", json=user).raise_for_status()
            body = {"configure": permissions.configure, "write": permissions.write, "read": permissions.read}
            management.put(f"/permissions/%2F/{name}", json=body).raise_for_status()
