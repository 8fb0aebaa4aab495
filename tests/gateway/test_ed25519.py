"""Ed25519 public keys by which signatures prove nothing."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.security.ed25519 import is_strong_key

P = 2**255 - 19
DER_PREFIX = bytes.fromhex("302a300506032b6570032100")
SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
NOT_CANONICAL = [(y + sign * 2**255).to_bytes(32, "little").hex() for y in (P, P + 1, P + 3, P + 18) for sign in (0, 1)]
NOT_ON_THE_CURVE = [(2).to_bytes(32, "little").hex(), (7).to_bytes(32, "little").hex()]
WEAK = SMALL_ORDER + NOT_CANONICAL + NOT_ON_THE_CURVE


def pem(raw: bytes) -> str:
    body = base64.b64encode(DER_PREFIX + raw).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("key", WEAK)
def test_a_weak_key_is_refused_when_it_is_registered(client, sign_in, key):
    form = {"mode": "live", "public_key": pem(bytes.fromhex(key))}
    refused = client.post("/v1/merchants/mer_1/keys", json=form, headers=sign_in())
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/public_key")


def test_generated_keys_are_strong():
    for _ in range(50):
        public = Ed25519PrivateKey.generate().public_key()
        assert is_strong_key(public.public_bytes(Encoding.Raw, PublicFormat.Raw))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_weak(length):
    assert not is_strong_key(b"\x05" * length)
