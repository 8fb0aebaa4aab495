"""Write `clients/signing-vectors.json`: signed requests and webhooks, to test clients in other languages.

python clients/merchant-python/vectors.py
"""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver, algorithms
from shanzhi_merchant.signing import Signature
from standardwebhooks import Webhook

FILE = Path(__file__).parents[1] / "signing-vectors.json"
_KEY, _KEY_ID = "sz_live_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "key_01jd0000000000000000000000"
_SECRET = "szs_an-example-of-a-signing-secret-of-no-use-anywhere"
_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_PEM = _PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
_CREATED = datetime(2026, 11, 5, 8, 30, tzinfo=UTC)
_WEBHOOK_SECRETS = [
    f"whsec_{base64.b64encode(text).decode()}" for text in (b"an example of a secret", b"the earlier one")
]
_API = "https://api.example.org/v1/merchant"
_REQUESTS = {
    "a voucher": (f"{_API}/voucher-redemptions", '{"code": "7K3M-9Q2P-XW4T", "till": "1 号收银台"}'),
    "an empty body": (f"{_API}/authorizations/pay_01jd0000000000000000000000/void", ""),
    "a query and a port": ("http://127.0.0.1:8000/v1/merchant/refunds?trace=a%20b&x=", '{"points": 30}'),
}


def vectors() -> dict[str, Any]:
    """Return every request signed with both algorithms, its input and the expected headers, and signed webhooks."""
    return {
        "keys": {
            "hmac-sha256": {"signing_secret": _SECRET},
            "ed25519": {
                "private_key": _PEM,
                "public_key": _PRIVATE.public_key()
                .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                .decode(),
            },
        },
        "vectors": [
            _vector(name, url, body, algorithm)
            for name, (url, body) in _REQUESTS.items()
            for algorithm in ("hmac-sha256", "ed25519")
        ],
        "webhooks": [
            _webhook("a webhook", _WEBHOOK_SECRETS[:1]),
            _webhook("a webhook during a rotation, verified with the earlier secret", _WEBHOOK_SECRETS),
        ],
    }


def _vector(name: str, url: str, body: str, algorithm: str) -> dict[str, Any]:
    request = httpx.Request("POST", url, content=body.encode(), headers={"Idempotency-Key": "till1-000042"})
    secret = _SECRET if algorithm == "hmac-sha256" else _PEM
    Signature(_KEY, _KEY_ID, secret).sign(request, created=_CREATED, nonce=f"nonce-{len(url)}-{algorithm}")
    names = ("authorization", "idempotency-key", "content-digest", "signature-input", "signature")
    return {
        "name": f"{name}, {algorithm}",
        "method": "POST",
        "url": url,
        "body": body,
        "created": int(_CREATED.timestamp()),
        "nonce": f"nonce-{len(url)}-{algorithm}",
        "keyid": _KEY_ID,
        "alg": algorithm,
        "signature_base": _base(request, algorithm),
        "headers": {header: request.headers[header] for header in names},
    }


def _webhook(name: str, secrets: list[str]) -> dict[str, Any]:
    """Return a webhook that all `secrets` sign, to be verified with the last one."""
    data = {"authorization_id": "pay_01jd0000000000000000000000"}
    event = {"type": "payment.captured", "timestamp": _CREATED.isoformat(), "data": data}
    body, delivery = json.dumps(event, separators=(",", ":")), "msg_01jd0000000000000000000000"
    return {
        "name": name,
        "secret": secrets[-1],
        "body": body,
        "headers": {
            "webhook-id": delivery,
            "webhook-timestamp": str(int(_CREATED.timestamp())),
            "webhook-signature": " ".join(Webhook(secret).sign(delivery, _CREATED, body) for secret in secrets),
        },
    }


def _base(request: httpx.Request, algorithm: str) -> str:
    """Return the signature base as a verifier composes it, after checking the signature over it."""
    public: Any = _SECRET.encode() if algorithm == "hmac-sha256" else _PRIVATE.public_key()
    kind = algorithms.HMAC_SHA256 if algorithm == "hmac-sha256" else algorithms.ED25519
    keys = MappingKeyResolver(public_keys={_KEY_ID: public}, private_keys={})
    verifier = _Verifier(signature_algorithm=kind, key_resolver=keys)
    [result] = verifier.verify(request, max_age=None)
    base = "\n".join(f"{name}: {value}" for name, value in result.covered_components.items())
    signature = base64.b64decode(request.headers["signature"].removeprefix("sig1=:").removesuffix(":"))
    kind(public_key=public).verify(signature, base.encode())
    return base


class _Verifier(HTTPMessageVerifier):
    """Accepts any creation time, because the vectors have a fixed one."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        return


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=2) + "\n")
    print(f"wrote {FILE}")
