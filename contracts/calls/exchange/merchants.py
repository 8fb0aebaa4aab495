"""Partner merchants, their shops and the keys of their tills (R27)."""

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol, TypedDict

from contracts import fields
from contracts.calls.exchange.tills import Mode
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

Algorithm = Literal["hmac-sha256", "ed25519"]
Scope = Literal["vouchers", "payments", "settlements", "webhooks", "priorities"]


class MerchantForm(TypedDict):
    name: Annotated[str, fields.Text(60, example="善治超市")]
    address: Annotated[str, fields.Text(200, least=0, example="莲花路 1 号", load_default="")]


class MerchantRevision(MerchantForm):
    active: Annotated[
        bool, fields.Boolean(load_default=True, truthy={True}, falsy={False}), Doc("false suspends it and its keys")
    ]


class Merchant(TypedDict):
    id: str
    name: str
    address: str
    active: bool


class Shop(Merchant):
    """A shop of a merchant."""

    merchant_id: str


class Key(TypedDict):
    id: str
    merchant_id: str
    mode: Mode
    scopes: list[str]
    shown: Annotated[str, Doc("Its first characters, to distinguish keys")]
    algorithm: Annotated[Algorithm | None, Doc("How its requests are signed", enum=["hmac-sha256", "ed25519", None])]
    created_at: Instant
    revoked_at: Instant | None


class IssuedKey(Key):
    """`sealed`: the secrets that the gateway encrypted, returned to it as they came."""

    sealed: str | None


class Credential(TypedDict):
    """Which merchant a key belongs to and what it allows."""

    merchant: str
    community: str
    mode: Mode
    scopes: list[str]
    key: str


class KeyMaterial(TypedDict):
    """What signatures made with a new key are verified with: a public key, or an encrypted secret for HMAC."""

    algorithm: Algorithm
    material: str


class SigningKey(TypedDict):
    """What signatures made with a key are verified with; None for a key that cannot sign."""

    key: str
    algorithm: Algorithm | None
    material: str | None


class MerchantsApi(Protocol):
    """Calls about partner merchants, shops and keys, and the gateway's check of a key."""

    @query
    def list_merchants(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Merchant]:
        """Return the community's partner merchants, newest first."""

    @query
    def get_merchant(self, *, actor: Caller, merchant_id: str) -> Merchant:
        """Return a merchant. Raises NotFound."""

    @query
    def merchant_names(self, *, actor: Caller, ids: list[str]) -> dict[str, str]:
        """Return the names of the caller's community's merchants by id; ids of no merchant are left out."""

    @command
    def admit_merchant(self, *, actor: Caller, name: str, address: str = "") -> Merchant:
        """Add a partner merchant. Raises RoleMissing."""

    @command
    def revise_merchant(
        self, *, actor: Caller, merchant_id: str, name: str, address: str = "", active: bool = True
    ) -> Merchant:
        """Replace a merchant's particulars; `active=False` suspends it. Raises RoleMissing, NotFound."""

    # Shops

    @query
    def list_shops(self, *, actor: Caller, merchant_id: str | None = None) -> Page[Shop]:
        """Return all shops of a merchant, by default of the calling one, newest first. Raises NotFound."""

    @command
    def open_shop(self, *, actor: Caller, merchant_id: str, name: str, address: str = "") -> Shop:
        """Add a shop. Raises RoleMissing, NotFound."""

    @command
    def revise_shop(
        self, *, actor: Caller, merchant_id: str, shop_id: str, name: str, address: str = "", active: bool = True
    ) -> Shop:
        """Replace a shop's particulars; `active=False` closes it. Raises RoleMissing, NotFound."""

    # Keys

    @query
    def list_keys(self, *, actor: Caller, merchant_id: str) -> Page[Key]:
        """Return all keys of a merchant, newest first. Raises RoleMissing, NotFound."""

    @command
    def issue_key(
        self,
        *,
        actor: Caller,
        merchant_id: str,
        mode: Mode,
        scopes: list[Scope],
        shown: str,
        digest: str,
        algorithm: Algorithm,
        material: str,
        sealed: str | None = None,
    ) -> IssuedKey:
        """Add a key by its digest and the material that verifies its signatures.

        Raises RoleMissing, NotFound, MerchantSuspended, TooManyKeys.
        """

    @command
    def revoke_key(self, *, actor: Caller, merchant_id: str, key_id: str) -> Key:
        """Revoke a key; revoking it again changes nothing. Raises RoleMissing, NotFound."""

    # Authentication

    @query
    def authenticate_key(self, *, key_hash: str, scopes: Sequence[Scope] = ()) -> Credential:
        """Return whose key this is. Raises KeyInvalid, ScopeMissing unless it has one of `scopes`."""

    @query
    def get_signing_key(self, *, key_hash: str) -> SigningKey:
        """Return what the key's signatures are verified with. Raises KeyInvalid for an unknown key."""

    @command
    def admit_signed(self, *, key_hash: str, nonce: str, scopes: Sequence[Scope] = ()) -> Credential:
        """Return whose key this is and use up the nonce of its signature.

        Raises KeyInvalid, ScopeMissing, NonceReplayed.
        """
