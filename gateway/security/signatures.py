"""Signed requests of merchants: RFC 9421 signatures over RFC 9530 digests, so that a leaked key can change nothing.

The exchange stores HMAC secrets encrypted with a key derived from the merchant's API key, of which it has only a hash.
The gateway decrypts them while a request presents that API key; the exchange checks nonces and never sees the secret.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import request
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from werkzeug.datastructures import Headers

from contracts.calls.exchange.merchants import Algorithm, KeyMaterial, SigningKey
from contracts.errors import Invalid, SignatureExpired, SignatureInvalid
from encryption import Cipher, InvalidTag
from gateway.http.request_context import public_origin
from gateway.security.ed25519 import is_strong_key

COVERED_COMPONENTS = ("@method", "@authority", "@path", "@query", "content-digest", "authorization", "idempotency-key")
"""Components that a signature must cover; the last only if the request has that header."""
MAX_CLOCK_SKEW = timedelta(minutes=5)
HEADER_PARAMETERS = [
    {
        "in": "header",
        "name": name,
        "schema": {"type": "string"},
        "description": f"{what}; required with a live key",
    }
    for name, what in (
        ("Content-Digest", "RFC 9530, sha-256 of the body"),
        ("Signature-Input", "RFC 9421, covers " + " ".join(COVERED_COMPONENTS)),
        ("Signature", "RFC 9421, hmac-sha256 or ed25519"),
    )
]

_ALGORITHMS = {"hmac-sha256": algorithms.HMAC_SHA256, "ed25519": algorithms.ED25519}
_SECRET_PREFIX = "szs_"
_MAX_NONCE_LENGTH = 100


def new_secret() -> str:
    """Return a random signing secret of 256 bits; its text is the HMAC key."""
    return _SECRET_PREFIX + secrets.token_urlsafe(32)


def encrypt_secret(secret: str, api_key: str) -> KeyMaterial:
    """Return `algorithm` and `material` for the exchange to store; `api_key` is needed to decrypt the secret."""
    ciphertext = _cipher(api_key).encrypt(secret.encode())
    return {"algorithm": "hmac-sha256", "material": base64.b64encode(ciphertext).decode()}


def parse_public_key(pem: str) -> KeyMaterial:
    """Return `algorithm` and `material` of an Ed25519 public key.

    Raise Invalid if `pem` is not one, or one by which signatures prove nothing (`is_strong_key`).
    """
    try:
        public_key = serialization.load_pem_public_key(pem.encode())
        if not isinstance(public_key, Ed25519PublicKey):
            raise ValueError("another kind of key")
    except ValueError as exc:
        raise Invalid(errors=[{"pointer": "/public_key", "detail": "应为 PEM 格式的 Ed25519 公钥"}]) from exc
    raw = public_key.public_bytes_raw()
    if not is_strong_key(raw):
        raise Invalid(errors=[{"pointer": "/public_key", "detail": "此公钥不安全，请重新生成密钥"}])
    return {"algorithm": "ed25519", "material": base64.b64encode(raw).decode()}


def is_signed() -> bool:
    """Return whether the request has a signature header."""
    return "Signature-Input" in request.headers or "Signature" in request.headers


def verify(api_key: str, signing_key: SigningKey) -> str:
    """Verify the signature of the request and return its nonce, whose uniqueness the exchange checks.

    `signing_key` is what the exchange stores for `api_key`: `key` (its id), `algorithm` and `material`. Raise
    SignatureInvalid with the reason in `facts`, or SignatureExpired.
    """
    if not is_signed():
        _refuse("此请求须签名（RFC 9421）", "no Signature-Input")
    algorithm, material = signing_key["algorithm"], signing_key["material"]
    if algorithm is None or material is None:
        _refuse("此密钥不能签名，请更换密钥", "the key was made before there were signatures")
    verifier = _Verifier(
        signature_algorithm=_ALGORITHMS[algorithm],
        key_resolver=_SigningKeyResolver(signing_key["key"], api_key, algorithm, base64.b64decode(material)),
    )
    required = COVERED_COMPONENTS if COVERED_COMPONENTS[-1] in request.headers else COVERED_COMPONENTS[:-1]
    try:
        [result] = verifier.verify(_message(), max_age=None, require_components=required, body=request.get_data())
    except (InvalidSignature, HTTPMessageSignaturesException) as exc:
        _refuse("签名无效", str(exc) or "the signature does not fit the request")
    if missing := {"created", "nonce", "keyid", "alg"} - result.parameters.keys():
        _refuse("签名缺少参数", f"missing parameters: {', '.join(sorted(missing))}")
    nonce = str(result.nonce)
    if not 0 < len(nonce) <= _MAX_NONCE_LENGTH:
        _refuse("nonce 须为 1 至 100 个字符", "nonce is empty or too long")
    return nonce


def _refuse(detail: str, reason: str) -> NoReturn:
    raise SignatureInvalid(detail, facts={"reason": reason})


@dataclass(frozen=True)
class _Message:
    """The request as the verifier takes it, with the URL its sender used."""

    method: str
    url: str
    headers: Headers


def _message() -> _Message:
    target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    return _Message(request.method, public_origin() + target, request.headers)


class _SigningKeyResolver(HTTPSignatureKeyResolver):
    """Resolves only the signing key that belongs to the presented API key."""

    def __init__(self, key_id: str, api_key: str, algorithm: Algorithm, material: bytes) -> None:
        self._key_id, self._api_key, self._algorithm, self._material = key_id, api_key, algorithm, material

    def resolve_public_key(self, key_id: str) -> Any:
        """Return the verification key, None for the id of another key, a weak key, or if it cannot be decrypted."""
        if key_id != self._key_id:
            return None
        if self._algorithm == "ed25519":
            return Ed25519PublicKey.from_public_bytes(self._material) if is_strong_key(self._material) else None
        try:
            return _cipher(self._api_key).decrypt(self._material)
        except InvalidTag:
            return None


class _Verifier(HTTPMessageVerifier):
    """The library's verifier with our clock skew and our errors for a wrong clock and an expired signature."""

    max_clock_skew = MAX_CLOCK_SKEW

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Raise SignatureExpired when `created` is more than five minutes off, or `expires` is past.

        The skew does not lengthen `expires`: the signer chose it.
        """
        if "created" not in sig_input.params:
            raise InvalidSignature("missing parameters: created")
        now = datetime.now(UTC)
        created: datetime = self._parse_integer_timestamp(sig_input.params["created"], "created")  # type: ignore[no-untyped-call]
        if abs(now - created) > MAX_CLOCK_SKEW:
            raise SignatureExpired(facts={"created": int(created.timestamp()), "now": int(now.timestamp())})
        if "expires" in sig_input.params:
            expires: datetime = self._parse_integer_timestamp(sig_input.params["expires"], "expires")  # type: ignore[no-untyped-call]
            if expires <= now:
                facts = {"expires": int(expires.timestamp()), "now": int(now.timestamp())}
                raise SignatureExpired("签名已过有效期（expires），请重新签名", facts=facts)
        super().validate_created_and_expires(sig_input, max_age)  # type: ignore[no-untyped-call]


def _cipher(api_key: str) -> Cipher:
    return Cipher.derive(api_key, "merchant signing")
