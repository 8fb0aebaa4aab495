"""Questions about partner merchants and their keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.errors import Invalid, KeyInvalid, NonceReplayed, NotFound
from messaging.fastpath.statements import prepared
from services.exchange.domain.merchants import Key, Merchant, Shop
from services.exchange.domain.purchases import Mode
from services.exchange.store.tables import merchant_keys, merchants, shops, signature_nonces

_NONCE_LIFE = timedelta(minutes=10)
"""A signature is good from five minutes before its time to five minutes after."""
_KEY_AND_MERCHANT = prepared(
    select(Key, Merchant)
    .join(
        Merchant, and_(merchants.c.community == merchant_keys.c.community, merchants.c.id == merchant_keys.c.merchant)
    )
    .where(merchant_keys.c.digest == bindparam("shown"))
)
_USE_NONCE = prepared(insert(signature_nonces).on_conflict_do_nothing().returning(signature_nonces.c.nonce))


class Merchants:
    """Every community's partners."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, thing: Merchant | Key | Shop) -> None:
        self._session.add(thing)

    def get(self, community: str, merchant: str, *, for_update: bool = False) -> Merchant:
        """`NotFound` when this community has no such merchant."""
        found = self._session.get(Merchant, (community, merchant), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此商户")
        return found

    def must_all_exist(self, community: str, ids: list[str]) -> None:
        """`Invalid`, with the place of each, when some are no merchants of the community."""
        known = set(
            self._session.scalars(
                select(merchants.c.id).where(merchants.c.community == community, merchants.c.id.in_(ids))
            )
        )
        wrong = [place for place, merchant in enumerate(ids) if merchant not in known]
        if wrong:
            raise Invalid(errors=[{"pointer": f"/merchant_ids/{place}", "detail": "没有此商户"} for place in wrong])

    def named(self, community: str, ids: Iterable[str]) -> dict[str, Merchant]:
        """Merchants by id, to show beside what they did."""
        wanted = select(Merchant).where(merchants.c.community == community, merchants.c.id.in_(list(ids)))
        return {merchant.id: merchant for merchant in self._session.scalars(wanted)}

    def shops_named(self, community: str, ids: Iterable[str]) -> dict[str, Shop]:
        """Shops by id, to show beside what was paid there."""
        wanted = select(Shop).where(shops.c.community == community, shops.c.id.in_(list(ids)))
        return {shop.id: shop for shop in self._session.scalars(wanted)}

    def page(self, community: str, *, limit: int, after: str | None) -> list[Merchant]:
        """Newest first."""
        wanted = select(Merchant).where(merchants.c.community == community)
        if after is not None:
            wanted = wanted.where(merchants.c.id < after)
        return list(self._session.scalars(wanted.order_by(merchants.c.id.desc()).limit(limit)))

    def shops_of(self, community: str, merchant: str) -> list[Shop]:
        """All its shops, newest first."""
        wanted = select(Shop).where(shops.c.community == community, shops.c.merchant == merchant)
        return list(self._session.scalars(wanted.order_by(shops.c.id.desc())))

    def shop(self, community: str, merchant: str, shop: str) -> Shop | None:
        """One of its shops; none when it is another's."""
        found = self._session.get(Shop, (community, shop))
        return found if found is not None and found.merchant == merchant else None

    def keys_of(self, merchant: Merchant) -> list[Key]:
        """All its keys, newest first."""
        wanted = select(Key).where(
            merchant_keys.c.community == merchant.community, merchant_keys.c.merchant == merchant.id
        )
        return list(self._session.scalars(wanted.order_by(merchant_keys.c.id.desc())))

    def active_keys(self, merchant: Merchant, mode: Mode) -> int:
        """How many of its keys work; the merchant's row is locked by the caller."""
        wanted = select(func.count()).where(
            merchant_keys.c.community == merchant.community,
            merchant_keys.c.merchant == merchant.id,
            merchant_keys.c.mode == mode,
            merchant_keys.c.revoked_at.is_(None),
        )
        return self._session.scalar(wanted) or 0

    def key(self, merchant: Merchant, key: str) -> Key:
        """`NotFound` when the merchant has no such key."""
        found = self._session.get(Key, (merchant.community, key), with_for_update=True)
        if found is None or found.merchant != merchant.id:
            raise NotFound("没有此密钥")
        return found

    def with_digest(self, digest: str) -> tuple[Key, Merchant]:
        """The key and its merchant; `KeyInvalid` if unknown. The key tells the community: nothing else does yet."""
        found = self._session.execute(_KEY_AND_MERCHANT, {"shown": digest}).one_or_none()
        if found is None:
            raise KeyInvalid
        return found[0], found[1]

    def use_nonce(self, key: Key, nonce: str, at: datetime) -> None:
        """Remember it for as long as its signature is good; `NonceReplayed` when the key has used it before."""
        used = {"key": key.id, "nonce": nonce, "expires_at": at + _NONCE_LIFE}
        if self._session.scalar(_USE_NONCE, used) is None:
            raise NonceReplayed

    def forget_nonces(self, before: datetime) -> None:
        """Delete those whose signatures are too old anyway."""
        self._session.execute(delete(signature_nonces).where(signature_nonces.c.expires_at < before))
