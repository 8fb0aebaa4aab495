"""Who may do what at the broker: one user for each process, with the least rights that let it work.

`python -m deploy.rabbitmq` makes these users at RABBITMQ_MANAGEMENT_URI, with the passwords it finds in
REGISTRY_BROKER_PASSWORD, …; it may be run again, and then brings them up to date.
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
class Rights:
    """Patterns of the names a user may declare, publish or bind to, and consume or bind from."""

    configure: str
    write: str
    read: str


def _any_of(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"


def _service(name: str) -> Rights:
    calls = (_CALLS, f"rpc-{name}")
    return Rights(
        configure=_any_of(*calls),
        write=_any_of(*calls, r"retry\..+", "parked"),
        read=_any_of(*calls, rf"evt-.+--{re.escape(name)}\..+"),
    )


RIGHTS: Mapping[str, Rights] = {
    **{name: _service(name) for name in SERVICES},
    "relay": Rights(configure=_NOTHING, write=_any_of(r"[a-z]+\.events"), read=_NOTHING),
    "gateway": Rights(configure=_any_of(_REPLIES), write=_any_of(_CALLS, _REPLIES), read=_any_of(_CALLS, _REPLIES)),
}


def grant(management_uri: str, passwords: Mapping[str, str]) -> None:
    """Make the users that have a password here, each with its rights on the vhost `/`."""
    with httpx.Client(base_url=f"{management_uri}/api", timeout=10) as management:
        for name, password in passwords.items():
            rights = RIGHTS[name]
            user = {"password": password, "tags": ""}
            management.put(f"/users/{name}", json=user).raise_for_status()
            permissions = {"configure": rights.configure, "write": rights.write, "read": rights.read}
            management.put(f"/permissions/%2F/{name}", json=permissions).raise_for_status()
