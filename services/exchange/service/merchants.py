"""Partner merchants and their keys over RPC (R27)."""

from contracts.errors import NotFound
from messaging import Actor, command, query, tick
from services.exchange import access, schemas
from services.exchange.domain.merchants import Key, Merchant, Shop
from services.exchange.store import ExchangeTransaction


class Merchants:
    """Beside the service class: who honours points, and by which keys."""

    @query
    def list_merchants(self, tx: ExchangeTransaction, actor, limit=20, cursor=None):
        found = tx.merchants.page(Actor.of(actor).community, limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.merchant)

    @query
    def get_merchant(self, tx: ExchangeTransaction, actor, merchant_id):
        return schemas.merchant(tx.merchants.get(Actor.of(actor).community, merchant_id))

    @command
    def admit_merchant(self, tx: ExchangeTransaction, actor, name, address=""):
        by = access.committee(tx, Actor.of(actor))
        merchant = Merchant.admit(community=by.community, name=name, address=address, at=tx.now)
        tx.merchants.add(merchant)
        return schemas.merchant(merchant)

    @command
    def revise_merchant(self, tx: ExchangeTransaction, actor, merchant_id, name, address="", active=True):
        by = access.committee(tx, Actor.of(actor))
        merchant = tx.merchants.get(by.community, merchant_id, for_update=True)
        merchant.revise(name=name, address=address, active=active)
        return schemas.merchant(merchant)

    @query
    def list_shops(self, tx: ExchangeTransaction, actor, merchant_id=None):
        by = Actor.of(actor)
        merchant = merchant_id or schemas.till(actor).merchant
        found = tx.merchants.shops_of(by.community, tx.merchants.get(by.community, merchant).id)
        return {"data": [schemas.shop(shop) for shop in found], "next_cursor": None}

    @command
    def open_shop(self, tx: ExchangeTransaction, actor, merchant_id, name, address=""):
        by = access.operator(tx, Actor.of(actor), merchant_id)
        merchant = tx.merchants.get(by.community, merchant_id)
        shop = Shop.open(merchant, name=name, address=address, at=tx.now)
        tx.merchants.add(shop)
        return schemas.shop(shop)

    @command
    def revise_shop(self, tx: ExchangeTransaction, actor, merchant_id, shop_id, name, address="", active=True):
        by = access.operator(tx, Actor.of(actor), merchant_id)
        if (shop := tx.merchants.shop(by.community, merchant_id, shop_id)) is None:
            raise NotFound("没有此门店")
        shop.revise(name=name, address=address, active=active)
        return schemas.shop(shop)

    @query
    def list_keys(self, tx: ExchangeTransaction, actor, merchant_id):
        merchant = tx.merchants.get(access.operator(tx, Actor.of(actor), merchant_id).community, merchant_id)
        return {"data": [schemas.key(key) for key in tx.merchants.keys_of(merchant)], "next_cursor": None}

    @command
    def issue_key(self, tx: ExchangeTransaction, actor, merchant_id, mode, scopes, sealed=None, **made):
        by = access.operator(tx, Actor.of(actor), merchant_id)
        merchant = tx.merchants.get(by.community, merchant_id, for_update=True)
        active = tx.merchants.active_keys(merchant, mode)
        key = Key.issue(merchant, mode, scopes, active=active, by=by.person, at=tx.now, **made)
        tx.merchants.add(key)
        return schemas.key(key) | {"sealed": sealed}

    @command
    def revoke_key(self, tx: ExchangeTransaction, actor, merchant_id, key_id):
        by = access.operator(tx, Actor.of(actor), merchant_id)
        key = tx.merchants.key(tx.merchants.get(by.community, merchant_id), key_id)
        key.revoke(tx.now)
        return schemas.key(key)

    @query
    def authenticate_key(self, tx: ExchangeTransaction, key_hash, scopes=()):
        key, merchant = tx.merchants.with_digest(key_hash)
        key.must_allow(merchant, scopes)
        return schemas.credential(key)

    @query
    def get_signing_key(self, tx: ExchangeTransaction, key_hash):
        key, _merchant = tx.merchants.with_digest(key_hash)
        return schemas.signing_key(key)

    @command
    def admit_signed(self, tx: ExchangeTransaction, key_hash, nonce, scopes=()):
        key, merchant = tx.merchants.with_digest(key_hash)
        key.must_allow(merchant, scopes)
        tx.merchants.use_nonce(key, nonce, tx.now)
        return schemas.credential(key)

    @tick(seconds=60)
    def forget_nonces(self, tx: ExchangeTransaction):
        tx.merchants.forget_nonces(tx.now)
