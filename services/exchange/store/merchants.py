"""Partner merchants, their shops and keys."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.errors import Invalid, NotFound
from services.exchange.domain.merchants import Key, Merchant, Shop
from services.exchange.domain.purchases import Mode
from services.exchange.store.tables import merchant_keys, merchants, shops


class MerchantRepository:
    """Loads and stores one community's partner merchants with their shops and keys."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, new: Merchant | Key | Shop) -> None:
        self._session.add(new)

    def get(self, merchant: str, *, for_update: bool = False) -> Merchant:
        """Return a merchant, locked if asked for. Raises NotFound."""
        found = self._session.get(Merchant, (self._community, merchant), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此商户")
        return found

    def require_all(self, ids: list[str]) -> None:
        """Raise Invalid, with the place of each, for ids of `merchant_ids` that are not merchants here."""
        rows = select(merchants.c.id).where(merchants.c.community == self._community, merchants.c.id.in_(ids))
        known = set(self._session.scalars(rows))
        unknown = [place for place, merchant in enumerate(ids) if merchant not in known]
        if unknown:
            raise Invalid(errors=[{"pointer": f"/merchant_ids/{place}", "detail": "没有此商户"} for place in unknown])

    def by_id(self, ids: Iterable[str]) -> dict[str, Merchant]:
        """Return merchants by id."""
        rows = select(Merchant).where(merchants.c.community == self._community, merchants.c.id.in_(list(ids)))
        return {merchant.id: merchant for merchant in self._session.scalars(rows)}

    def list(self, limit: int, after: str | None) -> Sequence[Merchant]:
        """Return merchants, newest first."""
        rows = select(Merchant).where(merchants.c.community == self._community)
        if after is not None:
            rows = rows.where(merchants.c.id < after)
        return self._session.scalars(rows.order_by(merchants.c.id.desc()).limit(limit)).all()

    # Shops

    def shops_by_id(self, ids: Iterable[str]) -> dict[str, Shop]:
        """Return shops by id."""
        rows = select(Shop).where(shops.c.community == self._community, shops.c.id.in_([*ids]))
        return {shop.id: shop for shop in self._session.scalars(rows)}

    def list_shops(self, merchant: Merchant) -> Sequence[Shop]:
        """Return all shops of a merchant, newest first."""
        rows = select(Shop).where(shops.c.community == self._community, shops.c.merchant == merchant.id)
        return self._session.scalars(rows.order_by(shops.c.id.desc())).all()

    def find_shop(self, merchant: str, shop: str) -> Shop | None:
        """Return a shop, or None if the merchant has none of that id."""
        found = self._session.get(Shop, (self._community, shop))
        return found if found is not None and found.merchant == merchant else None

    def get_shop(self, merchant: str, shop: str) -> Shop:
        """Return a shop of a merchant. Raises NotFound."""
        if (found := self.find_shop(merchant, shop)) is None:
            raise NotFound("没有此门店")
        return found

    # Keys

    def list_keys(self, merchant: Merchant) -> Sequence[Key]:
        """Return all keys of a merchant, newest first."""
        rows = select(Key).where(merchant_keys.c.community == self._community, merchant_keys.c.merchant == merchant.id)
        return self._session.scalars(rows.order_by(merchant_keys.c.id.desc())).all()

    def count_active_keys(self, merchant: Merchant, mode: Mode) -> int:
        """Return how many keys of a mode work. The caller has locked the merchant's row."""
        rows = select(func.count()).where(
            merchant_keys.c.community == self._community,
            merchant_keys.c.merchant == merchant.id,
            merchant_keys.c.mode == mode,
            merchant_keys.c.revoked_at.is_(None),
        )
        return self._session.scalar(rows) or 0

    def get_key(self, merchant: Merchant, key: str) -> Key:
        """Return a key of a merchant, locked. Raises NotFound."""
        found = self._session.get(Key, (self._community, key), with_for_update=True)
        if found is None or found.merchant != merchant.id:
            raise NotFound("没有此密钥")
        return found
