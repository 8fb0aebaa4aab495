"""What a merchant is told of: notices to its own addresses, at least once, with growing patience (R27)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlsplit

from contracts import ids
from contracts.errors import Invalid, NotFound, TooManyEndpoints, WrongState
from services.exchange.domain.merchants import Till
from services.exchange.domain.purchases import Mode

TYPES = (
    "payment.authorized",
    "payment.refused",
    "payment.captured",
    "payment.voided",
    "payment.refunded",
    "voucher.redeemed",
)
TRIAL = "endpoint.test"
"""Sent when a merchant asks for it, whatever it listens to."""

ENDPOINTS_AT_ONCE = 5
"""Per merchant and mode."""
ON_THEIR_WAY = 4
"""Of one endpoint at once, so that one that hangs does not keep everybody busy."""
BOTH_SECRETS_FOR = timedelta(hours=24)

WAITS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before each attempt; after the last the delivery has failed."""
JITTER = 0.1
"""Each wait is up to so much longer, so that what failed together does not come back together."""
LEASE = timedelta(seconds=20)
"""How long an attempt is left to whoever took it; when it has not ended by then, its courier is dead."""

_GONE = 410


class EndpointState(StrEnum):
    """active → disabled (it answered 410) or removed."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class State(StrEnum):
    """pending → delivered, or failed; a replay makes it pending again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an attempt ended: an HTTP status, or the reason why there is none."""

    status: int | None
    error: str | None
    milliseconds: int

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(eq=False, kw_only=True)
class Endpoint:
    """One address of a merchant, in one mode. Its secrets are sealed; the earlier one signs, too, for a day."""

    community: str
    id: str
    merchant: str
    mode: Mode
    url: str
    types: list[str]
    """What it is told of; none named: everything."""
    secret: str
    earlier_secret: str | None = None
    earlier_until: datetime | None = None
    state: str = EndpointState.ACTIVE
    created_at: datetime
    disabled_at: datetime | None = None

    @classmethod
    def add(cls, till: Till, *, url: str, types: Collection[str], secret: str, active: int, at: datetime) -> Self:
        """A new address; `active` is how many there are. Raises Invalid for a bad address, TooManyEndpoints."""
        if active >= ENDPOINTS_AT_ONCE:
            raise TooManyEndpoints(facts={"active": active})
        _must_be_an_address(url)
        return cls(
            community=till.community,
            id=ids.new("wep"),
            merchant=till.merchant,
            mode=till.mode,
            url=url,
            types=sorted(set(types)),
            secret=secret,
            created_at=at,
        )

    def listens_to(self, kind: str) -> bool:
        return kind == TRIAL or not self.types or kind in self.types

    def rotate(self, secret: str, at: datetime) -> None:
        """From now on the new secret signs, and for a day the old one beside it."""
        self.earlier_secret, self.earlier_until = self.secret, at + BOTH_SECRETS_FOR
        self.secret = secret

    def secrets(self, at: datetime) -> list[str]:
        """What signs now, the newest first, sealed."""
        earlier = self.earlier_until is not None and at < self.earlier_until
        return [self.secret, *([self.earlier_secret] if earlier and self.earlier_secret else [])]

    def disable(self, at: datetime) -> None:
        """It said that it is gone: it is told nothing more."""
        if self.state == EndpointState.ACTIVE:
            self.state, self.disabled_at = EndpointState.DISABLED, at

    def remove(self) -> None:
        """It is told nothing more; what it was told is kept."""
        self.state = EndpointState.REMOVED

    def must_be_active(self) -> None:
        """Raises WrongState for a disabled endpoint, NotFound for a removed one."""
        if self.state == EndpointState.REMOVED:
            raise NotFound("没有此回调地址")
        if self.state != EndpointState.ACTIVE:
            raise WrongState("该回调地址已停用，请删除后重新添加")


@dataclass(eq=False, kw_only=True)
class Delivery:
    """One notice to one endpoint, and every attempt at it. Its id is the notice's, also when it is sent again."""

    community: str
    id: str
    merchant: str
    mode: Mode
    endpoint: str
    type: str
    data: dict[str, Any]
    created_at: datetime
    state: str = State.PENDING
    due_at: datetime
    """When the next attempt may begin; while one is under way, when its lease ends."""
    tries: int = 0
    """Since it was last asked for."""
    attempts: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def to(cls, endpoint: Endpoint, kind: str, data: dict[str, Any], at: datetime) -> Self:
        """A notice, due at once. `data` holds ids only."""
        return cls(
            community=endpoint.community,
            id=ids.new("msg"),
            merchant=endpoint.merchant,
            mode=endpoint.mode,
            endpoint=endpoint.id,
            type=kind,
            data=data,
            created_at=at,
            due_at=at,
        )

    def take(self, at: datetime) -> None:
        """Somebody begins an attempt."""
        self.due_at = at + LEASE

    def tried(self, outcome: Outcome, endpoint: Endpoint, *, jitter: float, at: datetime) -> None:
        """An attempt has ended; `jitter` is a random number of 0 to 1. 410 disables the endpoint."""
        self.tries += 1
        ended = {"at": at.isoformat(), "status": outcome.status, "error": outcome.error}
        self.attempts = [*self.attempts, ended | {"milliseconds": outcome.milliseconds}]
        if outcome.arrived:
            self.state = State.DELIVERED
        elif outcome.status == _GONE:
            endpoint.disable(at)
            self.state = State.FAILED
        elif self.tries == len(WAITS):
            self.state = State.FAILED
        else:
            self.due_at = at + WAITS[self.tries] * (1 + JITTER * jitter)

    def replay(self, endpoint: Endpoint, at: datetime) -> None:
        """Send it again, with all its attempts. Raises what `Endpoint.must_be_active` raises."""
        endpoint.must_be_active()
        self.state, self.tries, self.due_at = State.PENDING, 0, at

    @property
    def body(self) -> dict[str, Any]:
        """What is sent: thin, so that nothing in it can be out of date."""
        return {"type": self.type, "timestamp": self.created_at.isoformat(), "data": self.data}


def _must_be_an_address(url: str) -> None:
    parts = urlsplit(url)
    wrong = None
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")):
        wrong = "应为 https 地址"
    elif not parts.hostname or parts.username or parts.password or parts.fragment:
        wrong = "应为不含用户名和片段的完整地址"
    if wrong:
        raise Invalid(errors=[{"pointer": "/url", "detail": wrong}])
