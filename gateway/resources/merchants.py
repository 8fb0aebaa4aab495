"""Partner merchants and their keys, for those who manage them (R27).

A key is made here and only its SHA-256 travels on: 256 random bits need no slow hash, and no store ever has the key.
Its signing secret travels sealed, so that only who shows the key can open it.
"""

import hashlib
import secrets
from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import Page, page, page_of
from gateway.rpc import rpc
from gateway.schemas.merchants import Key, KeyForm, Merchant, MerchantForm, MerchantRevision, NewKey, Shop, ShopPage
from gateway.security import signatures
from gateway.security.auth import actor, signed_in

blp = Blueprint("merchants", __name__, description="Partner merchants and their keys")

_SHOWN = len("sz_live_") + 6


@blp.route("/v1/merchants")
class Merchants(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(Merchant))
    def get(self, query: dict[str, Any]) -> Any:
        """Where points can be spent, newest first."""
        return page(rpc.query("exchange", "list_merchants", actor=actor(), **query))

    @signed_in
    @blp.arguments(MerchantForm)
    @blp.response(201, Merchant)
    def post(self, form: dict[str, Any]) -> Any:
        """Admit a partner (committee)."""
        return rpc.command("exchange", "admit_merchant", actor=actor(), **form)


@blp.route("/v1/merchants/<merchant_id>")
class OneMerchant(MethodView):
    @signed_in
    @blp.response(200, Merchant)
    def get(self, merchant_id: str) -> Any:
        """One merchant."""
        return rpc.query("exchange", "get_merchant", actor=actor(), merchant_id=merchant_id)

    @signed_in
    @blp.arguments(MerchantRevision)
    @blp.response(200, Merchant)
    def put(self, form: dict[str, Any], merchant_id: str) -> Any:
        """Replace what is known of it, suspend it or let it back in (committee)."""
        return rpc.command("exchange", "revise_merchant", actor=actor(), merchant_id=merchant_id, **form)


@blp.route("/v1/merchants/<merchant_id>/shops")
class Shops(MethodView):
    @signed_in
    @blp.response(200, ShopPage)
    def get(self, merchant_id: str) -> Any:
        """All its shops, newest first."""
        return page(rpc.query("exchange", "list_shops", actor=actor(), merchant_id=merchant_id))

    @signed_in
    @blp.arguments(MerchantForm)
    @blp.response(201, Shop)
    def post(self, form: dict[str, Any], merchant_id: str) -> Any:
        """Open a shop (its operators, committee)."""
        return rpc.command("exchange", "open_shop", actor=actor(), merchant_id=merchant_id, **form)


@blp.route("/v1/merchants/<merchant_id>/shops/<shop_id>")
class OneShop(MethodView):
    @signed_in
    @blp.arguments(MerchantRevision)
    @blp.response(200, Shop)
    def put(self, form: dict[str, Any], merchant_id: str, shop_id: str) -> Any:
        """Replace what is known of it; `active: false` closes it (its operators, committee)."""
        asked = {"actor": actor(), "merchant_id": merchant_id, "shop_id": shop_id}
        return rpc.command("exchange", "revise_shop", **asked, **form)


@blp.route("/v1/merchants/<merchant_id>/keys")
class Keys(MethodView):
    @signed_in
    @blp.response(200, page_of(Key))
    def get(self, merchant_id: str) -> Any:
        """All its keys, without their secrets (its operators, committee)."""
        return page(rpc.query("exchange", "list_keys", actor=actor(), merchant_id=merchant_id))

    @signed_in
    @blp.arguments(KeyForm)
    @blp.response(201, NewKey)
    def post(self, form: dict[str, Any], merchant_id: str) -> Any:
        """Make a key; two of a mode may work at once (its operators, committee)."""
        key, public_key = f"sz_{form['mode']}_{secrets.token_urlsafe(32)}", form.pop("public_key")
        secret = None if public_key else signatures.new_secret()
        made = {"shown": key[:_SHOWN], "digest": hashlib.sha256(key.encode()).hexdigest()}
        made |= signatures.encrypt_secret(secret, key) if secret else signatures.parse_public_key(public_key)
        asked = {"actor": actor(), "merchant_id": merchant_id}
        told = {"key": key, "signing_secret": secret}
        return rpc.command("exchange", "issue_key", telling=told, **asked, **form, **made)


@blp.route("/v1/merchants/<merchant_id>/keys/<key_id>")
class OneKey(MethodView):
    @signed_in
    @blp.response(204)
    def delete(self, merchant_id: str, key_id: str) -> None:
        """Revoke it at once (its operators, committee)."""
        rpc.command("exchange", "revoke_key", actor=actor(), merchant_id=merchant_id, key_id=key_id)
