"""Merchants' keys as the gateway authenticates them: by digest, before the community is known."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.errors import KeyInvalid, NonceReplayed
from messaging.fastpath.statements import prepared
from services.exchange.domain.merchants import Key, Merchant
from services.exchange.store.tables import merchant_keys, merchants, signature_nonces

_NONCE_LIFETIME = timedelta(minutes=10)
"""A signature is accepted from five minutes before its time to five minutes after."""
_SELECT_KEY_AND_MERCHANT = prepared(
    select(Key, Merchant)
    .join(
        Merchant, and_(merchants.c.community == merchant_keys.c.community, merchants.c.id == merchant_keys.c.merchant)
    )
    .where(merchant_keys.c.digest == bindparam("shown"))
)
_INSERT_NONCE = prepared(insert(signature_nonces).on_conflict_do_nothing().returning(signature_nonces.c.nonce))


class KeyRepository:
    """Finds keys of all communities and stores the nonces of their signatures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, digest: str) -> tuple[Key, Merchant]:
        """Return a key and its merchant. Raises KeyInvalid."""
        found = self._session.execute(_SELECT_KEY_AND_MERCHANT, {"shown": digest}).one_or_none()
        if found is None:
            raise KeyInvalid
        return found[0], found[1]

    def use_nonce(self, key: Key, nonce: str, at: datetime) -> None:
        """Store a nonce for as long as its signature is accepted. Raises NonceReplayed if the key has used it."""
        row = {"key": key.id, "nonce": nonce, "expires_at": at + _NONCE_LIFETIME}
        if self._session.scalar(_INSERT_NONCE, row) is None:
            raise NonceReplayed
