"""A till's client of the Shanzhi platform.

    from shanzhi_merchant import Merchant, Refused

    with Merchant("https://api.example.org", key="sz_live_…", key_id="key_…", signing_secret="szs_…") as shop:
        shop.redeem("7K3M-9Q2P-XW4T", merchant_reference="000042", till="1")

Requests are signed, and what got no answer is sent again with the same `Idempotency-Key`: when a call returns or
raises `Refused`, there is no doubt about what happened. `NoAnswer` means ask again later, with `find`.
"""

from shanzhi_merchant.answers import Authorization, Redemption, Refund, Voucher
from shanzhi_merchant.client import Merchant, NoAnswer, Refused
from shanzhi_merchant.signing import Signature
from shanzhi_merchant.webhooks import Notice, NotOurs, opened

__all__ = [
    "Authorization",
    "Merchant",
    "NoAnswer",
    "NotOurs",
    "Notice",
    "Redemption",
    "Refund",
    "Refused",
    "Signature",
    "Voucher",
    "opened",
]
