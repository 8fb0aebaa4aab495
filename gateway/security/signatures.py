"""Signed requests: RFC 9421 signatures over RFC 9530 digests, so that a key overheard is not enough to move points.

The secret of HMAC is kept by the exchange, sealed with a key derived from the merchant's own key, which no store has:
it can be opened only here, while a request shows that key. The exchange, which has the nonces, never sees the secret.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import current_app, request
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from contracts.errors import Invalid, SignatureExpired, SignatureInvalid
from encryption import Cipher, InvalidTag

COVERED = ("@method", "@authority", "@path", "@query", "content-digest", "authorization", "idempotency-key")
"""What a signature must cover, at least; the last only where there is one."""
TOLERANCE = timedelta(minutes=5)
HEADERS = [
    {
        "in": "header",
        "name": name,
        "schema": {"type": "string"},
        "description": f"{what}; required with a live key",
    }
    for name, what in (
        ("Content-Digest", "RFC 9530, sha-256 of the body"),
        ("Signature-Input", "RFC 9421, covers " + " ".join(COVERED)),
        ("Signature", "RFC 9421, hmac-sha256 or ed25519"),
    )
]

_ALGORITHMS = {"hmac-sha256": algorithms.HMAC_SHA256, "ed25519": algorithms.ED25519}
_PREFIX = "szs_"
_LONGEST_NONCE = 100


def new_secret() -> str:
    """256 random bits to sign with; the text itself is the key of the HMAC."""
    return _PREFIX + secrets.token_urlsafe(32)


def encrypt_secret(secret: str, key: str) -> dict[str, str]:
    """A signing secret as the exchange keeps it: only who shows `key` can open it."""
    ciphertext = _cipher(key).encrypt(secret.encode())
    return {"algorithm": "hmac-sha256", "material": base64.b64encode(ciphertext).decode()}


def parse_public_key(pem: str) -> dict[str, str]:
    """An Ed25519 public key as the exchange keeps it. Raises Invalid if it is none."""
    try:
        public = serialization.load_pem_public_key(pem.encode())
        if not isinstance(public, Ed25519PublicKey):
            raise ValueError("another kind of key")
    except ValueError as exc:
        raise Invalid(errors=[{"pointer": "/public_key", "detail": "应为 PEM 格式的 Ed25519 公钥"}]) from exc
    return {"algorithm": "ed25519", "material": base64.b64encode(public.public_bytes_raw()).decode()}


def is_signed() -> bool:
    """Whether this request claims to be signed."""
    return "Signature-Input" in request.headers or "Signature" in request.headers


def verify(key: str, signing: dict[str, str]) -> str:
    """The nonce of this request's signature, once it has proved good; who keeps nonces must see that it is new.

    `signing` is what the exchange keeps of the `key` shown. Raises SignatureInvalid, saying why in `facts`, and
    SignatureExpired.
    """
    if not is_signed():
        _refuse("此请求须签名（RFC 9421）", "no Signature-Input")
    if signing["algorithm"] not in _ALGORITHMS:
        _refuse("此密钥不能签名，请更换密钥", "the key was made before there were signatures")
    verifier = _Verifier(
        signature_algorithm=_ALGORITHMS[signing["algorithm"]], key_resolver=_Resolver(signing["key"], key, signing)
    )
    required = COVERED if COVERED[-1] in request.headers else COVERED[:-1]
    try:
        [result] = verifier.verify(_message(), max_age=None, require_components=required, body=request.get_data())
    except (InvalidSignature, HTTPMessageSignaturesException) as exc:
        _refuse("签名无效", str(exc) or "the signature does not fit the request")
    if missing := {"created", "nonce", "keyid", "alg"} - result.parameters.keys():
        _refuse("签名缺少参数", f"missing parameters: {', '.join(sorted(missing))}")
    nonce = str(result.nonce)
    if not 0 < len(nonce) <= _LONGEST_NONCE:
        _refuse("nonce 须为 1 至 100 个字符", "nonce is empty or too long")
    return nonce


def _refuse(detail: str, reason: str) -> NoReturn:
    raise SignatureInvalid(detail, facts={"reason": reason})


@dataclass(frozen=True)
class _Message:
    """A request as the verifier takes it, addressed as its sender addressed it."""

    method: str
    url: str
    headers: Any


def _message() -> _Message:
    target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    origin = current_app.config["SETTINGS"].public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    return _Message(request.method, origin + target, request.headers)


class _Resolver(HTTPSignatureKeyResolver):
    """The one key that may have signed: that of the credential shown."""

    def __init__(self, key_id: str, key: str, signing: dict[str, str]) -> None:
        self._key_id, self._key, self._signing = key_id, key, signing

    def resolve_public_key(self, key_id: str) -> Any:
        """What the signature is checked with; none for the id of another key."""
        if key_id != self._key_id:
            return None
        material = base64.b64decode(self._signing["material"])
        if self._signing["algorithm"] == "ed25519":
            return Ed25519PublicKey.from_public_bytes(material)
        try:
            return _cipher(self._key).decrypt(material)
        except InvalidTag:
            return None


class _Verifier(HTTPMessageVerifier):
    """The library's, with our tolerance and our answer to a clock that is wrong."""

    max_clock_skew = TOLERANCE

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Raises SignatureExpired when `created` is more than five minutes off."""
        if "created" not in sig_input.params:
            raise InvalidSignature("missing parameters: created")
        now = datetime.now(UTC)
        created = self._parse_integer_timestamp(sig_input.params["created"], "created")
        if abs(now - created) > TOLERANCE:
            raise SignatureExpired(facts={"created": int(created.timestamp()), "now": int(now.timestamp())})
        super().validate_created_and_expires(sig_input, max_age)


def _cipher(key: str) -> Cipher:
    return Cipher.derive(key, "merchant signing")
