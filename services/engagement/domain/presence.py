"""Codes of presence: the host's rotating challenge, and what a member's app answers to it (R29).

A challenge changes every ten seconds. A member's app sends it on as it was scanned, signed in as the member: a picture
that was passed on is worthless after seconds. Without network the app answers the challenge with the member's ticket;
the host's device takes the answer, checks it, and sends it later in a batch that it signs.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from contracts import errors
from contracts.instants import instant

Direction = Literal["in", "out"]
Method = Literal["code", "roll_call"]

SLOT_SECONDS = 10
"""How long one challenge is shown; it is accepted in the slot before and after too."""
_CODE = re.compile(r"(?P<activity>atv_[0-9a-z]+)\.(?P<direction>in|out)\.(?P<slot>\d{1,12})\.(?P<mac>[0-9a-f]{16})")


@dataclass(frozen=True)
class PresenceKeys:
    """The keys of one activity, derived from its secret. Hosts get `challenge`, and a device key of their own."""

    activity: str
    secret: str

    @property
    def challenge(self) -> str:
        """The key of challenges and tickets."""
        return self._derived("challenge")

    def device(self, host: str) -> str:
        """Return the key by which a host's device signs its batches."""
        return self._derived(f"device:{host}")

    def ticket(self, person: str) -> str:
        """Return the key by which a member's app answers challenges."""
        return _mac(self.challenge, f"ticket:{person}")

    def code(self, direction: Direction, at: datetime) -> str:
        """Return the challenge of a moment."""
        return self._code(direction, int(at.timestamp()) // SLOT_SECONDS)

    def direction_of(self, code: str, at: datetime) -> Direction:
        """Return what a challenge seen at `at` is for. Raises `PresenceCodeInvalid`, `PresenceCodeExpired`."""
        found = _CODE.fullmatch(code)
        if found is None or found["activity"] != self.activity:
            raise errors.PresenceCodeInvalid()
        direction: Direction = "in" if found["direction"] == "in" else "out"
        slot = int(found["slot"])
        if not hmac.compare_digest(self._code(direction, slot), code):
            raise errors.PresenceCodeInvalid()
        if abs(slot - int(at.timestamp()) // SLOT_SECONDS) > 1:
            raise errors.PresenceCodeExpired()
        return direction

    def answer(self, person: str, code: str) -> str:
        """Return what a member's app answers to a challenge without network."""
        return _mac(self.ticket(person), code)[:16]

    def signature(self, host: str, batch: str, records: Sequence["BatchRecord"]) -> str:
        """Return how a host's device signs a batch."""
        return _mac(self.device(host), "\n".join([batch, *(record.signed_text for record in records)]))

    def _code(self, direction: Direction, slot: int) -> str:
        return f"{self.activity}.{direction}.{slot}.{_mac(self.challenge, f'{direction}:{slot}')[:16]}"

    def _derived(self, purpose: str) -> str:
        return _mac(self.secret, f"{self.activity}:{purpose}")


@dataclass(frozen=True)
class BatchRecord:
    """One line that a host's device took without network."""

    person: str
    direction: Direction
    method: Method
    at: datetime
    code: str = ""
    answer: str = ""

    @property
    def signed_text(self) -> str:
        """The line as the device signs it; the time in UTC, ending in Z."""
        return "|".join((self.person, self.direction, self.method, instant(self.at), self.code, self.answer))

    def require_proof(self, keys: PresenceKeys) -> None:
        """Check the member's answer. Raises `PresenceCodeInvalid`, `PresenceCodeExpired`; roll calls need none."""
        if self.method == "roll_call":
            return
        if keys.direction_of(self.code, self.at) != self.direction:
            raise errors.PresenceCodeInvalid()
        if not hmac.compare_digest(keys.answer(self.person, self.code), self.answer):
            raise errors.PresenceCodeInvalid()


def valid_until(at: datetime) -> datetime:
    """Return when the challenge of a moment is replaced."""
    slot = int(at.timestamp()) // SLOT_SECONDS
    return datetime.fromtimestamp((slot + 1) * SLOT_SECONDS, UTC)


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()
