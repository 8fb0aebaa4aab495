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
_REPLY_KEYS = "^[0-9a-f-]{32,36}$"
"""Routing keys of replies; those of calls are `service.method`."""
_CALL_KEYS = r"^([a-z]+\.[a-z_]+|[0-9a-f-]{32,36})$"
_NOTHING = "^$"


@dataclass(frozen=True)
class Permissions:
    """Permissions of a user: patterns of names to configure, to write and to read, as RabbitMQ defines them."""

    configure: str
    write: str
    read: str
    call_keys: tuple[str, str] = (_NOTHING, _NOTHING)
    """Patterns of the routing keys that may be written to and bound at the exchange of calls."""


def _any_of(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"


def _service(name: str) -> Permissions:
    return Permissions(
        configure=_NOTHING,
        write=_any_of(_CALLS, r"retry\..+", "parked"),
        read=_any_of(f"rpc-{name}", rf"evt-.+--{re.escape(name)}\..+"),
        call_keys=(_REPLY_KEYS, _NOTHING),
    )


PERMISSIONS: Mapping[str, Permissions] = {
    **{name: _service(name) for name in SERVICES},
    "relay": Permissions(configure=_NOTHING, write=_any_of(r"[a-z]+\.events"), read=_NOTHING),
    "gateway": Permissions(
        configure=_any_of(_REPLIES),
        write=_any_of(_CALLS, _REPLIES),
        read=_any_of(_CALLS, _REPLIES),
        call_keys=(_CALL_KEYS, _REPLY_KEYS),
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
            write, read = permissions.call_keys
            keys = {"exchange": _CALLS, "write": write, "read": read}
            management.put(f"/topic-permissions/%2F/{name}", json=keys).raise_for_status()
