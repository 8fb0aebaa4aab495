"""Webhook endpoints and deliveries: at least once, retried with growing delays (R27)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlsplit

from contracts import ids
from contracts.errors import Invalid, NotFound, TooManyEndpoints, WrongState
from contracts.instants import instant
from services.exchange.domain import addresses
from services.exchange.domain.merchants import Till
from services.exchange.domain.purchases import Mode

TEST_TYPE = "endpoint.test"
"""Sent on request to any endpoint."""

MAX_ENDPOINTS = 5
"""Per merchant and mode."""
MAX_IN_FLIGHT = 4
"""Attempts under way per endpoint, so that one that hangs does not delay the others."""
SECRET_OVERLAP = timedelta(hours=24)

RETRY_DELAYS = (
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
"""Before each attempt; after the last one the delivery has failed."""
JITTER = 0.1
"""The largest part by which each delay is lengthened at random, so that retries spread out."""
LEASE = timedelta(seconds=20)
"""How long a delivery belongs to the worker that leased it; then another may attempt it."""

_GONE = 410


class EndpointState(StrEnum):
    """active ⇄ disabled (by its merchant, or it answered 410), and from both removed."""

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
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(eq=False, kw_only=True)
class Endpoint:
    """A URL of a merchant in one mode. Its secrets are encrypted; a replaced one signs as well for a day."""

    community: str
    id: str
    merchant: str
    mode: Mode
    url: str
    types: list[str]
    """The types of notices it receives; empty: all."""
    secret: str
    earlier_secret: str | None = None
    earlier_until: datetime | None = None
    state: str = EndpointState.ACTIVE
    created_at: datetime
    disabled_at: datetime | None = None

    @classmethod
    def add(
        cls,
        till: Till,
        *,
        url: str,
        types: Collection[str],
        secret: str,
        active: int,
        at: datetime,
        allow_loopback: bool = False,
    ) -> Self:
        """Return a new endpoint; `active` is how many there are.

        `allow_loopback`, for development and tests, allows this machine, also over http. Raises Invalid for a bad URL
        or an address that is not public, TooManyEndpoints. Names are checked when a delivery is sent.
        """
        if active >= MAX_ENDPOINTS:
            raise TooManyEndpoints(facts={"active": active})
        _require_valid_url(url, allow_loopback)
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

    def revise(
        self, *, url: str, types: Collection[str], active: bool, at: datetime, allow_loopback: bool = False
    ) -> None:
        """Replace its URL and types, and disable it or enable it again. Raises what `add` raises for a bad URL."""
        _require_valid_url(url, allow_loopback)
        self.url, self.types = url, sorted(set(types))
        if not active:
            self.disable(at)
        elif self.state == EndpointState.DISABLED:
            self.state, self.disabled_at = EndpointState.ACTIVE, None

    def subscribes_to(self, kind: str) -> bool:
        return kind == TEST_TYPE or not self.types or kind in self.types

    def rotate(self, secret: str, at: datetime, *, end_earlier: bool = False) -> None:
        """Sign with a new secret, and for a day with the old one as well, unless it ends at once.

        Raises WrongState while an earlier secret still signs, since it would end before its day, unless `end_earlier`.
        """
        if end_earlier:
            self.earlier_secret = self.earlier_until = None
        elif len(self.secrets(at)) > 1:
            assert self.earlier_until is not None, "an earlier secret signs until a time"
            raise WrongState(
                "上一个密钥仍在签名；待其失效后再更换，或令旧密钥立即失效（end_earlier）",
                facts={"earlier_secret_until": self.earlier_until.isoformat()},
            )
        else:
            self.earlier_secret, self.earlier_until = self.secret, at + SECRET_OVERLAP
        self.secret = secret

    def secrets(self, at: datetime) -> list[str]:
        """Return the encrypted secrets that sign now, newest first."""
        earlier = self.earlier_until is not None and at < self.earlier_until
        return [self.secret, *([self.earlier_secret] if earlier and self.earlier_secret else [])]

    def disable(self, at: datetime) -> None:
        """Send it nothing more, since it answered 410 Gone or its merchant asks for it."""
        if self.state == EndpointState.ACTIVE:
            self.state, self.disabled_at = EndpointState.DISABLED, at

    def remove(self) -> None:
        """Send it nothing more; its deliveries stay listed."""
        self.state = EndpointState.REMOVED

    def require_active(self) -> None:
        """Raise WrongState for a disabled endpoint, NotFound for a removed one."""
        if self.state == EndpointState.REMOVED:
            raise NotFound("没有此回调地址")
        if self.state != EndpointState.ACTIVE:
            raise WrongState("该回调地址已停用，请先重新启用（PUT，active: true）")


@dataclass(eq=False, kw_only=True)
class Delivery:
    """One notice to one endpoint, with every attempt. Its id is the `webhook-id`, also of a replay."""

    community: str
    id: str
    merchant: str
    mode: Mode
    endpoint: str
    type: str
    data: dict[str, Any]
    created_at: datetime
    changed_at: datetime
    """When it was created, attempted or replayed last, or its endpoint disabled or removed."""
    state: str = State.PENDING
    due_at: datetime
    """When the next attempt may begin; during an attempt, when its lease ends."""
    tries: int = 0
    """Attempts since it was created or replayed."""
    attempts: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def to(cls, endpoint: Endpoint, kind: str, data: dict[str, Any], at: datetime) -> Self:
        """Return a delivery that is due at once. `data` contains only ids."""
        return cls(
            community=endpoint.community,
            id=ids.new("msg"),
            merchant=endpoint.merchant,
            mode=endpoint.mode,
            endpoint=endpoint.id,
            type=kind,
            data=data,
            created_at=at,
            changed_at=at,
            due_at=at,
        )

    def lease(self, at: datetime) -> None:
        """Start the lease of an attempt."""
        self.due_at = at + LEASE

    def add_attempt(self, outcome: Outcome, endpoint: Endpoint, *, jitter: float, at: datetime) -> None:
        """Store how an attempt ended and when the next one is due. A 410 disables the endpoint.

        `jitter` is a random number from 0 to 1.
        """
        self.tries += 1
        self.changed_at = at
        ended = {"at": at.isoformat(), "status": outcome.status, "error": outcome.error}
        self.attempts = [*self.attempts, ended | {"milliseconds": outcome.milliseconds}]
        if outcome.succeeded:
            self.state = State.DELIVERED
        elif outcome.status == _GONE:
            endpoint.disable(at)
            self.state = State.FAILED
        elif self.tries == len(RETRY_DELAYS):
            self.state = State.FAILED
        else:
            self.due_at = at + RETRY_DELAYS[self.tries] * (1 + JITTER * jitter)

    def replay(self, endpoint: Endpoint, at: datetime) -> None:
        """Make it due again, with all its attempts. Raises what `Endpoint.require_active` raises."""
        endpoint.require_active()
        self.state, self.tries, self.due_at, self.changed_at = State.PENDING, 0, at, at

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that is sent: only ids, so that nothing in it can be outdated."""
        return {"type": self.type, "timestamp": instant(self.created_at), "data": self.data}


def _require_valid_url(url: str, allow_loopback: bool) -> None:
    if wrong := _url_error(url, allow_loopback):
        raise Invalid(errors=[{"pointer": "/url", "detail": wrong}])


def _url_error(url: str, allow_loopback: bool) -> str | None:
    """Return what is wrong with an endpoint's URL, None if nothing is."""
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "应为完整的 https 地址"
    address = addresses.parse(host)
    local = addresses.is_local_name(host) or (address is not None and address.is_loopback)
    if parts.scheme != "https" and not (allow_loopback and local and parts.scheme == "http"):
        return "应为 https 地址"
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return "应为不含用户名和片段的完整地址"
    if allow_loopback and local:
        return None
    if local or (address is not None and not addresses.is_public(address)):
        return f"{host} 不是公网地址，回调只能发往公网"
    if address is None and addresses.is_numeric(host):
        return f"{host} 不是规范的地址，请用域名"
    return None
