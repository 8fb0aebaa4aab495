"""Partner merchants and the keys of their tills (R27)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from contracts import ids
from contracts.errors import KeyInvalid, MerchantSuspended, ScopeMissing, TooManyKeys
from services.exchange.domain.purchases import Mode

Scope = Literal["vouchers", "payments", "settlements", "webhooks", "priorities"]

Algorithm = Literal["hmac-sha256", "ed25519"]

KEYS_AT_ONCE = 2
"""Per mode: the old one works on while the new one is rolled out."""


@dataclass(eq=False, kw_only=True)
class Merchant:
    """A shop that honours points. Suspended, its keys are refused."""

    community: str
    id: str
    name: str
    address: str = ""
    active: bool = True
    version: int = 1
    created_at: datetime

    @classmethod
    def admit(cls, *, community: str, name: str, address: str, at: datetime) -> Self:
        """A new partner."""
        return cls(community=community, id=ids.new("mer"), name=name, address=address, created_at=at)

    def revise(self, *, name: str, address: str, active: bool) -> None:
        """Replace what is known of it; `active=False` suspends it."""
        self.name, self.address, self.active = name, address, active
        self.version += 1


@dataclass(eq=False, kw_only=True)
class Shop:
    """One of a merchant's places. Closed, nothing can be sold there; what was stays on its name."""

    community: str
    id: str
    merchant: str
    name: str
    address: str = ""
    active: bool = True
    created_at: datetime

    @classmethod
    def open(cls, merchant: Merchant, *, name: str, address: str, at: datetime) -> Self:
        """A new place of the merchant's."""
        made = {"id": ids.new("shp"), "merchant": merchant.id, "created_at": at}
        return cls(community=merchant.community, name=name, address=address, **made)  # type: ignore[arg-type]

    def revise(self, *, name: str, address: str, active: bool) -> None:
        """Replace what is known of it; `active=False` closes it."""
        self.name, self.address, self.active = name, address, active


@dataclass(eq=False, kw_only=True)
class Key:
    """A till's credential for one mode and some scopes."""

    community: str
    id: str
    merchant: str
    mode: Mode
    scopes: list[str]
    shown: str
    """Its first characters, to tell keys apart: `sz_live_a1B2c3`."""
    digest: str
    algorithm: Algorithm | None = None
    """How requests made with it are signed; none: made before there were signatures, so it cannot sign."""
    material: str | None = None
    """What a signature is checked with: the public key, or the signing secret sealed so that only who shows the key
    can open it."""
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None

    @classmethod
    def issue(
        cls,
        merchant: Merchant,
        mode: Mode,
        scopes: Collection[str],
        *,
        shown: str,
        digest: str,
        active: int,
        algorithm: Algorithm,
        material: str,
        by: str,
        at: datetime,
    ) -> Self:
        """A new key; whoever made it shows it once and tells us its digest.

        `active` is how many of that mode work now; raises MerchantSuspended, TooManyKeys.
        """
        if not merchant.active:
            raise MerchantSuspended
        if active >= KEYS_AT_ONCE:
            raise TooManyKeys(facts={"active": active})
        return cls(
            community=merchant.community,
            id=ids.new("key"),
            merchant=merchant.id,
            mode=mode,
            scopes=sorted(set(scopes)),
            shown=shown,
            digest=digest,
            algorithm=algorithm,
            material=material,
            created_at=at,
            created_by=by,
        )

    def revoke(self, at: datetime) -> None:
        """From now on it is refused. Revoking twice makes no difference."""
        self.revoked_at = self.revoked_at or at

    def must_allow(self, merchant: Merchant, scopes: Collection[Scope]) -> None:
        """One of `scopes` is enough; none named, any key will do.

        Raises KeyInvalid for a revoked key or a suspended merchant, ScopeMissing for what it may not do.
        """
        if self.revoked_at is not None or not merchant.active:
            raise KeyInvalid
        if scopes and not set(scopes) & set(self.scopes):
            raise ScopeMissing(facts={"scopes": sorted(scopes)})


@dataclass(frozen=True, kw_only=True)
class Till:
    """Where in a shop, and by which key: who asks when a merchant does."""

    community: str
    merchant: str
    mode: Mode
    key: str
    name: str | None = None
    """What the shop calls this till."""
    shop: str | None = None
    """In which of the merchant's shops, if it has told."""
