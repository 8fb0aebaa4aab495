"""Partner merchants, their shops and keys, for those who manage them (R27).

Keys are created here. The exchange gets only a key's SHA-256 (256 random bits need no slow hash) and its signing secret
encrypted with the key itself, so that no store can sign requests.
"""

import hashlib
from typing import Any

from flask.views import MethodView

from contracts.calls.exchange.merchants import Key, Merchant, MerchantForm, MerchantRevision, Shop
from gateway.blueprint import Blueprint
from gateway.paging import PageQuery, page, page_schema
from gateway.rpc import returning_secrets
from gateway.schemas.exchange.merchants import KeyForm, KeyWithSecrets, ShopPage
from gateway.security import merchant_tokens, signatures
from gateway.security.auth import actor, signed_in
from gateway.services import exchange

blp = Blueprint("merchants", __name__, description="Partner merchants and their keys")

_SHOWN_LENGTH = len("sz_live_") + 6


@blp.route("/v1/merchants")
class Merchants(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Merchant))
    def get(self, query: PageQuery) -> Any:
        """List the partner merchants, newest first."""
        return page(exchange.list_merchants(actor=actor(), **query))

    @signed_in
    @blp.arguments(MerchantForm)
    @blp.response(201, Merchant)
    def post(self, form: MerchantForm) -> Any:
        """Add a partner merchant (committee)."""
        return exchange.admit_merchant(actor=actor(), **form)


@blp.route("/v1/merchants/<merchant_id>")
class OneMerchant(MethodView):
    @signed_in
    @blp.response(200, Merchant)
    def get(self, merchant_id: str) -> Any:
        """Get a merchant."""
        return exchange.get_merchant(actor=actor(), merchant_id=merchant_id)

    @signed_in
    @blp.arguments(MerchantRevision)
    @blp.response(200, Merchant)
    def put(self, form: MerchantRevision, merchant_id: str) -> Any:
        """Replace a merchant's particulars, suspend or readmit it (committee)."""
        return exchange.revise_merchant(actor=actor(), merchant_id=merchant_id, **form)


@blp.route("/v1/merchants/<merchant_id>/shops")
class Shops(MethodView):
    @signed_in
    @blp.response(200, ShopPage)
    def get(self, merchant_id: str) -> Any:
        """List a merchant's shops, newest first."""
        return page(exchange.list_shops(actor=actor(), merchant_id=merchant_id))

    @signed_in
    @blp.arguments(MerchantForm)
    @blp.response(201, Shop)
    def post(self, form: MerchantForm, merchant_id: str) -> Any:
        """Add a shop (its operators, committee)."""
        return exchange.open_shop(actor=actor(), merchant_id=merchant_id, **form)


@blp.route("/v1/merchants/<merchant_id>/shops/<shop_id>")
class OneShop(MethodView):
    @signed_in
    @blp.arguments(MerchantRevision)
    @blp.response(200, Shop)
    def put(self, form: MerchantRevision, merchant_id: str, shop_id: str) -> Any:
        """Replace a shop's particulars; `active: false` closes it (its operators, committee)."""
        return exchange.revise_shop(actor=actor(), merchant_id=merchant_id, shop_id=shop_id, **form)


@blp.route("/v1/merchants/<merchant_id>/keys")
class Keys(MethodView):
    @signed_in
    @blp.response(200, page_schema(Key))
    def get(self, merchant_id: str) -> Any:
        """List a merchant's keys, without secrets (its operators, committee)."""
        return page(exchange.list_keys(actor=actor(), merchant_id=merchant_id))

    @signed_in
    @blp.arguments(KeyForm)
    @blp.response(201, KeyWithSecrets)
    def post(self, form: KeyForm, merchant_id: str) -> Any:
        """Create a key; two of a mode may be active at once (its operators, committee)."""
        key, secret = merchant_tokens.new_key(form["mode"]), None
        if public_key := form["public_key"]:
            verification = signatures.parse_public_key(public_key)
        else:
            secret = signatures.new_secret()
            verification = signatures.encrypt_secret(secret, key)
        issue = returning_secrets(exchange.issue_key, {"key": key, "signing_secret": secret})
        return issue(
            actor=actor(),
            merchant_id=merchant_id,
            mode=form["mode"],
            scopes=form["scopes"],
            shown=key[:_SHOWN_LENGTH],
            digest=hashlib.sha256(key.encode()).hexdigest(),
            **verification,
        )


@blp.route("/v1/merchants/<merchant_id>/keys/<key_id>")
class OneKey(MethodView):
    @signed_in
    @blp.response(204)
    def delete(self, merchant_id: str, key_id: str) -> None:
        """Revoke a key at once (its operators, committee)."""
        exchange.revoke_key(actor=actor(), merchant_id=merchant_id, key_id=key_id)
