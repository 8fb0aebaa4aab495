"""A client of the Shanzhi platform for a merchant's till.

    from shanzhi_merchant import Merchant, Refused

    with Merchant("https://api.example.org", key="sz_live_…", key_id="key_…", signing_secret="szs_…") as shop:
        shop.redeem("7K3M-9Q2P-XW4T", merchant_reference="000042", till="1")

Requests are signed, and repeated with the same `Idempotency-Key` until they are answered: when a call returns or
raises `Refused`, its outcome is certain. After `NoAnswer`, look the sale up later with `find`.
"""

from shanzhi_merchant.client import Merchant, NoAnswer, Refused
from shanzhi_merchant.responses import Authorization, Redemption, Refund, Voucher
from shanzhi_merchant.signing import Signature
from shanzhi_merchant.webhooks import InvalidWebhook, WebhookEvent, verify_webhook

__all__ = [
    "Authorization",
    "InvalidWebhook",
    "Merchant",
    "NoAnswer",
    "Redemption",
    "Refund",
    "Refused",
    "Signature",
    "Voucher",
    "WebhookEvent",
    "verify_webhook",
]
