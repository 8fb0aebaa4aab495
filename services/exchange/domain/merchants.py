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

MAX_ACTIVE_KEYS = 2
"""Per mode, so that the old key works while the new one is rolled out."""


@dataclass(eq=False, kw_only=True)
class Merchant:
    """A partner that accepts points. While it is suspended its keys are refused."""

    community: str
    id: str
    name: str
    address: str = ""
    active: bool = True
    version: int = 1
    created_at: datetime

    @classmethod
    def admit(cls, *, community: str, name: str, address: str, at: datetime) -> Self:
        """Return a new partner."""
        return cls(community=community, id=ids.new("mer"), name=name, address=address, created_at=at)

    def revise(self, *, name: str, address: str, active: bool) -> None:
        """Replace its particulars; `active=False` suspends it."""
        self.name, self.address, self.active = name, address, active
        self.version += 1


@dataclass(eq=False, kw_only=True)
class Shop:
    """One of a merchant's shops. Nothing can be sold in a closed one."""

    community: str
    id: str
    merchant: str
    name: str
    address: str = ""
    active: bool = True
    created_at: datetime

    @classmethod
    def open(cls, merchant: Merchant, *, name: str, address: str, at: datetime) -> Self:
        """Return a new shop of `merchant`."""
        return cls(
            community=merchant.community,
            id=ids.new("shp"),
            merchant=merchant.id,
            name=name,
            address=address,
            created_at=at,
        )

    def revise(self, *, name: str, address: str, active: bool) -> None:
        """Replace its particulars; `active=False` closes it."""
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
    """Its first characters, to distinguish keys: `sz_live_a1B2c3`."""
    digest: str
    algorithm: Algorithm | None = None
    """How its requests are signed; None for a key from before signatures, which cannot sign."""
    material: str | None = None
    """What signatures are verified with: a public key, or an HMAC secret encrypted with the key itself."""
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
        """Return a new key, known by its digest. `active` is how many keys of that mode work now.

        Raises MerchantSuspended, TooManyKeys.
        """
        if not merchant.active:
            raise MerchantSuspended
        if active >= MAX_ACTIVE_KEYS:
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
        """Revoke the key; revoking it again changes nothing."""
        self.revoked_at = self.revoked_at or at

    def require_scope(self, merchant: Merchant, scopes: Collection[Scope]) -> None:
        """Raise ScopeMissing unless the key has one of `scopes` or these are empty.

        Raises KeyInvalid for a revoked key or a suspended merchant.
        """
        if self.revoked_at is not None or not merchant.active:
            raise KeyInvalid
        if scopes and not set(scopes) & set(self.scopes):
            raise ScopeMissing(facts={"scopes": sorted(scopes)})


@dataclass(frozen=True, kw_only=True)
class Till:
    """A merchant's till as a caller: which merchant, by which key and mode, at which till of which shop."""

    community: str
    merchant: str
    mode: Mode
    key: str
    name: str | None = None
    """The shop's own name for this till."""
    shop: str | None = None
    """The shop, if the till named it."""
