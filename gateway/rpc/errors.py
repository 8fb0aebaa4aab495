"""Restores exceptions raised by services: refusals as their own class, anything else as nameko's `RemoteError`."""

from collections.abc import Iterator
from typing import Any

from nameko.exceptions import deserialize, deserialize_to_instance

from contracts.errors import Refusal


def from_reply(error: dict[str, Any]) -> Exception:
    """Return the exception serialized in the `error` of an RPC reply."""
    exc: Exception = deserialize(error)
    return exc


def refusal_types(family: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Yield every subclass of `family`."""
    for subclass in family.__subclasses__():
        yield subclass
        yield from refusal_types(subclass)


for _refusal in refusal_types():
    deserialize_to_instance(_refusal)
