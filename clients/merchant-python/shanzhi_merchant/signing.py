"""Sign requests by RFC 9421, with a digest of the body by RFC 9530."""

import secrets
from collections.abc import Generator
from datetime import UTC, datetime

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSigner,
    HTTPSignatureKeyResolver,
    SigningKey,
    VerificationKey,
    algorithms,
)

COVERED = ("@method", "@authority", "@path", "@query", "content-digest", "authorization", "idempotency-key")


class Signature(httpx.Auth):
    """httpx authentication with a merchant's key: adds the key to every request and signs all but GET.

    `signing_secret` is the `szs_…` shown with the key, or the PEM of the Ed25519 private key whose public key was
    registered. Without it requests are not signed, which suffices for test keys and for reading.
    """

    requires_request_body = True

    def __init__(self, key: str, key_id: str = "", signing_secret: str = "") -> None:
        self._key, self._key_id = key, key_id
        self._signer = _signer(signing_secret) if signing_secret else None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request; httpx calls this."""
        self.sign(request)
        yield request

    def sign(self, request: httpx.Request, *, created: datetime | None = None, nonce: str | None = None) -> None:
        """Add the headers. `created` defaults to now, `nonce` to a random value."""
        request.headers["Authorization"] = f"Bearer {self._key}"
        if self._signer is None or request.method == "GET":
            return
        ContentDigest.add(request.headers, request.content)
        covered = [name for name in COVERED if name.startswith("@") or name in request.headers]
        self._signer.sign(
            request,
            key_id=self._key_id,
            created=created or datetime.now(UTC),
            nonce=nonce or secrets.token_urlsafe(16),
            label="sig1",
            covered_component_ids=covered,
            use_existing_digest=True,
        )


def _signer(secret: str) -> HTTPMessageSigner:
    if not secret.startswith("-----BEGIN"):
        return HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=_SingleKey(secret.encode()))
    private = load_pem_private_key(secret.encode(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("the private key must be an Ed25519 key")
    return HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_SingleKey(private))


class _SingleKey(HTTPSignatureKeyResolver):
    """Resolves every key id to the same key."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> SigningKey:
        return self._key

    def resolve_public_key(self, key_id: str) -> VerificationKey | None:
        return None
