"""Partner merchants, their shops and keys, and the gateway's authentication of keys (R27)."""

from collections.abc import Sequence

from contracts.calls.exchange import merchants as calls
from contracts.calls.exchange.tills import Mode
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import MANAGE_KEYS, MANAGE_MERCHANTS
from messaging import command, query, tick
from services.exchange import schemas
from services.exchange.domain.merchants import Key, Merchant, Shop
from services.exchange.store import ExchangeTransaction


class MerchantCalls:
    @query
    def list_merchants(
        self, tx: ExchangeTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Merchant]:
        found = tx.scope(actor).merchants.list(limit + 1, after=cursor)
        return page_of(found, limit, schemas.merchant, lambda merchant: merchant.id)

    @query
    def get_merchant(self, tx: ExchangeTransaction, *, actor: Caller, merchant_id: str) -> calls.Merchant:
        return schemas.merchant(tx.scope(actor).merchants.get(merchant_id))

    @query
    def merchant_names(self, tx: ExchangeTransaction, *, actor: Caller, ids: list[str]) -> dict[str, str]:
        return {id: merchant.name for id, merchant in tx.scope(actor).merchants.by_id(ids).items()}

    @command
    def admit_merchant(self, tx: ExchangeTransaction, *, actor: Caller, name: str, address: str = "") -> calls.Merchant:
        scope = tx.scope(actor)
        scope.require(MANAGE_MERCHANTS)
        merchant = Merchant.admit(community=scope.community, name=name, address=address, at=tx.now)
        scope.merchants.add(merchant)
        return schemas.merchant(merchant)

    @command
    def revise_merchant(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        merchant_id: str,
        name: str,
        address: str = "",
        active: bool = True,
    ) -> calls.Merchant:
        scope = tx.scope(actor)
        scope.require(MANAGE_MERCHANTS)
        merchant = scope.merchants.get(merchant_id, for_update=True)
        merchant.revise(name=name, address=address, active=active)
        return schemas.merchant(merchant)

    # Shops

    @query
    def list_shops(self, tx: ExchangeTransaction, *, actor: Caller, merchant_id: str | None = None) -> Page[calls.Shop]:
        merchants = tx.scope(actor).merchants
        merchant = merchants.get(merchant_id or schemas.till(actor).merchant)
        return {"data": [schemas.shop(shop) for shop in merchants.list_shops(merchant)], "next_cursor": None}

    @command
    def open_shop(
        self, tx: ExchangeTransaction, *, actor: Caller, merchant_id: str, name: str, address: str = ""
    ) -> calls.Shop:
        scope = tx.scope(actor)
        scope.require(MANAGE_KEYS, merchant=merchant_id)
        shop = Shop.open(scope.merchants.get(merchant_id), name=name, address=address, at=tx.now)
        scope.merchants.add(shop)
        return schemas.shop(shop)

    @command
    def revise_shop(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        merchant_id: str,
        shop_id: str,
        name: str,
        address: str = "",
        active: bool = True,
    ) -> calls.Shop:
        scope = tx.scope(actor)
        scope.require(MANAGE_KEYS, merchant=merchant_id)
        shop = scope.merchants.get_shop(merchant_id, shop_id)
        shop.revise(name=name, address=address, active=active)
        return schemas.shop(shop)

    # Keys

    @query
    def list_keys(self, tx: ExchangeTransaction, *, actor: Caller, merchant_id: str) -> Page[calls.Key]:
        scope = tx.scope(actor)
        scope.require(MANAGE_KEYS, merchant=merchant_id)
        keys = scope.merchants.list_keys(scope.merchants.get(merchant_id))
        return {"data": [schemas.key(key) for key in keys], "next_cursor": None}

    @command
    def issue_key(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        merchant_id: str,
        mode: Mode,
        scopes: list[calls.Scope],
        shown: str,
        digest: str,
        algorithm: calls.Algorithm,
        material: str,
        sealed: str | None = None,
    ) -> calls.IssuedKey:
        scope = tx.scope(actor)
        scope.require(MANAGE_KEYS, merchant=merchant_id)
        merchant = scope.merchants.get(merchant_id, for_update=True)
        key = Key.issue(
            merchant,
            mode,
            scopes,
            shown=shown,
            digest=digest,
            active=scope.merchants.count_active_keys(merchant, mode),
            algorithm=algorithm,
            material=material,
            by=scope.person,
            at=tx.now,
        )
        scope.merchants.add(key)
        return {**schemas.key(key), "sealed": sealed}

    @command
    def revoke_key(self, tx: ExchangeTransaction, *, actor: Caller, merchant_id: str, key_id: str) -> calls.Key:
        scope = tx.scope(actor)
        scope.require(MANAGE_KEYS, merchant=merchant_id)
        key = scope.merchants.get_key(scope.merchants.get(merchant_id), key_id)
        key.revoke(tx.now)
        return schemas.key(key)

    # Authentication

    @query
    def authenticate_key(
        self, tx: ExchangeTransaction, *, key_hash: str, scopes: Sequence[calls.Scope] = ()
    ) -> calls.Credential:
        key, merchant = tx.keys.get(key_hash)
        key.require_scope(merchant, scopes)
        return schemas.credential(key)

    @query
    def get_signing_key(self, tx: ExchangeTransaction, *, key_hash: str) -> calls.SigningKey:
        key, _merchant = tx.keys.get(key_hash)
        return schemas.signing_key(key)

    @command
    def admit_signed(
        self, tx: ExchangeTransaction, *, key_hash: str, nonce: str, scopes: Sequence[calls.Scope] = ()
    ) -> calls.Credential:
        key, merchant = tx.keys.get(key_hash)
        key.require_scope(merchant, scopes)
        tx.keys.use_nonce(key, nonce, tx.now)
        return schemas.credential(key)

    @tick(seconds=60)
    def forget_nonces(self, tx: ExchangeTransaction) -> None:
        tx.due.delete_expired_nonces(tx.now)
