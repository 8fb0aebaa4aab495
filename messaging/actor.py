"""The authenticated caller. The gateway passes it with every call; the service decides what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Actor:
    """The authenticated caller. A merchant's key acts for a `merchant`, everyone else is a `person`."""

    person: str | None = None
    community: str | None = None
    merchant: str | None = None

    @classmethod
    def of(cls, actor: "Mapping[str, Any] | Actor | None") -> Self:
        """Return the actor of the dictionary passed over RPC: `{"person": …, "community": …, "merchant": …}`."""
        if isinstance(actor, Actor):
            return cls(actor.person, actor.community, actor.merchant)
        given = actor or {}
        return cls(given.get("person"), given.get("community"), given.get("merchant"))
